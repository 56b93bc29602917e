// SPDX-License-Identifier: AGPL-3.0-or-later
/** What the scanner keeps in the browser: salted codes of tickets with who is inside, and scans not told yet. */

export type State = "-" | "i" | "o"
export type Known = { salt: string; mode: string; tickets: [code: string, state: State, place: string][] }
export type Waiting = { code: string; at: number; nonce: string; is_exit: boolean; let_in: boolean }
export type Found = { result: string; place: string }

export class Memory {
  private tickets = new Map<string, { state: State; place: string }>()
  private salt = new Uint8Array()
  private mode = "single"
  private queue: Waiting[] = []
  private marked: Promise<unknown> = Promise.resolve()
  at = 0 // when the list was last heard, in milliseconds; 0: never

  constructor(
    private readonly store: Storage,
    private readonly device: string,
  ) {
    this.queue = this.read<Waiting[]>("queue") ?? []
    const known = this.read<{ at: number; known: Known }>("known")
    if (known) this.learn(known.known, known.at, false)
  }

  get waiting(): readonly Waiting[] {
    return this.queue
  }

  get ready(): boolean {
    return this.at > 0
  }

  learn(known: Known, at: number, keep = true): void {
    this.salt = Uint8Array.from(known.salt.match(/../g) ?? [], (pair) => parseInt(pair, 16))
    this.mode = known.mode
    this.tickets = new Map(known.tickets.map(([code, state, place]) => [code, { state, place }]))
    this.at = at
    // What waits here is not in the server's list yet.
    this.marked = Promise.all(this.queue.filter((one) => one.let_in).map((one) => this.mark(one.code, one.is_exit)))
    if (keep) this.write("known", { at, known })
  }

  /** The decision of a scanner that is alone, by what it heard last. */
  async decide(code: string, isExit: boolean): Promise<Found> {
    await this.marked
    const ticket = this.tickets.get(await this.salted(code))
    if (!ticket) return { result: "unknown", place: "" }
    const { state, place } = ticket
    if (this.mode === "multi") return { result: "ok", place }
    if (this.mode === "reentry") {
      if (isExit) return { result: state === "i" ? "ok" : "not_inside", place }
      return { result: state === "i" ? "already_used" : "ok", place }
    }
    return { result: isExit || state === "-" ? "ok" : "already_used", place }
  }

  /** Somebody went through: remembered here even when the server knows it. */
  async mark(code: string, isExit: boolean): Promise<void> {
    const ticket = this.tickets.get(await this.salted(code))
    if (ticket) ticket.state = isExit ? "o" : "i"
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

export function folded(code: string): string {
  return code.replace(/\s+/g, "").toLowerCase()
}
