// SPDX-License-Identifier: AGPL-3.0-or-later
/** A password that can be looked at while it is typed; hidden again before the form is sent. */
export class Password extends HTMLElement {
  private form: HTMLFormElement | null = null

  connectedCallback(): void {
    this.form = this.querySelector("input")?.form ?? null
    this.button?.removeAttribute("hidden")
    this.button?.addEventListener("click", this.turn)
    this.form?.addEventListener("submit", this.hide)
  }

  disconnectedCallback(): void {
    this.button?.removeEventListener("click", this.turn)
    this.form?.removeEventListener("submit", this.hide)
  }

  private get button(): HTMLElement | null {
    return this.querySelector("button")
  }

  private turn = (): void => this.show(this.querySelector("input")?.type === "password")
  private hide = (): void => this.show(false)

  private show(shown: boolean): void {
    const field = this.querySelector("input")
    if (!field || !this.button) return
    field.type = shown ? "text" : "password"
    this.button.setAttribute("aria-pressed", String(shown))
    this.button.setAttribute("aria-label", this.button.dataset[shown ? "shown" : "hidden"] ?? "")
  }
}

customElements.define("mazot-password", Password)
