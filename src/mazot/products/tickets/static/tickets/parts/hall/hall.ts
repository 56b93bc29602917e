// SPDX-License-Identifier: AGPL-3.0-or-later
/** A drawn hall as the server tells it: see `rules/seatmap.py`. Seats are named by their index in plan order. */

export interface Stage {
  x: number
  y: number
  w: number
  h: number
  label: string
  shape: string
}

export interface Area extends Stage {
  points: [number, number][]
  rotation: number
}

export interface Free {
  name: string
  capacity: number
  x: number
  y: number
  w: number
  h: number
}

/** What is sent. */
export interface HallMap {
  size: [number, number]
  stage: Stage
  areas: Area[]
  free: Free[]
  sections: [string, number, number, number, string][]
  rows: [string, number, number, [number, number] | string[]][]
  places: number[]
}

export interface Row {
  name: string
  first: number
  count: number
  isTable: boolean
  section: number
}

export interface Section {
  name: string
  x: number
  y: number
  rows: number[]
  first: number
  count: number
}

export interface Hall {
  stage: Stage
  areas: Area[]
  free: Free[]
  sections: Section[]
  rows: Row[]
  names: string[]
  rowOf: Int32Array
  x: Float32Array
  y: Float32Array
  turned: Float32Array
  spacing: number
}

export function read(map: HallMap): Hall {
  const n = map.places.length / 2
  const hall: Hall = {
    stage: map.stage,
    areas: map.areas,
    free: map.free,
    sections: [],
    rows: [],
    names: [],
    rowOf: new Int32Array(n),
    x: new Float32Array(n),
    y: new Float32Array(n),
    turned: new Float32Array(n),
    spacing: 28,
  }
  let x = 0
  let y = 0
  for (let seat = 0; seat < n; seat++) {
    hall.x[seat] = (x += map.places[2 * seat]!) / 10
    hall.y[seat] = (y += map.places[2 * seat + 1]!) / 10
  }
  let row = 0
  let seat = 0
  for (const [name, atX, atY, count] of map.sections) {
    const section: Section = { name, x: atX, y: atY, rows: [], first: seat, count: 0 }
    for (let end = row + count; row < end; row++) {
      const [rowName, seats, isTable, names] = map.rows[row]!
      section.rows.push(row)
      hall.rows.push({
        name: rowName,
        first: seat,
        count: seats,
        isTable: isTable === 1,
        section: hall.sections.length,
      })
      for (let at = 0; at < seats; at++) hall.names.push(nameAt(names, at))
      hall.rowOf.fill(row, seat, seat + seats)
      seat += seats
    }
    section.count = seat - section.first
    hall.sections.push(section)
  }
  hall.spacing = usualStep(hall)
  turn(hall)
  return hall
}

function nameAt(names: [number, number] | string[], at: number): string {
  return typeof names[0] === "number" ? String(names[0] + at * (names[1] as number)) : ((names[at] as string) ?? "")
}

/** The step that seats of a row usually have: an aisle or a table must not shrink all the others. */
function usualStep(hall: Hall): number {
  const steps: number[] = []
  for (const row of hall.rows)
    for (let seat = row.first + 1; seat < row.first + row.count; seat++)
      steps.push(Math.hypot(hall.x[seat]! - hall.x[seat - 1]!, hall.y[seat]! - hall.y[seat - 1]!))
  const used = steps.filter((step) => step > 1).sort((a, b) => a - b)
  return used.length ? used[Math.floor(used.length / 4)]! : 28
}

/** Seats of an arc look along it, as they stand. */
export function turn(hall: Hall): void {
  for (const { first, count, isTable } of hall.rows) {
    if (isTable || count < 2) continue
    for (let seat = first; seat < first + count; seat++) {
      const from = Math.max(first, seat - 1)
      const to = Math.min(first + count - 1, seat + 1)
      const dx = hall.x[to]! - hall.x[from]!
      const dy = hall.y[to]! - hall.y[from]!
      const angle = dx < 0 ? Math.atan2(-dy, -dx) : Math.atan2(dy, dx)
      hall.turned[seat] = Math.abs(angle) > 1.05 ? 0 : angle
    }
  }
}

export function seatsOf(group: { first: number; count: number }): number[] {
  return Array.from({ length: group.count }, (_, at) => group.first + at)
}

export interface Box {
  x: number
  y: number
  w: number
  h: number
}

/** The box around all that is drawn. */
export function bounds(hall: Hall): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  const add = (x: number, y: number): void => {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  const reach = hall.spacing
  for (let seat = 0; seat < hall.x.length; seat++) {
    add(hall.x[seat]! - reach, hall.y[seat]! - reach)
    add(hall.x[seat]! + reach, hall.y[seat]! + reach)
  }
  const boxes: Box[] = [...hall.free, ...hall.areas.filter((area) => area.shape === "rectangle")]
  if (hall.stage.shape !== "none") boxes.push(hall.stage)
  for (const box of boxes) {
    add(box.x, box.y)
    add(box.x + box.w, box.y + box.h)
  }
  for (const area of hall.areas) for (const [x, y] of area.points) add(x, y)
  for (const section of hall.sections) add(section.x, section.y)
  return left === Infinity ? { x: 0, y: 0, w: 600, h: 400 } : { x: left, y: top, w: right - left, h: bottom - top }
}
