// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test } from "vitest"
import type { Drawing } from "./drawing"
import { Memory } from "./memory"

const drawing = (name: string): Drawing => ({
  size: [100, 100],
  stage: { x: 0, y: 0, w: 0, h: 0, label: "", shape: "none" },
  sections: [{ id: "s", name, x: 0, y: 0, rows: [] }],
  areas: [],
  free: [],
  categories: [],
})
const NOW = Date.now()
beforeEach(() => localStorage.clear())

test("what one tab kept, the next one finds, with the version it was drawn on", () => {
  expect(new Memory(localStorage, "p1", "a").keep(drawing("Stalls"), 4, NOW)).toBe(true)
  expect(new Memory(localStorage, "p1", "b").kept()).toMatchObject({ number: 4, drawing: drawing("Stalls"), tab: "a" })
  expect(new Memory(localStorage, "p2", "b").kept()).toBeNull()
})

test("a tab forgets its own drawing only, unless it is told to forget whatever is there", () => {
  const [mine, other] = [new Memory(localStorage, "p1", "a"), new Memory(localStorage, "p1", "b")]
  mine.keep(drawing("Stalls"), 4, NOW)
  other.forget()
  expect(mine.kept()).not.toBeNull()
  other.forget(true)
  expect(mine.kept()).toBeNull()
})

test("a browser without room says so, and keeps nothing older in its place", () => {
  let isFull = false
  const store = {
    getItem: (key: string) => localStorage.getItem(key),
    removeItem: (key: string) => localStorage.removeItem(key),
    setItem(key: string, text: string) {
      if (isFull) throw new DOMException("no room", "QuotaExceededError")
      localStorage.setItem(key, text)
    },
  } as Storage
  const memory = new Memory(store, "p1", "a")
  memory.keep(drawing("Stalls"), 4, NOW)
  isFull = true
  expect(memory.keep(drawing("Balcony"), 4, NOW)).toBe(false)
  expect(memory.kept()).toBeNull()
  expect(new Memory(null, "p1", "a").keep(drawing("Stalls"), 4, NOW)).toBe(false)
})

test("what is no drawing, or nobody came back for in a month, is not offered", () => {
  for (const text of ["{", "null", "5", '{"number": "4", "drawing": {"sections": []}}', '{"number": 4}']) {
    localStorage.setItem("mazot.drawing.p1", text)
    expect(new Memory(localStorage, "p1", "a").kept()).toBeNull()
  }
  new Memory(localStorage, "p1", "a").keep(drawing("Stalls"), 4, NOW - 31 * 24 * 3600 * 1000)
  expect(new Memory(localStorage, "p2", "a").kept()).toBeNull()
  expect(localStorage.getItem("mazot.drawing.p1")).toBeNull()
})
