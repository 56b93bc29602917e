// SPDX-License-Identifier: AGPL-3.0-or-later

interface Announced {
  pieces: string
  size: number
}

interface Taken {
  received: number
  next: string
}

const tries = 4

/** A file of letters goes up in pieces, and may be larger than one request; without scripts the form sends it whole. */
class Letters extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("submit", this.sent)
  }

  disconnectedCallback(): void {
    this.removeEventListener("submit", this.sent)
  }

  private sent = (event: Event): void => {
    const form = event.target as HTMLFormElement
    const file = form.querySelector<HTMLInputElement>("[type=file]")?.files?.[0]
    if (!file || file.size === 0) return
    event.preventDefault()
    this.classList.add("mail-bring--busy")
    this.inside("[data-problem]").hidden = true
    this.send(form, file).then(
      (next) => window.location.assign(next),
      () => this.failed(),
    )
  }

  private async send(form: HTMLFormElement, file: File): Promise<string> {
    const told = new FormData(form)
    told.delete("file")
    told.set("name", file.name)
    told.set("size", String(file.size))
    const answer = await fetch(form.action, { method: "POST", body: told })
    if (!answer.ok) throw new Error(String(answer.status))
    const { pieces, size } = (await answer.json()) as Announced
    const token = String(told.get("csrfmiddlewaretoken"))
    let taken: Taken = { received: 0, next: window.location.href }
    while (taken.received < file.size) {
      const from = taken.received
      taken = await this.piece(`${pieces}?offset=${from}`, file.slice(from, from + size), token)
      this.inside<HTMLProgressElement>("progress").value = (100 * taken.received) / file.size
    }
    return taken.next
  }

  private async piece(url: string, body: Blob, token: string): Promise<Taken> {
    const headers = { "X-CSRFToken": token, "Content-Type": "application/octet-stream" }
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(url, { method: "POST", body, headers }).catch(() => null)
      if (answer?.ok) return (await answer.json()) as Taken
      if (attempt === tries || (answer && answer.status < 500)) throw new Error(String(answer?.status))
      await new Promise((wake) => setTimeout(wake, 1000 * attempt))
    }
  }

  private failed(): void {
    this.classList.remove("mail-bring--busy")
    this.inside("[data-problem]").hidden = false
  }

  private inside<T extends HTMLElement = HTMLElement>(what: string): T {
    return this.querySelector<T>(what)!
  }
}

customElements.define("mazot-letters", Letters)
