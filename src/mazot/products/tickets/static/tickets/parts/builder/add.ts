// SPDX-License-Identifier: AGPL-3.0-or-later
import { tenth, type Drawing, type Row, type Section, type Seat } from "./drawing"
import { DEPTH, SPACING, lettered, longPlaces, nextName, roundPlaces, rowPlaces, seatNames } from "./geometry"
import type { Numbering, Place } from "./geometry"

/** A section as somebody asks for it; `curve` is the radius of the first row's arc, 0 when rows are straight. */
export interface Wish {
  name: string
  rows: number
  seats: number
  more: number // seats from row to row
  curve: number
  aisle: number // after this seat
  rowScheme: "letters" | "numbers"
  firstRow: number
  numbering: Numbering
}

/** What the form of a section asks for. */
export function wishOf(said: FormData): Wish {
  const number = (key: string, otherwise = 0): number => Number(said.get(key)) || otherwise
  return {
    name: String(said.get("section")).trim(),
    rows: Math.min(100, number("n_rows", 1)),
    seats: Math.min(200, number("n_seats", 1)),
    more: number("more_per_row"),
    curve: number("curve"),
    aisle: number("aisle_after"),
    rowScheme: said.get("row_scheme") === "numbers" ? "numbers" : "letters",
    firstRow: number("first", 1),
    numbering: { scheme: String(said.get("seat_scheme")), first: 1, without: "" },
  }
}

let count = 0

/** Seat ids stay from version to version, so a new one must be like none before. */
export function ownId(letter: string): string {
  const random = crypto.getRandomValues(new Uint32Array(2))
  return `${letter}${random[0]!.toString(36)}${random[1]!.toString(36)}${(count++).toString(36)}`
}

export function seated(places: Place[], names: string[]): Seat[] {
  return places.map(({ x, y }, at) => ({ id: ownId("p"), name: names[at] ?? "", x, y }))
}

export function newRow(name: string, seats: Seat[], more: { curve?: number; table?: boolean } = {}): Row {
  return { id: ownId("r"), name, curve: more.curve ?? 0, table: more.table ?? false, seats }
}

export function addSection(drawing: Drawing, at: Place, wish: Wish): Section {
  const rows = Array.from({ length: wish.rows }, (_, index) => {
    const n = wish.seats + wish.more * index
    const isSplit = wish.aisle > 0 && wish.aisle < n
    const curve = wish.curve ? wish.curve + index * DEPTH : 0
    const middle = { x: at.x, y: at.y + index * DEPTH }
    const places = rowPlaces(isSplit ? n + 1 : n, middle, SPACING, curve).filter(
      (_place, place) => !isSplit || place !== wish.aisle,
    )
    const number = wish.firstRow + index
    const name = wish.rowScheme === "letters" ? lettered(number) : String(number)
    return newRow(name, seated(places, seatNames(n, wish.numbering)), { curve })
  })
  const section = { id: ownId("s"), name: wish.name, x: at.x, y: tenth(at.y + wish.rows * DEPTH + 14), rows }
  drawing.sections.push(section)
  return section
}

/** The section that a new row goes to: that of what is chosen, else one of its own. */
function home(drawing: Drawing, section: string | undefined, at: Place, name: string): Section {
  const found = drawing.sections.find((one) => one.id === section)
  if (found) return found
  const made: Section = { id: ownId("s"), name, x: at.x, y: at.y + 60, rows: [] }
  drawing.sections.push(made)
  return made
}

export type Kind = "row" | "seat" | "round" | "long" | "free" | "rectangle" | "ellipse" | "text" | "stage"

export interface Words {
  section: string
  table: string
  free: string
  stage: string
  text: string
}

/** One more of a kind, about a place. Answers with what is then chosen: seat ids, or a thing. */
export function addOne(drawing: Drawing, kind: Kind, at: Place, words: Words, section?: string): string[] {
  const [x, y] = [Math.round(at.x), Math.round(at.y)]
  const up: Numbering = { scheme: "up", first: 1, without: "" }
  const box = (w: number, h: number) => ({ x: x - w / 2, y: y - h / 2, w, h })
  if (kind === "stage") {
    drawing.stage = { ...box(320, 60), label: words.stage, shape: "trapezoid" }
    return ["stage"]
  }
  if (kind === "free") {
    drawing.free.push({ id: ownId("f"), name: words.free, capacity: 100, ...box(240, 140) })
    return [`free/${drawing.free.length - 1}`]
  }
  if (kind === "rectangle" || kind === "ellipse" || kind === "text") {
    const size =
      kind === "rectangle" ? box(120, 60) : { x, y, w: kind === "text" ? 0 : 80, h: kind === "text" ? 0 : 80 }
    const label = kind === "text" ? words.text : ""
    drawing.areas.push({ shape: kind, ...size, label, points: [], rotation: 0, color: "" })
    return [`area/${drawing.areas.length - 1}`]
  }
  const isTable = kind === "round" || kind === "long"
  const into = home(drawing, section, { x, y }, isTable ? words.table : words.section)
  const last = into.rows.at(-1)?.name
  const n = { row: 10, seat: 1, round: 8, long: 8 }[kind]
  const places = isTable
    ? kind === "round"
      ? roundPlaces(n, { x, y }, 42)
      : longPlaces(n, { x, y })
    : rowPlaces(n, { x, y }, SPACING)
  const row = newRow(last ? nextName(last) : isTable ? "1" : "A", seated(places, seatNames(n, up)), { table: isTable })
  into.rows.push(row)
  return row.seats.map((seat) => seat.id)
}
