// SPDX-License-Identifier: AGPL-3.0-or-later
import { Line } from "./parts/scanner/line"
import { Memory } from "./parts/scanner/memory"

const PACE = 5000

/** A scanner that was ended: what it decided alone is told before the device takes another code. */
class Untold extends HTMLElement {
  private memory!: Memory
  private line!: Line
  private beat: ReturnType<typeof setInterval> | undefined

  connectedCallback(): void {
    const { late, device } = this.dataset as { late: string; device: string }
    this.memory = new Memory(localStorage, device)
    this.line = new Line({ scan: "", late, known: "" }, this.memory, () => this.draw())
    this.line.ended = true
    this.closest("main")?.addEventListener("submit", this.stay)
    this.beat = setInterval(this.tell, PACE)
    this.draw()
    this.tell()
  }

  disconnectedCallback(): void {
    clearInterval(this.beat)
    this.closest("main")?.removeEventListener("submit", this.stay)
  }

  private tell = (): void => void this.line.catchUp()

  private stay = (event: Event): void => {
    if (!this.memory.waiting.length) return
    event.preventDefault()
    this.tell()
  }

  private draw(): void {
    const count = this.memory.waiting.length
    const said = count ? this.dataset["wordWaiting"]!.replace("#", String(count)) : this.dataset["wordTold"]!
    this.textContent = said
    this.dataset["state"] = count ? "waiting" : "told"
  }
}

customElements.define("mazot-untold", Untold)
