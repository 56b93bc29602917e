// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, test } from "vitest"
import { batched, Pace, type Piece } from "./batch"

const piece = (name: string, details: Partial<Piece> = {}): Piece => ({
  key: name,
  file: null,
  name,
  folders: [],
  size: 100,
  modified: 0,
  type: "",
  folder: "f",
  replaces: false,
  url: "",
  sent: 0,
  state: "waiting",
  problem: "",
  ...details,
})

test("files of one dropped folder are one row, loose files have a row each", () => {
  const rows = batched([piece("a", { folders: ["Photos"] }), piece("b", { folders: ["Photos", "2026"] }), piece("c")])
  expect(rows.map((row) => [row.title, row.pieces.length, row.isFolder])).toEqual([
    ["Photos", 2, true],
    ["c", 1, false],
  ])
})

test("a row shows what needs the person before what goes by itself", () => {
  const [row] = batched([
    piece("a", { folders: ["P"], state: "sending" }),
    piece("b", { folders: ["P"], state: "failed", problem: "There is not enough room left for this file." }),
  ])
  expect(row!.state).toBe("failed")
  expect(row!.problem).toBe("There is not enough room left for this file.")
})

test("a row is never at a hundred before all of it is a file", () => {
  const [row] = batched([piece("a", { sent: 100, state: "sending" })])
  expect(row!.percent).toBe(99)
  row!.pieces[0]!.state = "done"
  expect(row!.percent).toBe(100)
})

test("a file of 0 bytes moves too", () => {
  const [row] = batched([piece("a", { size: 0 })])
  expect(row!.percent).toBe(0)
})

test("the time left comes from what went in the last seconds", () => {
  const pace = new Pace()
  expect(pace.left(1000)).toBeUndefined()
  pace.note(0, 0)
  pace.note(200, 2000)
  expect(pace.left(1000)).toBe(8)
})
