// SPDX-License-Identifier: AGPL-3.0-or-later
import { place, type Side } from "@ui/entry/place"

const delay = 400

/** One tooltip for the page: what a bare icon is called, or why a control does nothing. Escape closes it. */
class Tooltip {
  private box: HTMLElement | null = null
  private anchor: Element | null = null
  private timer = 0

  start(): void {
    document.addEventListener("pointerover", this.over)
    document.addEventListener("pointerdown", this.hide)
    document.addEventListener("focusin", this.focused)
    document.addEventListener("focusout", this.hide)
    document.addEventListener("scroll", this.hide, true)
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.hide())
  }

  private over = (event: Event): void => {
    const pointer = event as PointerEvent
    const anchor = (event.target as Element | null)?.closest?.("[data-tip]") ?? null
    if (anchor === this.anchor || pointer.pointerType === "touch") return
    this.hide()
    if (!anchor) return
    this.anchor = anchor
    this.timer = window.setTimeout(() => this.show(anchor), delay)
  }

  private focused = (event: Event): void => {
    const anchor = (event.target as Element).closest("[data-tip]")
    if (!anchor?.matches(":focus-visible")) return
    this.hide()
    this.anchor = anchor
    this.show(anchor)
  }

  private show(anchor: Element): void {
    const text = anchor.getAttribute("data-tip")
    if (!text || !anchor.isConnected || anchor.getAttribute("aria-expanded") === "true") return
    this.box ??= Object.assign(document.createElement("div"), { className: "tooltip", popover: "manual" })
    this.box.setAttribute("role", "tooltip")
    this.box.setAttribute("aria-hidden", "true") // its words are already in the control's name
    this.box.toggleAttribute("data-why", anchor.getAttribute("aria-disabled") === "true")
    this.box.textContent = text
    ;(anchor.closest("dialog[open]") ?? document.body).append(this.box)
    this.box.showPopover()
    place(this.box, anchor, (anchor.getAttribute("data-tip-side") as Side | null) ?? "bottom", "center")
  }

  private hide = (): void => {
    clearTimeout(this.timer)
    this.anchor = null
    if (this.box?.isConnected) this.box.remove()
  }
}

new Tooltip().start()
