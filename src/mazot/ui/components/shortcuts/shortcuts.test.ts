// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test } from "vitest"
import { mounted } from "@ui/entry/mounted"
import "./shortcuts"

beforeEach(() => {
  localStorage.clear()
  mounted(`<button data-palette></button><input id="field">
    <mazot-shortcuts><dialog><dl class="keys"></dl><input type="checkbox" data-letters></dialog></mazot-shortcuts>`)
})

const press = (key: string, target: Element = document.body) =>
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))
const listed = () => document.querySelector("dialog")!.open

test("? shows the keys", () => {
  press("?")
  expect(listed()).toBe(true)
})

test("letters typed in a field belong to the field", () => {
  press("?", document.querySelector("#field")!)
  expect(listed()).toBe(false)
})

test("single letters can be turned off, and stay off", () => {
  const choice = document.querySelector<HTMLInputElement>("input[data-letters]")!
  expect(choice.checked).toBe(true)
  choice.checked = false
  choice.dispatchEvent(new Event("change", { bubbles: true }))
  press("?")
  expect(listed()).toBe(false)
  expect(localStorage.getItem("mazot:letters")).toBe("off")
})

test("/ goes to the search field", () => {
  let searched = 0
  document.querySelector("[data-palette]")!.addEventListener("click", () => searched++)
  press("/")
  expect(searched).toBe(1)
})
