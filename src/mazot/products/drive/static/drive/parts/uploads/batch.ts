// SPDX-License-Identifier: AGPL-3.0-or-later
// What is on its way: a row of the panel is one file, or one dropped folder with all its files.

export type State = "waiting" | "sending" | "paused" | "held" | "missing" | "failed" | "done"

export type Piece = {
  key: string
  file: File | null // none after a reload, until it is chosen again
  name: string
  folders: string[]
  size: number
  modified: number
  type: string
  folder: string
  replaces: boolean
  url: string
  sent: number
  state: State
  problem: string
}

export class Batch {
  constructor(
    readonly title: string,
    readonly pieces: Piece[],
  ) {}

  get isFolder(): boolean {
    return this.pieces.length > 1 || (this.pieces[0]?.folders.length ?? 0) > 0
  }

  get size(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.size, 0)
  }

  get sent(): number {
    return this.pieces.reduce((sum, piece) => sum + (piece.state === "done" ? piece.size : piece.sent), 0)
  }

  get ended(): number {
    return this.pieces.filter((piece) => piece.state === "done").length
  }

  /** The state a row shows: what needs the person comes before what goes by itself. */
  get state(): State {
    const order: State[] = ["failed", "missing", "held", "paused", "sending", "waiting"]
    return order.find((state) => this.pieces.some((piece) => piece.state === state)) ?? "done"
  }

  get problem(): string {
    return this.pieces.find((piece) => piece.problem)?.problem ?? ""
  }

  /** Parts of a hundred; files of 0 bytes count as files. */
  get percent(): number {
    if (this.state === "done") return 100
    const whole = this.size || this.pieces.length
    const part = this.size ? this.sent : this.ended
    return Math.min(99, Math.floor((part / whole) * 100))
  }
}

/** Group what was chosen or dropped: files of one dropped folder are one row. */
export function batched(pieces: Piece[]): Batch[] {
  const rows = new Map<string, Piece[]>()
  for (const piece of pieces) {
    const key = piece.folders[0] === undefined ? piece.key : `folder:${piece.folder}:${piece.folders[0]}`
    rows.set(key, [...(rows.get(key) ?? []), piece])
  }
  return Array.from(rows.values(), (row) => new Batch(row[0]!.folders[0] ?? row[0]!.name, row))
}

/** Seconds that are left, from what went in the last seconds; none while that says nothing. */
export class Pace {
  private marks: [number, number][] = []

  note(sent: number, now: number): void {
    this.marks.push([now, sent])
    while (this.marks.length > 2 && now - this.marks[0]![0] > 10_000) this.marks.shift()
  }

  left(size: number): number | undefined {
    const [first, last] = [this.marks[0], this.marks.at(-1)]
    if (!first || !last || last[0] - first[0] < 1500 || last[1] <= first[1]) return undefined
    return ((size - last[1]) / (last[1] - first[1])) * ((last[0] - first[0]) / 1000)
  }
}
