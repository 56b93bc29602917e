// SPDX-License-Identifier: AGPL-3.0-or-later
/** Shows the chosen picture as it will be cut, before it is sent. */
export class Photo extends HTMLElement {
  #shown = ""
  #abort = new AbortController()

  connectedCallback(): void {
    const file = this.querySelector<HTMLInputElement>("input[type='file']")
    file?.addEventListener("change", () => this.#show(file.files?.[0]), { signal: this.#abort.signal })
  }

  disconnectedCallback(): void {
    this.#abort.abort()
    URL.revokeObjectURL(this.#shown)
  }

  #show(picture: File | undefined): void {
    const preview = this.querySelector<HTMLImageElement>("[data-preview]")
    if (!picture || !preview) return
    URL.revokeObjectURL(this.#shown)
    this.#shown = URL.createObjectURL(picture)
    preview.src = this.#shown
    preview.hidden = false
  }
}

customElements.define("mazot-photo", Photo)
