// SPDX-License-Identifier: AGPL-3.0-or-later
/** The removal wizard: Escape leaves it, as the word beside Cancel says; everything else is plain forms. */
class Removal extends HTMLElement {
  connectedCallback(): void {
    document.addEventListener("keydown", this.keyed)
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.keyed)
  }

  private keyed = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.defaultPrevented) return
    // A menu, a dialog or the drawer that is open takes the key first, and so does a field with something in it.
    const field = event.target as HTMLInputElement
    if (document.querySelector(":popover-open, dialog[open]") || (field.matches("input.input") && field.value)) return
    location.assign(this.dataset["cancel"] ?? "")
  }
}

customElements.define("mazot-removal", Removal)
