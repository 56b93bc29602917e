// SPDX-License-Identifier: AGPL-3.0-or-later
// The keys of a counter; without this script Tab, Enter and the mouse do all of it.

class Counter extends HTMLElement {
  connectedCallback(): void {
    this.querySelector<HTMLSelectElement>("[data-date]")?.addEventListener("change", (event) => {
      ;(event.target as HTMLSelectElement).form?.submit()
    })
    document.addEventListener("keydown", this.keyed)
    this.begin()
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.keyed)
  }

  /** The hand goes where the sale is: an answer that is missing, else the way to sell, else the first number. */
  private begin(): void {
    const sell = this.querySelector<HTMLElement>("[data-sell]")
    if (!sell) return this.firstCount()
    const asked = sell.querySelector<HTMLElement>(
      ":scope > .field :is(input, select, textarea), .counter__options > .field:not(:has(.field__optional)) :is(input, select, textarea)",
    )
    const next = asked ?? sell.querySelector<HTMLElement>("[data-sell-now]")
    next?.focus({ preventScroll: !isNarrow() })
  }

  private firstCount(): void {
    this.querySelector<HTMLElement>("[data-count]")?.focus({ preventScroll: true })
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (event.key === "Escape") this.firstCount()
    if (event.key.toLowerCase() === "p" && !isTyping(event.target)) {
      const print = this.querySelector<HTMLElement>("[data-print]")
      if (!print) return
      event.preventDefault()
      print.click()
    }
  }
}

/** Whether a letter pressed here is a letter of a text: in a number it never is. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.matches("input:not([type=number], [type=radio], [type=checkbox]), textarea, select, [contenteditable]")
}

function isNarrow(): boolean {
  return window.matchMedia("(width < 60rem)").matches
}

customElements.define("mazot-counter", Counter)
