// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test } from "vitest"
import { Draft, type Drawing } from "./draft"

let draft: Draft
beforeEach(() => {
  const seats = [0, 20, 40].map((x) => ({ id: `s${x}`, name: String(x), x, y: 10 }))
  const stage = { x: 0, y: 0, w: 0, h: 0, label: "", shape: "none" }
  const rows = [{ id: "r", name: "A", curve: 0, table: false, seats }]
  const drawing: Drawing = {
    size: [100, 100],
    stage,
    sections: [{ id: "s", name: "Milieu", x: 20, y: 40, rows }],
    areas: [],
    free: [],
    categories: [{ name: "One", color: "", seats: ["s0", "s20"] }],
  }
  draft = new Draft(drawing)
})
const places = (): number[][] => draft.seats.map(({ x, y }) => [x, y])

test("chosen seats move together, and back", () => {
  draft.move([0, 2], 5, -5)
  expect(places()).toEqual([
    [5, 5],
    [20, 10],
    [45, 5],
  ])
  draft.undo()
  expect(places()[0]).toEqual([0, 10])
  draft.redo()
  expect(places()[0]).toEqual([5, 5])
  expect([draft.canUndo, draft.canRedo]).toEqual([true, false])
})

test("a row turns about its middle", () => {
  draft.turn([0, 1, 2], 90)
  expect(places()).toEqual([
    [20, -10],
    [20, 10],
    [20, 30],
  ])
})

test("a seat that goes leaves its category too, and comes back with it", () => {
  draft.remove([0])
  expect(draft.seats.map(({ id }) => id)).toEqual(["s20", "s40"])
  expect(draft.drawing.categories[0]!.seats).toEqual(["s20"])
  draft.undo()
  expect(draft.drawing.categories[0]!.seats).toEqual(["s0", "s20"])
})

test("nothing chosen is no change", () => {
  draft.move([], 5, 5)
  expect(draft.canUndo).toBe(false)
})

test("undone as far as it is remembered, it is still not what the server has", () => {
  for (let step = 0; step < 90; step++) draft.move([0], 1, 0)
  draft.settle()
  expect(draft.isChanged).toBe(false)
  for (let step = 0; step < 90; step++) draft.undo()
  expect([draft.canUndo, draft.isChanged]).toEqual([false, true])
  for (let step = 0; step < 90; step++) draft.redo()
  expect(draft.isChanged).toBe(false)
})

test("what was drawn while the drawing travelled to the server is not saved", () => {
  draft.move([0], 1, 0)
  const sent = draft.amend(() => undefined)
  draft.move([0], 1, 0)
  draft.settle(sent)
  expect(draft.isChanged).toBe(true)
  draft.undo()
  expect(draft.isChanged).toBe(false)
})
