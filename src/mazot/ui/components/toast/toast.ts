// SPDX-License-Identifier: AGPL-3.0-or-later
type Notice = { text: string; undo?: string; kind?: string }

const life = 8000
const most = 3

/** The stack of toasts: each stays eight seconds, waits under the pointer or the focus, and can be undone. */
export class Toasts extends HTMLElement {
  private clocks = new Map<HTMLElement, { timer: number; left: number; since: number }>()

  connectedCallback(): void {
    this.rise()
    for (const toast of this.querySelectorAll<HTMLElement>(":scope > [data-toast]")) this.start(toast)
    document.addEventListener("mazot:toast", this.told)
    document.addEventListener("htmx:error", this.broken)
    this.addEventListener("click", this.clicked)
    for (const name of ["pointerenter", "focusin"]) this.addEventListener(name, this.hold)
    for (const name of ["pointerleave", "focusout"]) this.addEventListener(name, this.release)
  }

  disconnectedCallback(): void {
    document.removeEventListener("mazot:toast", this.told)
    document.removeEventListener("htmx:error", this.broken)
    for (const { timer } of this.clocks.values()) clearTimeout(timer)
    this.clocks.clear()
  }

  show({ text, undo = "", kind = "done" }: Notice): HTMLElement | null {
    const moulds = Array.from(this.querySelectorAll("template"))
    const mould = moulds.find((each) => each.dataset["kind"] === kind) ?? moulds[0]
    const toast = mould?.content.querySelector("[data-toast]")?.cloneNode(true)
    if (!(toast instanceof HTMLElement)) return null
    toast.querySelector(".toast__text")!.textContent = text
    const form = toast.querySelector("form")
    if (undo && form) {
      form.setAttribute("action", undo)
      form.setAttribute("hx-post", undo)
    } else form?.remove()
    this.rise()
    this.append(toast)
    const stack = this.querySelectorAll<HTMLElement>(":scope > [data-toast]")
    for (const old of Array.from(stack).slice(0, -most)) this.end(old)
    this.dispatchEvent(new CustomEvent("mazot:added", { bubbles: true, detail: { node: toast } }))
    this.start(toast)
    return toast
  }

  /** To the top of everything, above a dialog that was opened later. */
  private rise(): void {
    if (typeof this.showPopover !== "function") return // an old browser: it stands where it stands
    this.popover = "manual"
    if (this.matches(":popover-open")) this.hidePopover()
    this.showPopover()
  }

  /** Take back the newest deed that can be. */
  undo(): boolean {
    const button = Array.from(this.querySelectorAll<HTMLElement>(".toast__undo button")).at(-1)
    button?.click()
    return button !== undefined
  }

  private start(toast: HTMLElement): void {
    toast.querySelector("[data-close]")?.removeAttribute("hidden")
    const timer = window.setTimeout(() => this.end(toast), life)
    this.clocks.set(toast, { timer, left: life, since: performance.now() })
  }

  private end(toast: HTMLElement): void {
    clearTimeout(this.clocks.get(toast)?.timer)
    this.clocks.delete(toast)
    toast.remove()
  }

  private hold = (): void => {
    for (const clock of this.clocks.values()) {
      clearTimeout(clock.timer)
      clock.left = Math.max(1000, clock.left - (performance.now() - clock.since))
      clock.since = performance.now()
    }
  }

  private release = (): void => {
    if (this.matches(":hover") || this.contains(document.activeElement)) return
    for (const [toast, clock] of this.clocks) {
      clearTimeout(clock.timer)
      clock.since = performance.now()
      clock.timer = window.setTimeout(() => this.end(toast), clock.left)
    }
  }

  private clicked = (event: Event): void => {
    const target = event.target as Element
    const toast = target.closest<HTMLElement>("[data-toast]")
    if (toast && target.closest("[data-close]")) this.end(toast)
    // The form is sent first; htmx keeps the request when its form leaves the page.
    if (toast && target.closest(".toast__undo button")) setTimeout(() => this.end(toast), 0)
  }

  private told = (event: Event): void => {
    this.show((event as CustomEvent<Notice>).detail)
  }

  private broken = (): void => {
    const text = navigator.onLine ? this.dataset["broken"] : this.dataset["offline"]
    if (text) this.show({ text, kind: "warning" })
  }
}

customElements.define("mazot-toasts", Toasts)
