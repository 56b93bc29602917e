// SPDX-License-Identifier: AGPL-3.0-or-later
import { rowsOf, type Drawing, type Seat } from "./drawing"

export interface Fault {
  kind: "twice" | "unnamed" | "overlap"
  what: string
  seats: number[]
}

const CLOSE = 10 // two seats nearer than this stand on each other
const LISTED = 200

/** What a buyer would stumble over: two seats of one name in a row, seats without one, seats on each other. */
export function faultsOf(drawing: Drawing): Fault[] {
  const faults: Fault[] = []
  const cells = new Map<string, { at: number; seat: Seat }[]>()
  let at = 0
  for (const row of rowsOf(drawing)) {
    const named = new Map<string, number[]>()
    for (const seat of row.seats) {
      if (!seat.name.trim()) faults.push({ kind: "unnamed", what: row.name, seats: [at] })
      named.set(seat.name, [...(named.get(seat.name) ?? []), at])
      const cell = `${Math.floor(seat.x / CLOSE)},${Math.floor(seat.y / CLOSE)}`
      cells.set(cell, [...(cells.get(cell) ?? []), { at, seat }])
      at++
    }
    for (const [name, seats] of named)
      if (name.trim() && seats.length > 1) faults.push({ kind: "twice", what: `${row.name} ${name}`, seats })
    if (faults.length > LISTED) break
  }
  for (const [key, here] of cells) {
    const [x, y] = key.split(",").map(Number) as [number, number]
    const around = [-1, 0, 1].flatMap((right) =>
      [-1, 0, 1].flatMap((down) => cells.get(`${x + right},${y + down}`) ?? []),
    )
    for (const one of here)
      for (const other of around)
        if (other.at > one.at && Math.hypot(one.seat.x - other.seat.x, one.seat.y - other.seat.y) < CLOSE)
          faults.push({ kind: "overlap", what: `${one.seat.name} · ${other.seat.name}`, seats: [one.at, other.at] })
    if (faults.length > LISTED) break
  }
  return faults
}
