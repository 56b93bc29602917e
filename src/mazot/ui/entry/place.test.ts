// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, test } from "vitest"
import { placed } from "./place"

const window = { width: 400, height: 600 }
const box = { width: 200, height: 120 }
const anchorAt = (left: number, top: number) => ({
  left,
  top,
  right: left + 40,
  bottom: top + 32,
  width: 40,
  height: 32,
})

test("a menu opens below its button, at its start", () => {
  expect(placed(anchorAt(50, 100), box, window, "bottom", "start")).toEqual({ x: 50, y: 138 })
})

test("a menu at the foot of the window opens above", () => {
  expect(placed(anchorAt(50, 540), box, window, "bottom", "start")).toEqual({ x: 50, y: 414 })
})

test("a menu never leaves the window", () => {
  expect(placed(anchorAt(360, 100), box, window, "bottom", "start").x).toBe(192)
  expect(placed(anchorAt(0, 100), box, window, "bottom", "end").x).toBe(8)
})

test("a tooltip of the rail stands at its side, in the middle", () => {
  expect(placed(anchorAt(8, 100), { width: 60, height: 20 }, window, "end", "center")).toEqual({ x: 54, y: 106 })
})
