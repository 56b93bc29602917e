// SPDX-License-Identifier: AGPL-3.0-or-later
import type { HallMap } from "../hall/hall"

/** A drawing as `rules/drawing.py` says it. */
export interface Seat {
  id: string
  name: string
  x: number
  y: number
}

export interface Row {
  id: string
  name: string
  curve: number
  table: boolean
  seats: Seat[]
}

export interface Section {
  id: string
  name: string
  x: number
  y: number
  rows: Row[]
}

export interface Box {
  x: number
  y: number
  w: number
  h: number
}

export interface Stage extends Box {
  label: string
  shape: string
}

export interface Area extends Stage {
  points: [number, number][]
  rotation: number
  color: string
}

export interface Free extends Box {
  id: string
  name: string
  capacity: number
}

export interface Drawing {
  size: [number, number]
  stage: Stage
  sections: Section[]
  areas: Area[]
  free: Free[]
  categories: { name: string; color: string; seats: string[] }[]
}

/** What is not a seat: `stage`, `area/3`, `free/0`. */
export type Thing = string

export const tenth = (value: number): number => Math.round(value * 10) / 10

export function rowsOf(drawing: Drawing): Row[] {
  return drawing.sections.flatMap((section) => section.rows)
}

export function seatsIn(drawing: Drawing): Seat[] {
  return rowsOf(drawing).flatMap((row) => row.seats)
}

export function thingsOf(drawing: Drawing): Thing[] {
  const stage = drawing.stage.shape === "none" ? [] : ["stage"]
  return [...stage, ...drawing.free.map((_, at) => `free/${at}`), ...drawing.areas.map((_, at) => `area/${at}`)]
}

export function thingAt(drawing: Drawing, thing: Thing): Stage | Area | Free {
  const [kind, at] = thing.split("/")
  if (kind === "stage") return drawing.stage
  return kind === "free" ? drawing.free[Number(at)]! : drawing.areas[Number(at)]!
}

/** Where a thing stands; an ellipse and a text are drawn about their place, a polygon has its own points. */
export function boxOf(drawing: Drawing, thing: Thing): Box {
  const one = thingAt(drawing, thing)
  const shape = "shape" in one ? one.shape : ""
  if ("points" in one && shape === "polygon") return boxAround(one.points.map(([x, y]) => ({ x, y })))
  if (shape === "ellipse") return { x: one.x - one.w / 2, y: one.y - one.h / 2, w: one.w, h: one.h }
  if (shape === "text") {
    const w = Math.max(24, ("label" in one ? one.label.length : 4) * 7)
    return { x: one.x - w / 2, y: one.y - 10, w, h: 20 }
  }
  return { x: one.x, y: one.y, w: one.w, h: one.h }
}

export function boxAround(places: { x: number; y: number }[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const { x, y } of places) {
    left = Math.min(left, x)
    top = Math.min(top, y)
    right = Math.max(right, x)
    bottom = Math.max(bottom, y)
  }
  return { x: left, y: top, w: right - left, h: bottom - top }
}

/** The map that a hall is drawn from, as the server would make it of this drawing. */
export function mapOf(drawing: Drawing): HallMap {
  let [x, y] = [0, 0]
  const places = seatsIn(drawing).flatMap((seat) => {
    const step = [Math.round(seat.x * 10) - x, Math.round(seat.y * 10) - y]
    ;[x, y] = [x + step[0]!, y + step[1]!]
    return step
  })
  return {
    size: drawing.size,
    stage: drawing.stage,
    areas: drawing.areas,
    free: drawing.free,
    sections: drawing.sections.map((one) => [one.name, one.x, one.y, one.rows.length, one.id]),
    rows: rowsOf(drawing).map((row) => [
      row.name,
      row.seats.length,
      row.table ? 1 : 0,
      row.seats.map((seat) => seat.name),
    ]),
    places,
  }
}
