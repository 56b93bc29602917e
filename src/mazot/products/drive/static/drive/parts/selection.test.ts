// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test, vi } from "vitest"
import { mounted } from "@ui/entry/mounted"
import { stem } from "./names"
import { deedOf } from "./keys"
import { Selection } from "./selection"

let selection: Selection
const changed = vi.fn()

beforeEach(() => {
  const rows = ["a", "b", "c", "d"].map(
    (id) => `<tr data-id="${id}"><td><input type="checkbox" name="ids" value="${id}"></td></tr>`,
  )
  mounted(`<table><tbody>${rows.join("")}</tbody></table><input id="field">`)
  changed.mockReset()
  selection = new Selection(document.querySelector("table")!, changed)
})

const row = (id: string) => document.querySelector<HTMLTableRowElement>(`tr[data-id="${id}"]`)!
const press = (key: string, details: KeyboardEventInit = {}, target: Element = row("a")) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, ...details })
  Object.defineProperty(event, "target", { value: target })
  return deedOf(event, selection, { trash: () => "trash", rename: () => "rename" })
}

test("one row is chosen, and its box says so to the form", () => {
  selection.only(row("b"))
  expect(selection.ids).toEqual(["b"])
  expect(row("b").getAttribute("aria-selected")).toBe("true")
  expect(row("b").querySelector("input")!.checked).toBe(true)
  expect(changed).toHaveBeenCalled()
})

test("a range begins where the last single choice was, both ways", () => {
  selection.only(row("b"))
  selection.extend(row("d"))
  expect(selection.ids).toEqual(["b", "c", "d"])
  selection.extend(row("a"))
  expect(selection.ids).toEqual(["a", "b"])
})

test("toggling keeps the others", () => {
  selection.only(row("a"))
  selection.toggle(row("c"))
  selection.toggle(row("a"))
  expect(selection.ids).toEqual(["c"])
})

test("only one row is on the way of the Tab key", () => {
  selection.only(row("c"))
  expect(Array.from(document.querySelectorAll("tr"), (each) => each.tabIndex)).toEqual([-1, -1, 0, -1])
})

test("what is gone after a refresh is chosen no more", () => {
  selection.all()
  row("b").remove()
  selection.keep(["a", "b"], false)
  expect(selection.ids).toEqual(["a"])
})

test("arrows stop at the ends", () => {
  selection.only(row("d"))
  selection.move(1, false)
  expect(selection.ids).toEqual(["d"])
  selection.move(-1, true)
  expect(selection.ids).toEqual(["c", "d"])
})

test("Delete needs something chosen, and a field keeps its keys", () => {
  expect(press("Delete")).toBeUndefined()
  selection.only(row("a"))
  expect(press("Delete")!()).toBe("trash")
  expect(press("Delete", {}, document.querySelector("#field")!)).toBeUndefined()
})

test("letters can be turned off, arrows cannot", () => {
  document.documentElement.setAttribute("data-no-letters", "")
  expect(press("j")).toBeUndefined()
  expect(press("ArrowDown")).toBeDefined()
  document.documentElement.removeAttribute("data-no-letters")
})

test("Ctrl A takes all, other Ctrl keys stay the browser's", () => {
  press("a", { ctrlKey: true })!()
  expect(selection.ids).toHaveLength(4)
  expect(press("j", { ctrlKey: true })).toBeUndefined()
})

test("a new name keeps the ending out of the way", () => {
  expect(stem("Requiem.pdf", false)).toBe("Requiem")
  expect(stem("archive.tar.gz", false)).toBe("archive.tar")
  expect(stem(".profile", false)).toBe(".profile")
  expect(stem("Saison 2026.27", true)).toBe("Saison 2026.27")
})
