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
    document.addEventListener("mazot:appearance", this.told)
  }

  disconnectedCallback(): void {
    document.removeEventListener("htmx:response:error", this.refused)
    document.removeEventListener("mazot:appearance", this.told)
  }

  private changed = (event: Event): void => {
    const choice = event.target as HTMLInputElement
    if (choice.name !== "appearance") return
    this.earlier = document.documentElement.dataset["appearance"] ?? "auto"
    document.documentElement.dataset["appearance"] = choice.value
  }

  /** The server says what it has kept: after an undo that is not what was chosen last. */
  private told = (event: Event): void => {
    const { value } = (event as CustomEvent<{ value: string }>).detail
    document.documentElement.dataset["appearance"] = value
    const choice = this.querySelector<HTMLInputElement>(`input[name="appearance"][value="${value}"]`)
    if (choice) choice.checked = true
  }

  private refused = (event: Event): void => {
    if (this.contains(event.target as Node)) document.documentElement.dataset["appearance"] = this.earlier
  }
}

customElements.define("mazot-appearance", Appearance)
