// SPDX-License-Identifier: AGPL-3.0-or-later
/** A button that prints the page; it shows only where script runs. */
export class Print extends HTMLElement {
  connectedCallback(): void {
    this.hidden = false
    this.querySelector("button")?.addEventListener("click", () => window.print())
  }
}

customElements.define("mazot-print", Print)
