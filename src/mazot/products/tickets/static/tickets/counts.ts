// SPDX-License-Identifier: AGPL-3.0-or-later

/** How many of each price: a press more or less beside the field, and what all that is chosen comes to. */
class Counts extends HTMLElement {
  private seats = 0

  connectedCallback(): void {
    this.addEventListener("click", this.pressed)
    this.addEventListener("input", this.tell)
    this.form?.addEventListener("chosen", this.chosen)
    this.tell()
  }

  disconnectedCallback(): void {
    this.form?.removeEventListener("chosen", this.chosen)
  }

  private get form(): HTMLFormElement | null {
    return this.closest("form")
  }

  private pressed = (event: Event): void => {
    const step = (event.target as Element).closest<HTMLElement>("[data-step]")
    const field = step?.parentElement?.querySelector("input")
    if (!step || !field) return
    field.value ||= "0"
    if (step.dataset["step"] === "up") field.stepUp()
    else field.stepDown()
    this.tell()
  }

  private chosen = (event: Event): void => {
    this.seats = (event as CustomEvent<{ total: number }>).detail.total
    this.tell()
  }

  private tell = (): void => {
    const fields = [...this.querySelectorAll<HTMLInputElement>("input[data-amount]")]
    const sum = fields.reduce((all, field) => all + Number(field.value) * Number(field.dataset["amount"]), this.seats)
    const shown = this.querySelector("[data-sum]")
    if (shown) shown.textContent = sum > 0 ? this.money(sum) : ""
    for (const field of fields) field.parentElement?.toggleAttribute("data-chosen", Number(field.value) > 0)
  }

  /** Amounts are whole numbers of the smallest unit; Intl knows how many of them make one. Written as the page writes them. */
  private money(amount: number): string {
    const currency = this.dataset["currency"] ?? "CHF"
    const language = document.documentElement.lang || "en"
    const digits = new Intl.NumberFormat(language, { style: "currency", currency }).resolvedOptions()
      .maximumFractionDigits
    const fixed = { minimumFractionDigits: digits ?? 2, maximumFractionDigits: digits ?? 2 }
    return `${currency}\u00a0${new Intl.NumberFormat(language, fixed).format(amount / 10 ** (digits ?? 2))}`
  }
}

customElements.define("mazot-counts", Counts)
