// SPDX-License-Identifier: AGPL-3.0-or-later
/** The box in the head of a table: it ticks every row of the page, or none; without script the rows are ticked one by one. */
class Ticks extends HTMLElement {
  private get head(): HTMLInputElement {
    return this.querySelector("input")!
  }

  private get rows(): HTMLInputElement[] {
    return [...(this.closest("table")?.querySelectorAll<HTMLInputElement>("tbody .people__tick") ?? [])]
  }

  connectedCallback(): void {
    this.head.hidden = false
    this.head.addEventListener("change", this.all)
    this.closest("table")?.addEventListener("change", this.some)
    this.some()
  }

  disconnectedCallback(): void {
    this.head.removeEventListener("change", this.all)
  }

  private all = (): void => {
    for (const row of this.rows) row.checked = this.head.checked
  }

  private some = (): void => {
    const ticked = this.rows.filter((row) => row.checked).length
    this.head.checked = ticked > 0 && ticked === this.rows.length
    this.head.indeterminate = ticked > 0 && ticked < this.rows.length
  }
}

customElements.define("mazot-ticks", Ticks)
