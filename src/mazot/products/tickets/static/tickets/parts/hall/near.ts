// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Box, Hall } from "./hall"

/** Which seats are where: a press, a rubber band or a lasso asks without one element per seat. */
export class Near {
  private readonly cells = new Map<string, number[]>()
  private readonly side: number

  constructor(private readonly hall: Hall) {
    this.side = Math.max(8, hall.spacing * 2)
    for (let seat = 0; seat < hall.x.length; seat++) {
      const key = this.key(hall.x[seat]!, hall.y[seat]!)
      const cell = this.cells.get(key)
      if (cell) cell.push(seat)
      else this.cells.set(key, [seat])
    }
  }

  /** The seat under a place, or -1. */
  at(x: number, y: number, reach = this.hall.spacing / 2): number {
    let best = -1
    let least = reach
    const cells = Math.ceil(reach / this.side)
    for (let right = -cells; right <= cells; right++)
      for (let down = -cells; down <= cells; down++)
        for (const seat of this.cells.get(this.key(x + right * this.side, y + down * this.side)) ?? []) {
          const far = Math.hypot(this.hall.x[seat]! - x, this.hall.y[seat]! - y)
          if (far < least) [least, best] = [far, seat]
        }
    return best
  }

  within(box: Box): number[] {
    return this.which((x, y) => x >= box.x && x <= box.x + box.w && y >= box.y && y <= box.y + box.h)
  }

  /** The seats inside an outline: a ray to the right crosses it an odd number of times. */
  inside(outline: [number, number][]): number[] {
    return this.which((x, y) => {
      let isInside = false
      for (let at = 0, before = outline.length - 1; at < outline.length; before = at++) {
        const [ax, ay] = outline[at]!
        const [bx, by] = outline[before]!
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside
      }
      return isInside
    })
  }

  private which(test: (x: number, y: number) => boolean): number[] {
    const found: number[] = []
    for (let seat = 0; seat < this.hall.x.length; seat++)
      if (test(this.hall.x[seat]!, this.hall.y[seat]!)) found.push(seat)
    return found
  }

  private key(x: number, y: number): string {
    return `${Math.floor(x / this.side)},${Math.floor(y / this.side)}`
  }
}

/** The next seat in a direction: along its row left and right, and the nearest of another row up and down. */
export function nextSeat(hall: Hall, seat: number, key: string): number {
  const row = hall.rows[hall.rowOf[seat]!]!
  const last = row.first + row.count - 1
  if (key === "Home") return row.first
  if (key === "End") return last
  const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [0, 0]
  let best = seat
  let least = Infinity
  for (let other = 0; other < hall.x.length; other++) {
    const right = hall.x[other]! - hall.x[seat]!
    const down = hall.y[other]! - hall.y[seat]!
    const ahead = right * dx! + down * dy!
    const aside = Math.abs(right * dy!) + Math.abs(down * dx!)
    if (other === seat || ahead < hall.spacing * 0.3 || aside > ahead * 2) continue
    const isSameRow = hall.rowOf[other] === hall.rowOf[seat]
    if (dy !== 0 && isSameRow) continue
    const far = ahead + aside * 2 - (dx !== 0 && isSameRow ? hall.spacing : 0)
    if (far < least) [least, best] = [far, other]
  }
  return best
}
