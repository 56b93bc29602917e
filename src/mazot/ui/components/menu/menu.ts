// SPDX-License-Identifier: AGPL-3.0-or-later
import { place, type Align } from "@ui/entry/place"

/** A button and the menu it opens: places it, and gives it the keys people expect of a menu. */
export class Menu extends HTMLElement {
  private button: HTMLElement | null = null
  private menu: HTMLElement | null = null
  private typed = ""
  private typedAt = 0

  connectedCallback(): void {
    this.menu = this.querySelector("[popover]")
    this.button = this.menu && this.querySelector(`[popovertarget="${this.menu.id}"]`)
    this.menu?.addEventListener("toggle", this.toggled)
    this.menu?.addEventListener("keydown", this.keyed)
    this.menu?.addEventListener("click", this.chosen)
    this.button?.addEventListener("keydown", this.opened)
  }

  disconnectedCallback(): void {
    this.menu?.removeEventListener("toggle", this.toggled)
    this.menu?.removeEventListener("keydown", this.keyed)
    this.menu?.removeEventListener("click", this.chosen)
    this.button?.removeEventListener("keydown", this.opened)
    window.removeEventListener("resize", this.put)
  }

  private get items(): HTMLElement[] {
    return Array.from(this.menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])
  }

  private put = (): void => {
    if (!this.menu || !this.button) return
    const thumb = matchMedia("(max-width: 40rem)").matches && this.menu.classList.contains("menu")
    if (thumb) {
      this.menu.style.removeProperty("left")
      this.menu.style.removeProperty("top")
    } else place(this.menu, this.button, "bottom", (this.dataset["align"] as Align | undefined) ?? "start")
  }

  private toggled = (event: Event): void => {
    const open = (event as ToggleEvent).newState === "open"
    this.button?.setAttribute("aria-expanded", String(open))
    if (!open) return window.removeEventListener("resize", this.put)
    this.put()
    window.addEventListener("resize", this.put)
    const current = this.items.find((item) => item.getAttribute("aria-checked") === "true")
    const first = current ?? this.items[0] ?? this.menu?.querySelector<HTMLElement>("input, button, a[href]")
    first?.focus({ preventScroll: true })
  }

  private opened = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" || this.menu?.getAttribute("role") !== "menu") return
    event.preventDefault()
    this.menu.showPopover()
  }

  private chosen = (event: Event): void => {
    const item = (event.target as Element).closest('[role^="menuitem"]')
    if (item && item.getAttribute("aria-disabled") !== "true") this.menu?.hidePopover()
  }

  private keyed = (event: KeyboardEvent): void => {
    const items = this.items
    if (!items.length || (event.target as Element).matches("input, textarea, select")) return
    const here = items.indexOf(document.activeElement as HTMLElement)
    const last = items.length - 1
    const steps: Record<string, number> = {
      ArrowDown: here >= last ? 0 : here + 1,
      ArrowUp: here <= 0 ? last : here - 1,
      Home: 0,
      End: last,
    }
    const next = steps[event.key] ?? this.spelled(event, items)
    if (event.key === "Tab") return this.menu?.hidePopover()
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    items[next]?.focus()
  }

  private spelled(event: KeyboardEvent, items: HTMLElement[]): number | undefined {
    if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey) return undefined
    const now = performance.now()
    this.typed = (now - this.typedAt > 700 ? "" : this.typed) + event.key.toLocaleLowerCase()
    this.typedAt = now
    const found = items.findIndex((item) => item.textContent?.trim().toLocaleLowerCase().startsWith(this.typed))
    return found < 0 ? undefined : found
  }
}

customElements.define("mazot-menu", Menu)
