// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  boxAround,
  boxOf,
  rowsOf,
  seatsIn,
  tenth,
  type Area,
  type Box,
  type Drawing,
  type Row,
  type Thing,
} from "./drawing"
import { ownId } from "./add"
import type { Choice, Draft } from "./draft"
import { nextName, rowPlaces, seatNames, lettered, type Numbering } from "./geometry"

interface Part extends Choice {
  box: Box
}

/** What stands together: the chosen seats of each row, and each thing. */
export function partsOf(drawing: Drawing, { seats, things }: Choice): Part[] {
  const which = new Set(seats)
  let at = 0
  const rows = rowsOf(drawing).flatMap((row): Part[] => {
    const mine = row.seats.map((_, index) => at + index).filter((index) => which.has(index))
    const box = boxAround(mine.map((index) => row.seats[index - at]!))
    at += row.seats.length
    return mine.length ? [{ seats: mine, things: [], box }] : []
  })
  return [...rows, ...things.map((thing) => ({ seats: [], things: [thing], box: boxOf(drawing, thing) }))]
}

export function boxOfChoice(drawing: Drawing, choice: Choice): Box {
  const boxes = partsOf(drawing, choice).map((part) => part.box)
  return boxAround(
    boxes.flatMap(({ x, y, w, h }) => [
      { x, y },
      { x: x + w, y: y + h },
    ]),
  )
}

/** Rows and things to one line: "start", "middle" or "end" of the whole, along an axis. */
export function align(draft: Draft, choice: Choice, axis: "x" | "y", where: number): void {
  const side = axis === "x" ? "w" : "h"
  const whole = boxOfChoice(draft.drawing, choice)
  const line = whole[axis] + whole[side] * where
  shift(draft, choice, (box) => line - box[axis] - box[side] * where, axis)
}

/** The same room between their middles. */
export function distribute(draft: Draft, choice: Choice, axis: "x" | "y"): void {
  const side = axis === "x" ? "w" : "h"
  const middle = (box: Box): number => box[axis] + box[side] / 2
  const all = partsOf(draft.drawing, choice)
    .map(({ box }) => middle(box))
    .sort((a, b) => a - b)
  if (all.length < 3) return
  const step = (all.at(-1)! - all[0]!) / (all.length - 1)
  const taken = new Map<number, number>()
  shift(
    draft,
    choice,
    (box) => {
      const from = all.indexOf(middle(box))
      const nth = from + (taken.get(from) ?? 0)
      taken.set(from, (taken.get(from) ?? 0) + 1)
      return all[0]! + step * nth - middle(box)
    },
    axis,
  )
}

function shift(draft: Draft, choice: Choice, by: (box: Box) => number, axis: "x" | "y"): void {
  const parts = partsOf(draft.drawing, choice)
  draft.change((drawing) => {
    const seats = seatsIn(drawing)
    for (const part of parts) {
      const far = by(part.box)
      for (const at of part.seats) seats[at]![axis] = tenth(seats[at]![axis] + far)
      for (const thing of part.things) moveThing(drawing, thing, axis, far)
    }
  })
}

function moveThing(drawing: Drawing, thing: Thing, axis: "x" | "y", far: number): void {
  const [kind, at] = thing.split("/")
  const one =
    kind === "stage" ? drawing.stage : kind === "free" ? drawing.free[Number(at)]! : drawing.areas[Number(at)]!
  one[axis] = tenth(one[axis] + far)
  if ("points" in one) for (const point of (one as Area).points) point[axis === "x" ? 0 : 1] += far
}

/** Left becomes right. A row keeps its order from left to right, so its seats are listed the other way round. */
export function mirror(draft: Draft, choice: Choice): void {
  const { x, w } = boxOfChoice(draft.drawing, choice)
  const which = new Set(choice.seats.map((at) => draft.seats[at]!.id))
  draft.place(choice.seats, [], (atX, atY) => [tenth(2 * x + w - atX), atY])
  draft.amend((drawing) => {
    for (const row of rowsOf(drawing)) if (row.seats.every((seat) => which.has(seat.id))) row.seats.reverse()
  })
}

