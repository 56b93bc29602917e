// SPDX-License-Identifier: AGPL-3.0-or-later
type Options = { publicKey: Record<string, unknown> }
type Asked = { request_options?: Options; creation_options?: Options }

/**
 * Wraps a form with a hidden field `credential`: asks the device for a passkey, then sends the form.
 * The options come from a JSON script child, or from `data-options` when nobody is known yet.
 */
export class Passkey extends HTMLElement {
  #abort = new AbortController()

  connectedCallback(): void {
    if (!("PublicKeyCredential" in window)) return
    this.hidden = false
    this.querySelector("form")?.addEventListener("submit", (event) => void this.#ask(event), {
      signal: this.#abort.signal,
    })
  }

  disconnectedCallback(): void {
    this.#abort.abort()
  }

  async #ask(event: SubmitEvent): Promise<void> {
    const form = event.target as HTMLFormElement
    const field = form.elements.namedItem("credential") as HTMLInputElement
    if (field.value) return
    event.preventDefault()
    const failed = this.querySelector<HTMLElement>("[data-failed]")
    if (failed) failed.hidden = true
    try {
      field.value = JSON.stringify(await this.#credential())
      form.requestSubmit()
    } catch {
      if (failed) failed.hidden = false
    }
  }

  async #credential(): Promise<unknown> {
    const asked = await this.#options()
    if (this.dataset["kind"] === "create") {
      const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
        asked.creation_options?.publicKey as unknown as PublicKeyCredentialCreationOptionsJSON,
      )
      return ((await navigator.credentials.create({ publicKey })) as PublicKeyCredential).toJSON()
    }
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
      asked.request_options?.publicKey as unknown as PublicKeyCredentialRequestOptionsJSON,
    )
    return ((await navigator.credentials.get({ publicKey })) as PublicKeyCredential).toJSON()
  }

  async #options(): Promise<Asked> {
    const written = this.querySelector("script[type='application/json']")
    if (written?.textContent) return JSON.parse(written.textContent) as Asked
    const answer = await fetch(this.dataset["options"] ?? "", { headers: { "X-Requested-With": "XMLHttpRequest" } })
    return (await answer.json()) as Asked
  }
}

customElements.define("mazot-passkey", Passkey)
