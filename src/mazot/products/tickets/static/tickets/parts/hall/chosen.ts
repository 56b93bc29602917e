// SPDX-License-Identifier: AGPL-3.0-or-later
/** Which seats are chosen, with the last one pressed, from which a range reaches. */
export class Chosen {
  readonly seats = new Set<number>()
  private anchor = -1

  constructor(private readonly changed: () => void) {}

  get list(): number[] {
    return [...this.seats].sort((a, b) => a - b)
  }

  toggle(seat: number): void {
    if (!this.seats.delete(seat)) this.seats.add(seat)
    this.anchor = seat
    this.changed()
  }

  /** From the last seat pressed to this one, in plan order. */
  reach(seat: number): void {
    const from = this.anchor < 0 ? seat : this.anchor
    for (let at = Math.min(from, seat); at <= Math.max(from, seat); at++) this.seats.add(at)
    this.changed()
  }

  /** A row, a section or what a band caught: all of them, or none when they all were. */
  turn(seats: number[]): void {
    const areAll = seats.length > 0 && seats.every((seat) => this.seats.has(seat))
    for (const seat of seats) areAll ? this.seats.delete(seat) : this.seats.add(seat)
    this.changed()
  }

  add(seats: number[]): void {
    for (const seat of seats) this.seats.add(seat)
    this.changed()
  }

  drop(seats: number[]): void {
    for (const seat of seats) this.seats.delete(seat)
    this.changed()
  }

  only(seats: Iterable<number>): void {
    const next = [...seats]
    this.seats.clear()
    for (const seat of next) this.seats.add(seat)
    this.changed()
  }

  invert(count: number): void {
    this.only(Array.from({ length: count }, (_, seat) => seat).filter((seat) => !this.seats.has(seat)))
  }
}
