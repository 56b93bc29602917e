// SPDX-License-Identifier: AGPL-3.0-or-later
import { after, verdict, type State, type Ticket } from "./rules"

/** What the scanner keeps in the browser: salted codes of tickets with who is inside, and scans not told yet. */

export type News = {
  salt: string
  mode: string
  opens: number | null
  closes: number | null
  now: number
  heard: number
  whole: boolean
  parts: Record<string, [mark: string, lines: [code: string, place: string, fault: string][]]>
  through: [code: string, state: State][]
}
export type Waiting = { code: string; at: number; nonce: string; is_exit: boolean; let_in: boolean }
export type Found = { result: string; place: string }

const PARTS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
const NOTHING: News = {
  salt: "",
  mode: "single",
  opens: null,
  closes: null,
  now: 0,
  heard: 0,
  whole: true,
  parts: {},
  through: [],
}

export class Memory {
  private known = NOTHING
  private tickets = new Map<string, Ticket>()
  private states = new Map<string, State>()
  private salt = new Uint8Array()
  private queue: Waiting[] = []
  private marked: Promise<unknown> = Promise.resolve()
  private ahead = 0 // milliseconds by which the server's clock is ahead of this one
  at = 0 // when the list was last heard, in milliseconds; 0: never

  constructor(
    private readonly store: Storage,
    private readonly device: string,
  ) {
    this.queue = this.read<Waiting[]>("queue") ?? []
    const kept = this.read<{ at: number; known: News }>("known")
    if (kept?.known.parts) this.learn(kept.known, kept.at, false)
  }

  get waiting(): readonly Waiting[] {
    return this.queue
  }

  get ready(): boolean {
    return this.at > 0
  }

  /** What to ask with: the marks of all that is here, and the moment up to which it is complete. */
  get asking(): string {
    if (!this.ready) return ""
    const marks = [...PARTS].map((part) => this.known.parts[part]?.[0] ?? "    ").join("")
    return `?${new URLSearchParams({ marks, mode: this.known.mode, since: String(this.known.heard) }).toString()}`
  }

  learn(news: News, at: number, keep = true): void {
    const isNew = news.whole || news.through.length > 0 || Object.keys(news.parts).length > 0
    this.salt = Uint8Array.from(news.salt.match(/../g) ?? [], (pair) => parseInt(pair, 16))
    if (news.whole) this.states.clear()
    for (const [code, state] of news.through) this.states.set(code, state)
    const parts = { ...this.known.parts, ...news.parts }
    this.known = { ...news, whole: true, parts, through: [] }
    if (isNew) this.tickets = new Map(lines(parts))
    this.ahead = news.now - at
    this.at = at
    if (keep) this.write("known", { at, known: { ...this.known, through: [...this.states] } })
    // What waits here is not in the server's list yet.
    this.marked = Promise.all(this.queue.filter((one) => one.let_in).map((one) => this.mark(one.code, one.is_exit)))
  }

  /** The decision of a scanner that is alone, by what it heard last and by the server's clock. */
  async decide(code: string, isExit: boolean): Promise<Found> {
    await this.marked
    const salted = await this.salted(code)
    const ticket = this.tickets.get(salted)
    const state = this.states.get(salted) ?? "-"
    return {
      result: verdict(this.known, ticket, state, isExit, Date.now() + this.ahead),
      place: ticket?.place ?? "",
    }
  }

  /** Somebody went through: remembered here even when the server knows it. */
  async mark(code: string, isExit: boolean): Promise<void> {
    const salted = await this.salted(code)
    this.states.set(salted, after(this.states.get(salted) ?? "-", isExit))
  }

  /** Written down before the door opens, so that nothing is lost when the device dies. */
  keep(scan: Waiting): void {
    this.queue = [...this.everywhere(), scan]
    this.write("queue", this.queue)
  }

  told(nonces: Iterable<string>): void {
    const gone = new Set(nonces)
    this.queue = this.everywhere().filter((scan) => !gone.has(scan.nonce))
    this.write("queue", this.queue)
  }

  /** What waits here and in another window of this device, which writes to the same place. */
  private everywhere(): Waiting[] {
    const mine = new Set(this.queue.map((scan) => scan.nonce))
    return [...this.queue, ...(this.read<Waiting[]>("queue") ?? []).filter((scan) => !mine.has(scan.nonce))]
  }

  private async salted(code: string): Promise<string> {
    const text = new TextEncoder().encode(folded(code))
    const bytes = new Uint8Array(this.salt.length + text.length)
    bytes.set(this.salt)
    bytes.set(text, this.salt.length)
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 12)
    return btoa(String.fromCharCode(...digest))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
  }

  private read<T>(name: string): T | null {
    try {
      return JSON.parse(this.store.getItem(this.key(name)) ?? "null") as T | null
    } catch {
      return null
    }
  }

  private write(name: string, value: unknown): void {
    try {
      this.store.setItem(this.key(name), JSON.stringify(value))
    } catch {
      this.store.removeItem(this.key("known")) // full: the list can be heard again, a scan cannot
      if (name === "queue") this.store.setItem(this.key(name), JSON.stringify(value))
    }
  }

  private key(name: string): string {
    return `mazot-gate:${this.device}:${name}`
  }
}

function lines(parts: News["parts"]): [string, Ticket][] {
  return Object.values(parts).flatMap(([, found]) =>
    found.map(([code, place, fault]) => [code, { place, fault }] as [string, Ticket]),
  )
}

export function folded(code: string): string {
  return code.replace(/\s+/g, "").toLowerCase()
}
