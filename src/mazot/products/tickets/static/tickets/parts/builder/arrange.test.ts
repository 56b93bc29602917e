// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test } from "vitest"
import { addOne, addSection } from "./add"
import { align, boxOfChoice, distribute, duplicate, mirror, nameRows, numberRows, shapeRows } from "./arrange"
import { Draft } from "./draft"
import { rowsOf, type Drawing } from "./drawing"
import { faultsOf } from "./faults"
import { lettered, nextName, seatNames } from "./geometry"
import { Snap } from "./snap"

const words = { section: "Section", table: "Tables", free: "Standing", stage: "Stage", text: "Text" }
const up = { scheme: "up", first: 1, without: "" }
let draft: Draft

beforeEach(() => {
  const stage = { x: 0, y: 0, w: 0, h: 0, label: "", shape: "none" }
  const drawing: Drawing = { size: [400, 300], stage, sections: [], areas: [], free: [], categories: [] }
  draft = new Draft(drawing)
  draft.change((one) =>
    addSection(
      one,
      { x: 200, y: 100 },
      {
        name: "Parterre",
        rows: 3,
        seats: 4,
        more: 2,
        curve: 0,
        aisle: 0,
        rowScheme: "letters",
        firstRow: 1,
        numbering: up,
      },
    ),
  )
})

const all = (): number[] => draft.seats.map((_, at) => at)
const choice = (seats: number[]): { seats: number[]; things: string[] } => ({ seats, things: [] })
const names = (row: number): string[] => rowsOf(draft.drawing)[row]!.seats.map((seat) => seat.name)

test("a section is drawn with rows that grow, and every id is its own", () => {
  expect(rowsOf(draft.drawing).map((row) => [row.name, row.seats.length])).toEqual([
    ["A", 4],
    ["B", 6],
    ["C", 8],
  ])
  expect(new Set(draft.seats.map((seat) => seat.id)).size).toBe(18)
})

test("numbers run as theaters write them", () => {
  expect(seatNames(4, { scheme: "down", first: 1, without: "" })).toEqual(["4", "3", "2", "1"])
  expect(seatNames(3, { scheme: "odd", first: 2, without: "" })).toEqual(["3", "5", "7"])
  expect(seatNames(3, { scheme: "even", first: 1, without: "" })).toEqual(["2", "4", "6"])
  expect(seatNames(5, { scheme: "middle", first: 1, without: "" })).toEqual(["5", "3", "1", "2", "4"])
  expect(seatNames(3, { scheme: "up", first: 12, without: "13" })).toEqual(["12", "14", "15"])
  expect(seatNames(3, { scheme: "letters", first: 8, without: "i" })).toEqual(["H", "J", "K"])
  expect([lettered(26), lettered(27), nextName("Z"), nextName("Box 9"), nextName("Loge")]).toEqual([
    "Z",
    "AA",
    "AA",
    "Box 10",
    "Loge 2",
  ])
})

test("rows are numbered and named from the first on", () => {
  numberRows(draft, all(), { scheme: "odd", first: 1, without: "" })
  nameRows(draft, all(), "K")
  expect(names(0)).toEqual(["1", "3", "5", "7"])
  expect(rowsOf(draft.drawing).map((row) => row.name)).toEqual(["K", "L", "M"])
  draft.undo()
  draft.undo()
  expect(names(0)).toEqual(["1", "2", "3", "4"])
})

test("a row that grows keeps its seats, and one that shrinks leaves the categories", () => {
  const first = draft.seats[0]!.id
  draft.drawing.categories.push({ name: "One", color: "", seats: draft.seats.slice(0, 4).map((seat) => seat.id) })
  shapeRows(draft, [0], 6, 30, 400)
  expect(names(0)).toEqual(["1", "2", "3", "4", "5", "6"])
  expect(draft.seats[0]!.id).toBe(first)
  expect(draft.seats[0]!.y).toBeLessThan(draft.seats[2]!.y)
  shapeRows(draft, [0], 2, 30, 0)
  expect(draft.drawing.categories[0]!.seats).toEqual(draft.seats.slice(0, 2).map((seat) => seat.id))
})

test("rows come to one edge, and get the same room", () => {
  align(draft, choice(all()), "x", 0)
  expect(rowsOf(draft.drawing).map((row) => row.seats[0]!.x)).toEqual([102, 102, 102])
  draft.move([4, 5, 6, 7, 8, 9], 0, 12)
  distribute(draft, choice(all()), "y")
  expect(rowsOf(draft.drawing).map((row) => row.seats[0]!.y)).toEqual([100, 130, 160])
})

test("a mirrored row still counts from left to right, with the numbers turned", () => {
  mirror(draft, choice([0, 1, 2, 3]))
  expect(names(0)).toEqual(["4", "3", "2", "1"])
  expect(rowsOf(draft.drawing)[0]!.seats.map((seat) => seat.x)).toEqual([158, 186, 214, 242])
})

test("a copied row is named on, and a copied section becomes a section", () => {
  const row = duplicate(draft, choice([0, 1, 2, 3]))
  expect([row.ids.length, rowsOf(draft.drawing).at(-1)!.name]).toEqual([4, "D"])
  draft.undo()
  duplicate(draft, choice(all()))
  expect(draft.drawing.sections.map((section) => section.name)).toEqual(["Parterre", "Parterre 2"])
  expect(new Set(draft.seats.map((seat) => seat.id)).size).toBe(36)
})

test("tables, areas and shapes are added, moved and removed, and come back", () => {
  const middle = { x: 500, y: 500 }
  draft.change((one) => addOne(one, "round", middle, words))
  draft.change((one) => addOne(one, "long", middle, words, draft.drawing.sections[1]!.id))
  for (const kind of ["free", "rectangle", "text", "stage"] as const)
    draft.change((one) => addOne(one, kind, middle, words))
  expect(draft.drawing.sections[1]!.rows.map((row) => [row.name, row.table])).toEqual([
    ["1", true],
    ["2", true],
  ])
  const things = ["stage", "free/0", "area/1"]
  draft.move([], 10, 0, things)
  expect([draft.drawing.stage.x, draft.drawing.free[0]!.x, draft.drawing.areas[1]!.x]).toEqual([350, 390, 510])
  draft.remove([], things)
  expect([draft.drawing.stage.shape, draft.drawing.free.length, draft.drawing.areas.length]).toEqual(["none", 0, 1])
  draft.undo()
  expect(draft.drawing.stage.shape).toBe("trapezoid")
})

test("faults are found where they are", () => {
  expect(faultsOf(draft.drawing)).toEqual([])
  const [first, second, third] = draft.seats
  first!.name = "2"
  third!.name = " "
  second!.x = first!.x + 3
  expect(faultsOf(draft.drawing).map(({ kind, seats }) => [kind, seats])).toEqual([
    ["unnamed", [2]],
    ["twice", [0, 1]],
    ["overlap", [0, 1]],
  ])
})

test("what is dragged stays on the lines of others, within reach", () => {
  const snap = new Snap(draft.drawing, choice([0, 1, 2, 3]), boxOfChoice(draft.drawing, choice([0, 1, 2, 3])))
  expect(snap.to(1.4, 28, 5)).toEqual({ dx: 0, dy: 30, guides: [{ x: 158 }, { y: 130 }] })
  expect(snap.to(7.4, 13.2, 3).guides).toEqual([])
})