/** A copy beside what is chosen. Whole sections become sections, rows are named on. Answers with the new seat ids. */
export function duplicate(draft: Draft, choice: Choice, dx = 20, dy = 20): { ids: string[]; things: Thing[] } {
  const made = { ids: [] as string[], things: [] as Thing[] }
  const which = new Set(choice.seats.map((at) => draft.seats[at]!.id))
  const copied = (row: Row, name: string): Row => {
    const seats = row.seats.filter((seat) => which.has(seat.id))
    const news = seats.map((seat) => ({ ...seat, id: ownId("p"), x: tenth(seat.x + dx), y: tenth(seat.y + dy) }))
    made.ids.push(...news.map((seat) => seat.id))
    return { ...row, id: ownId("r"), name, seats: news }
  }
  draft.change((drawing) => {
    for (const section of [...drawing.sections]) {
      const rows = section.rows.filter((row) => row.seats.some((seat) => which.has(seat.id)))
      if (!rows.length) continue
      const isWhole = section.rows.every((row) => row.seats.every((seat) => which.has(seat.id)))
      if (isWhole) {
        const [x, y] = [tenth(section.x + dx), tenth(section.y + dy)]
        const named = nextName(section.name)
        drawing.sections.push({ id: ownId("s"), name: named, x, y, rows: rows.map((row) => copied(row, row.name)) })
      } else for (const row of rows) section.rows.push(copied(row, nextName(section.rows.at(-1)!.name)))
    }
    for (const thing of choice.things) {
      const [kind, at] = thing.split("/")
      const list = kind === "free" ? drawing.free : kind === "area" ? drawing.areas : null
      if (!list) continue
      const copy = structuredClone(list[Number(at)]!)
      if ("id" in copy) copy.id = ownId("f")
      Object.assign(copy, { x: copy.x + dx, y: copy.y + dy })
      if ("points" in copy) copy.points = copy.points.map(([x, y]) => [x + dx, y + dy])
      list.push(copy as never)
      made.things.push(`${kind}/${list.length - 1}`)
    }
  })
  return made
}

export function rowsChosen(drawing: Drawing, seats: number[]): Row[] {
  const all = seatsIn(drawing)
  const ids = new Set(seats.map((at) => all[at]!.id))
  return rowsOf(drawing).filter((row) => row.seats.some((seat) => ids.has(seat.id)))
}

export function numberRows(draft: Draft, seats: number[], numbering: Numbering): void {
  draft.change((drawing) => {
    for (const row of rowsChosen(drawing, seats)) {
      const names = seatNames(row.seats.length, numbering)
      row.seats.forEach((seat, at) => (seat.name = names[at]!))
    }
  })
}

export function nameRows(draft: Draft, seats: number[], first: string): void {
  draft.change((drawing) => {
    let name = /^\d+$/.test(first) || !/^[a-z]$/.test(first) ? first : lettered(first.charCodeAt(0) - 96)
    for (const row of rowsChosen(drawing, seats)) {
      row.name = name
      name = nextName(name)
    }
  })
}

/** Rows anew about their middles: how many seats, how far apart, how bent. Seats that stay keep their ids. */
export function shapeRows(draft: Draft, seats: number[], n: number, spacing: number, curve: number): void {
  draft.change((drawing) => {
    for (const row of rowsChosen(drawing, seats)) {
      if (row.table) continue
      const [from, to] = [row.seats[0]!, row.seats.at(-1)!]
      const turned = row.seats.length > 1 ? (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI : 0
      const box = boxAround(row.seats)
      const places = rowPlaces(
        n || row.seats.length,
        { x: box.x + box.w / 2, y: box.y + box.h },
        spacing,
        curve,
        turned,
      )
      const last = (): string => row.seats.at(-1)!.name
      while (row.seats.length < places.length) row.seats.push({ id: ownId("p"), name: nextName(last()), x: 0, y: 0 })
      const gone = new Set(row.seats.splice(places.length).map((seat) => seat.id))
      for (const category of drawing.categories) category.seats = category.seats.filter((id) => !gone.has(id))
      row.seats.forEach((seat, at) => Object.assign(seat, places[at]))
      row.curve = curve
    }
  })
}
