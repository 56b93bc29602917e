// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test, vi } from "vitest"
import { mounted } from "@ui/entry/mounted"
import { Camera } from "./camera"
import { Chosen } from "./chosen"
import { bounds, read, type HallMap } from "./hall"
import { History } from "./history"
import { Walk } from "./keys"
import { SeatList } from "./list"
import { Near, nextSeat } from "./near"
import { View } from "./view"

/** Two rows of three beside a table of two: A1 A2 A3 / B2 B4 B6, and the seats X and Y. */
const map: HallMap = {
  size: [300, 200],
  stage: { x: 0, y: 0, w: 80, h: 20, label: "<b>Stage</b>", shape: "trapezoid" },
  areas: [],
  free: [],
  sections: [
    ["Left", 28, 120, 2, "l"],
    ["Boxes", 200, 120, 1, "b"],
  ],
  rows: [
    ["A", 3, 0, [1, 1]],
    ["B", 3, 0, [2, 2]],
    ["1", 2, 1, ["X", "Y"]],
  ],
  places: [0, 500, 280, 0, 280, 0, -560, 300, 280, 0, 280, 0, 1440, -300, 280, 0],
}
const hall = read(map)
const said = { plan: "Plan", row: "Row #", section: "Section #" }

test("a map is read as it was drawn: places add up and names count", () => {
  expect(hall.names).toEqual(["1", "2", "3", "2", "4", "6", "X", "Y"])
  expect([...hall.x]).toEqual([0, 28, 56, 0, 28, 56, 200, 228])
  expect([hall.y[0], hall.y[3], hall.y[7]]).toEqual([50, 80, 50])
  expect(hall.sections.map(({ first, count }) => [first, count])).toEqual([
    [0, 6],
    [6, 2],
  ])
  expect(hall.spacing).toBe(28)
  expect(bounds(hall).x).toBeLessThanOrEqual(-28)
})

test("a press, a band and a lasso find their seats", () => {
  const near = new Near(hall)
  expect(near.at(30, 52)).toBe(1)
  expect(near.at(110, 60)).toBe(-1)
  expect(near.within({ x: -5, y: 45, w: 40, h: 50 })).toEqual([0, 1, 3, 4])
  const triangle: [number, number][] = [
    [-10, 40],
    [60, 40],
    [-10, 100],
  ]
  expect(near.inside(triangle)).toEqual([0, 1, 3])
})

test("arrows walk along the row, and up and down to the nearest of another", () => {
  expect(nextSeat(hall, 0, "ArrowRight")).toBe(1)
  expect(nextSeat(hall, 2, "ArrowRight")).toBe(6)
  expect(nextSeat(hall, 1, "ArrowDown")).toBe(4)
  expect(nextSeat(hall, 4, "ArrowUp")).toBe(1)
  expect(nextSeat(hall, 0, "ArrowLeft")).toBe(0)
  expect([nextSeat(hall, 4, "Home"), nextSeat(hall, 4, "End")]).toEqual([3, 5])
})

test("seats are chosen one by one, by range, by row and inside out", () => {
  const changed = vi.fn()
  const chosen = new Chosen(changed)
  chosen.toggle(1)
  chosen.reach(4)
  expect(chosen.list).toEqual([1, 2, 3, 4])
  chosen.turn([0, 1, 2])
  expect(chosen.list).toEqual([0, 1, 2, 3, 4])
  chosen.turn([0, 1, 2])
  expect(chosen.list).toEqual([3, 4])
  chosen.invert(8)
  expect(chosen.list).toEqual([0, 1, 2, 5, 6, 7])
  expect(changed).toHaveBeenCalledTimes(5)
})

test("a change is taken back and done again, and forgotten when somebody else changed seats", () => {
  const history = new History()
  history.note({ field: "zone", seats: [1, 2], before: ".A", after: "BB" })
  expect(history.next("undo")).toMatchObject({ before: "BB", after: ".A" })
  history.settle("undo")
  expect([history.canUndo, history.canRedo]).toEqual([false, true])
  expect(history.next("redo")).toMatchObject({ after: "BB" })
  history.forget()
  expect(history.next("redo")).toBeUndefined()
})

test("zooming leaves the place under the pointer where it is", () => {
  const camera = new Camera(() => undefined)
  camera.fit({ x: 0, y: 0, w: 100, h: 100 }, 532, 532)
  const before = camera.toPlan(100, 60)
  camera.zoom(1.7, 100, 60)
  const after = camera.toPlan(100, 60)
  expect(after[0]).toBeCloseTo(before[0])
  expect(after[1]).toBeCloseTo(before[1])
})

let view: View
beforeEach(() => {
  mounted("<div id='box'></div>")
  view = new View(hall, said)
  document.querySelector("#box")!.append(view.svg)
})

test("seats that look alike are one path, and what a plan calls things stays text", () => {
  view.paint(hall.names.map((_, seat) => ({ tint: 1, state: seat < 2 ? "sold" : "", access: seat === 2 ? "o" : "." })))
  const fills = [...view.svg.querySelectorAll(".seat")]
  expect(fills.map((path) => path.getAttribute("data-state")).sort()).toEqual(["", "sold"])
  expect(view.svg.querySelectorAll(".seat__hatch")).toHaveLength(1)
  expect(view.svg.querySelector("b")).toBeNull()
  expect(view.svg.textContent).toContain("<b>Stage</b>")
  view.ring([0, 1, 2])
  expect(view.svg.querySelector('[data-row="0"]')?.getAttribute("aria-pressed")).toBe("true")
  expect(view.svg.querySelector('[data-section="0"]')?.getAttribute("aria-pressed")).toBe("false")
})

test("the keyboard walks and chooses, and says which seat it is at", () => {
  const chosen = new Set<number>()
  const walk = new Walk(view, {
    toggle: (seat) => void chosen.add(seat),
    reach: (seat) => void chosen.add(seat),
    label: (seat) => `seat ${hall.names[seat]}`,
    isChosen: (seat) => chosen.has(seat),
    name: () => undefined,
  })
  const press = (key: string, shiftKey = false): boolean =>
    view.seats.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, cancelable: true }))
  press("ArrowRight")
  press(" ")
  press("ArrowRight", true)
  expect(walk.at).toBe(2)
  expect([...chosen]).toEqual([1, 2])
  const current = view.svg.querySelector("[role=option]")!
  expect([current.getAttribute("aria-label"), current.getAttribute("aria-selected")]).toEqual(["seat 3", "true"])
})

test("the list holds the same seats as buttons, and a row that turns them all", () => {
  const deeds = { label: () => "seat", offers: (seat: number) => seat !== 1, isChosen: () => false }
  const toggle = vi.fn()
  const turnRow = vi.fn()
  const box = document.querySelector<HTMLElement>("#box")!
  new SeatList(box, hall, { ...deeds, toggle, turnRow }, { row: "Row #", none: "None" })
  const details = box.querySelector("details")!
  details.open = true
  details.dispatchEvent(new Event("toggle"))
  expect([...details.querySelectorAll("[data-seat]")].map((each) => each.textContent)).toEqual([
    "1",
    "3",
    "2",
    "4",
    "6",
  ])
  details.querySelector<HTMLElement>('[data-seat="2"]')!.click()
  details.querySelector<HTMLElement>('[data-row="1"]')!.click()
  expect(toggle).toHaveBeenCalledWith(2)
  expect(turnRow).toHaveBeenCalledWith([3, 4, 5])
})
