// SPDX-License-Identifier: AGPL-3.0-or-later
/** A value and the button that copies it; without script the value is still there to select. */
export class Copy extends HTMLElement {
  private word = ""
  private timer = 0

  connectedCallback(): void {
    this.button?.removeAttribute("hidden")
    this.word = this.label?.textContent ?? ""
    this.button?.addEventListener("click", this.copy)
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer)
    this.button?.removeEventListener("click", this.copy)
  }

  private get button(): HTMLElement | null {
    return this.querySelector("button")
  }

  private get label(): HTMLElement | null {
    return this.querySelector("[data-word]")
  }

  private copy = async (): Promise<void> => {
    const field = this.querySelector("input")
    if (!field || !this.label) return
    try {
      await navigator.clipboard.writeText(field.value)
    } catch {
      // No clipboard outside https: selected, it is one key away.
      return field.select()
    }
    this.label.textContent = this.dataset["done"] ?? this.word
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => {
      if (this.label) this.label.textContent = this.word
    }, 2000)
  }
}

customElements.define("mazot-copy", Copy)
