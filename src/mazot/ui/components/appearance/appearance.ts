// SPDX-License-Identifier: AGPL-3.0-or-later
/**
 * Around the choice of a theme: the page takes it at once, before the server has kept it, and takes it back if the
 * server did not. Automatic needs nothing here: without a choice, color-scheme follows the device live.
 */
export class Appearance extends HTMLElement {
  private earlier = ""

  connectedCallback(): void {
    this.earlier = document.documentElement.dataset["appearance"] ?? "auto"
    this.addEventListener("change", this.changed)
    document.addEventListener("htmx:response:error", this.refused)
  }

  disconnectedCallback(): void {
    document.removeEventListener("htmx:response:error", this.refused)
  }

  private changed = (event: Event): void => {
    const choice = event.target as HTMLInputElement
    if (choice.name !== "appearance") return
    this.earlier = document.documentElement.dataset["appearance"] ?? "auto"
    document.documentElement.dataset["appearance"] = choice.value
  }

  private refused = (event: Event): void => {
    if (this.contains(event.target as Node)) document.documentElement.dataset["appearance"] = this.earlier
  }
}

customElements.define("mazot-appearance", Appearance)
