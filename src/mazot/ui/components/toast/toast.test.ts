// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { mounted } from "@ui/entry/mounted"
import { Toasts } from "./toast"

let toasts: Toasts

beforeEach(() => {
  vi.useFakeTimers()
  mounted(`<mazot-toasts data-broken="The server does not answer."><template>
    <div class="toast" data-toast><span class="toast__text"></span>
    <form class="toast__undo" action="#" hx-post="#"><button>Undo</button></form><button data-close hidden>x</button></div>
    </template><template data-kind="warning"><div class="toast toast--warning" data-toast><span class="toast__text"></span></div></template></mazot-toasts>`)
  toasts = document.querySelector("mazot-toasts")!
})
afterEach(() => {
  document.body.innerHTML = ""
  vi.useRealTimers()
})

const shown = () =>
  Array.from(toasts.querySelectorAll(":scope > [data-toast] .toast__text"), (text) => text.textContent)
const tell = (detail: object) => document.dispatchEvent(new CustomEvent("mazot:toast", { detail }))

test("a toast tells what happened and goes after eight seconds", () => {
  tell({ text: "3 files are in the trash." })
  expect(shown()).toEqual(["3 files are in the trash."])
  vi.advanceTimersByTime(7900)
  expect(shown()).toHaveLength(1)
  vi.advanceTimersByTime(200)
  expect(shown()).toEqual([])
})

test("what a person wrote stays text", () => {
  tell({ text: "<img src=x onerror=alert(1)>" })
  expect(toasts.querySelector("img")).toBeNull()
  expect(shown()).toEqual(["<img src=x onerror=alert(1)>"])
})

test("a toast waits under the pointer", () => {
  tell({ text: "Kept" })
  vi.advanceTimersByTime(7000)
  toasts.dispatchEvent(new Event("pointerenter"))
  vi.advanceTimersByTime(60_000)
  expect(shown()).toHaveLength(1)
  toasts.dispatchEvent(new Event("pointerleave"))
  vi.advanceTimersByTime(1100)
  expect(shown()).toEqual([])
})

test("undo is a form to the address the server named, and absent without one", () => {
  tell({ text: "a", undo: "/drive/undo/7" })
  tell({ text: "b" })
  const forms = toasts.querySelectorAll(":scope > [data-toast] form")
  expect(Array.from(forms, (form) => form.getAttribute("hx-post"))).toEqual(["/drive/undo/7"])
})

test("a warning looks like one", () => {
  tell({ text: "taken", kind: "warning" })
  expect(toasts.querySelector(":scope > .toast--warning")).not.toBeNull()
})

test("three toasts are enough; the oldest leaves", () => {
  for (const text of ["a", "b", "c", "d"]) tell({ text })
  expect(shown()).toEqual(["b", "c", "d"])
})

test("silence of the server is told", () => {
  document.dispatchEvent(new CustomEvent("htmx:error"))
  expect(shown()).toEqual(["The server does not answer."])
})

test("one that left the page listens no more", () => {
  toasts.remove()
  tell({ text: "late" })
  expect(shown()).toEqual([])
})
