// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Memory, News } from "./memory"

export type Told = { result: string; tone: string; sentence: string; place: string; holder: string; more: string }
type Answers = { answers: Record<string, string>; unreadable: string[]; ended: boolean }

const PATIENCE = 2500 // milliseconds: who stands at a door does not wait longer
const PACKET = 200

/** The line to the server: asks while there is one, tells later what was decided without it. */
export class Line {
  online = true
  ended = false
  doubts = 0
  private busy = false

  constructor(
    private readonly to: { scan: string; late: string; known: string },
    private readonly memory: Memory,
    private readonly changed: () => void,
  ) {}

  /** What the server says to a code; nothing when it does not answer in time. */
  async ask(code: string, nonce: string, isExit: boolean): Promise<Told | null> {
    const answer = await this.post(this.to.scan, { code, nonce, is_exit: isExit }, PATIENCE)
    return answer?.ok ? ((await answer.json()) as Told) : null
  }

  /** Tell what waits, then hear what changed; a scanner that was ended only tells. */
  async catchUp(): Promise<void> {
    if (this.busy || (this.ended && !this.memory.waiting.length)) return
    this.busy = true
    try {
      while (this.memory.waiting.length && (await this.tell()));
      if (this.online && !this.ended) await this.hear()
    } finally {
      this.busy = false
      this.changed()
    }
  }

  private async tell(): Promise<boolean> {
    const scans = this.memory.waiting.slice(0, PACKET)
    const answer = await this.post(this.to.late, { sent_at: Date.now(), scans }, 20_000)
    if (!answer?.ok) return false
    const { answers, unreadable, ended } = (await answer.json()) as Answers
    this.ended ||= ended
    this.doubts += scans.filter((scan) => scan.let_in && answers[scan.nonce] && answers[scan.nonce] !== "ok").length
    this.memory.told([...Object.keys(answers), ...unreadable])
    return Object.keys(answers).length + unreadable.length > 0
  }

  private async hear(): Promise<void> {
    const answer = await this.send(this.to.known + this.memory.asking, {}, 20_000)
    if (answer?.ok) this.memory.learn((await answer.json()) as News, Date.now())
  }

  private post(address: string, body: unknown, patience: number): Promise<Response | null> {
    const headers = { "Content-Type": "application/json" }
    return this.send(address, { method: "POST", headers, body: JSON.stringify(body) }, patience)
  }

  private async send(address: string, wish: RequestInit, patience: number): Promise<Response | null> {
    let answer: Response | null
    try {
      answer = await fetch(address, { ...wish, cache: "no-store", signal: AbortSignal.timeout(patience) })
    } catch {
      answer = null
    }
    this.online = answer !== null && answer.status < 500
    if (answer?.status === 403) this.ended = true
    this.changed()
    return answer
  }
}
