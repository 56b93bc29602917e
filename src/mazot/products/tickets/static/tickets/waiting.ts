// SPDX-License-Identifier: AGPL-3.0-or-later
interface Standing {
  is_in?: boolean
  said: string
  more: string
  ahead: number | null
  again: number
}

/** Somebody's place in the waiting room: asks as often as it is told, and goes on when it is their turn. */
export class Waiting extends HTMLElement {
  private timer = 0
  private first = 0
  private failed = 0

  connectedCallback(): void {
    this.first = Number(this.dataset["ahead"] || "0")
    this.askAfter(Number(this.dataset["again"] ?? "10"))
  }

  disconnectedCallback(): void {
    window.clearTimeout(this.timer)
  }

  /** A little apart from the others, so that a thousand pages do not ask at one moment. */
  private askAfter(seconds: number): void {
    this.timer = window.setTimeout(() => void this.ask(), seconds * 1000 * (0.85 + Math.random() * 0.3))
  }

  private async ask(): Promise<void> {
    try {
      const answer = await fetch(this.dataset["asks"]!, { headers: { Accept: "application/json" } })
      if (!answer.ok) throw new Error(String(answer.status))
      this.tell((await answer.json()) as Standing)
    } catch {
      this.failed += 1
      this.lost(true)
      this.askAfter(Math.min(60, 8 * 2 ** Math.min(this.failed, 3)))
    }
  }

  private tell(standing: Standing): void {
    this.failed = 0
    this.lost(false)
    if (standing.is_in) {
      document.title = this.dataset["yours"] ?? document.title
      window.location.replace(this.dataset["here"]!)
      return
    }
    this.write("[data-said]", standing.said)
    this.write("[data-more]", standing.more)
    for (const part of this.querySelectorAll<HTMLElement>("[data-when]"))
      part.hidden = (part.dataset["when"] === "gathering") !== (standing.ahead === null)
    if (standing.ahead !== null) {
      this.first = Math.max(this.first, standing.ahead)
      this.querySelector("progress")!.value = this.first > 0 ? 1 - standing.ahead / this.first : 1
    }
    this.askAfter(standing.again)
  }

  private write(where: string, text: string): void {
    const there = this.querySelector(where)
    if (there && there.textContent !== text) there.textContent = text
  }

  private lost(is: boolean): void {
    this.querySelector<HTMLElement>("[data-lost]")!.hidden = !is
  }
}

customElements.define("mazot-waiting", Waiting)
