// SPDX-License-Identifier: AGPL-3.0-or-later
import { seatsIn, thingAt, type Area, type Drawing, type Row, type Seat, type Thing } from "./drawing"
import { tenth } from "./drawing"

export type { Drawing } from "./drawing"
export const STEP = 5
const REMEMBERED = 80 // changes; one of 5,000 seats is 300 kB

/** What is chosen: seats by their index in plan order, and things that are no seats. */
export interface Choice {
  seats: number[]
  things: Thing[]
}

/** A drawing that is being changed: every change can be taken back, and done again. */
export class Draft {
  private past: string[] = []
  private future: string[] = []
  private kept: string
  private text: string // the drawing as it is now

  constructor(public drawing: Drawing) {
    this.kept = this.text = JSON.stringify(drawing)
  }

  get seats(): Seat[] {
    return seatsIn(this.drawing)
  }

  get canUndo(): boolean {
    return this.past.length > 0
  }

  get canRedo(): boolean {
    return this.future.length > 0
  }

  get isChanged(): boolean {
    return this.text !== this.kept
  }

  /** The server has it as it is now, or as it was sent. */
  settle(sent = this.text): void {
    this.kept = sent
  }

  /** A change that belongs to the one before it, or that nobody would take back. Answers with the drawing as text. */
  amend(how: (drawing: Drawing) => void): string {
    how(this.drawing)
    return (this.text = JSON.stringify(this.drawing))
  }

  change(how: (drawing: Drawing) => void): void {
    const before = this.text
    if (this.amend(how) === before) return
    this.past.push(before)
    if (this.past.length > REMEMBERED) this.past.shift()
    this.future = []
  }

  move(chosen: number[], dx: number, dy: number, things: Thing[] = []): void {
    this.place(chosen, things, (x, y) => [tenth(x + dx), tenth(y + dy)])
  }

  /** About the middle of what is chosen, clockwise. */
  turn(chosen: number[], degrees: number): void {
    const all = this.seats
    const middle = (axis: "x" | "y"): number => chosen.reduce((sum, at) => sum + all[at]![axis], 0) / chosen.length
    const [x, y] = [middle("x"), middle("y")]
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
    this.place(chosen, [], (atX, atY) => {
      const [right, down] = [atX - x, atY - y]
      return [tenth(x + right * cos - down * sin), tenth(y + right * sin + down * cos)]
    })
  }

  /** Every chosen place anew. The name of a section goes with it when all its seats do. */
  place(chosen: number[], things: Thing[], how: (x: number, y: number) => [number, number]): void {
    if (!chosen.length && !things.length) return
    const which = new Set(chosen)
    this.change((drawing) => {
      let at = 0
      for (const section of drawing.sections) {
        let isWhole = section.rows.some((row) => row.seats.length)
        for (const seat of section.rows.flatMap((row) => row.seats))
          if (which.has(at++)) [seat.x, seat.y] = how(seat.x, seat.y)
          else isWhole = false
        if (isWhole) [section.x, section.y] = how(section.x, section.y)
      }
      for (const thing of things) {
        const one = thingAt(drawing, thing)
        ;[one.x, one.y] = how(one.x, one.y)
        if ("points" in one) (one as Area).points = one.points.map(([x, y]) => how(x, y))
      }
    })
  }

  /** Seats go, also from the categories; rows and sections that have none left go with them. */
  remove(chosen: number[], things: Thing[] = []): void {
    if (!chosen.length && !things.length) return
    const all = this.seats
    const gone = new Set(chosen.map((at) => all[at]!.id))
    this.change((drawing) => {
      const stays = (seats: Seat[]): Seat[] => seats.filter((seat) => !gone.has(seat.id))
      for (const section of drawing.sections)
        section.rows = section.rows.map((row) => ({ ...row, seats: stays(row.seats) })).filter(hasSeats)
      drawing.sections = drawing.sections.filter((section) => section.rows.length)
      for (const category of drawing.categories) category.seats = category.seats.filter((id) => !gone.has(id))
      const lost = new Set(things)
      drawing.free = drawing.free.filter((_, at) => !lost.has(`free/${at}`))
      drawing.areas = drawing.areas.filter((_, at) => !lost.has(`area/${at}`))
      if (lost.has("stage")) drawing.stage = { ...drawing.stage, shape: "none", label: "" }
    })
  }

  undo(): void {
    this.swap(this.past, this.future)
  }

  redo(): void {
    this.swap(this.future, this.past)
  }

  private swap(from: string[], to: string[]): void {
    const before = from.pop()
    if (!before) return
    to.push(this.text)
    this.text = before
    this.drawing = JSON.parse(before) as Drawing
  }
}

function hasSeats(row: Row): boolean {
  return row.seats.length > 0
}
