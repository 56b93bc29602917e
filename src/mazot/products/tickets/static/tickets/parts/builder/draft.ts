// SPDX-License-Identifier: AGPL-3.0-or-later
interface Seat {
  id: string
  name: string
  x: number
  y: number
}

/** A drawing as `rules/drawing.py` says it; what is not moved here is sent back as it came. */
export interface Drawing {
  sections: { rows: { seats: Seat[] }[] }[]
  categories: { seats: string[] }[]
}

export const STEP = 5

/** A drawing that is being changed: seats move and turn together, or go; every change can be taken back. */
export class Draft {
  private past: string[] = []
  private future: string[] = []

  constructor(public drawing: Drawing) {}

  get seats(): Seat[] {
    return this.drawing.sections.flatMap((section) => section.rows.flatMap((row) => row.seats))
  }

  get canUndo(): boolean {
    return this.past.length > 0
  }

  get canRedo(): boolean {
    return this.future.length > 0
  }

  move(chosen: number[], dx: number, dy: number): void {
    this.change(chosen, (seat) => ({ ...seat, x: tenth(seat.x + dx), y: tenth(seat.y + dy) }))
  }

  /** About the middle of what is chosen, clockwise. */
  turn(chosen: number[], degrees: number): void {
    const all = this.seats
    const middle = (axis: "x" | "y"): number => chosen.reduce((sum, at) => sum + all[at]![axis], 0) / chosen.length
    const [x, y] = [middle("x"), middle("y")]
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
    this.change(chosen, (seat) => {
      const [right, down] = [seat.x - x, seat.y - y]
      return { ...seat, x: tenth(x + right * cos - down * sin), y: tenth(y + right * sin + down * cos) }
    })
  }

  /** Seats go, also from the categories; a row that has none left stays, for its name. */
  remove(chosen: number[]): void {
    const gone = new Set(chosen.map((at) => this.seats[at]!.id))
    this.change(chosen, () => null)
    for (const category of this.drawing.categories) category.seats = category.seats.filter((id) => !gone.has(id))
  }

  undo(): void {
    this.swap(this.past, this.future)
  }

  redo(): void {
    this.swap(this.future, this.past)
  }

  private change(chosen: number[], how: (seat: Seat) => Seat | null): void {
    if (!chosen.length) return
    this.past.push(JSON.stringify(this.drawing))
    this.future = []
    const which = new Set(chosen)
    let at = 0
    for (const section of this.drawing.sections)
      for (const row of section.rows)
        row.seats = row.seats.flatMap((seat) => {
          const changed = which.has(at++) ? how(seat) : seat
          return changed ? [changed] : []
        })
  }

  private swap(from: string[], to: string[]): void {
    const before = from.pop()
    if (!before) return
    to.push(JSON.stringify(this.drawing))
    this.drawing = JSON.parse(before) as Drawing
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
