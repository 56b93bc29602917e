// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test } from "vitest"
import { mounted } from "@ui/entry/mounted"
import "./dialog"

beforeEach(() => {
  mounted(`<button data-opens="d">Open</button><button data-opens="d" aria-disabled="true" id="off"></button>
    <mazot-dialog><dialog id="d"><input value="name"><button data-close>Cancel</button></dialog></mazot-dialog><div id="dialogs"></div>`)
})

const dialog = () => document.querySelector<HTMLDialogElement>("#d")!
const click = (selector: string) => document.querySelector<HTMLElement>(selector)!.click()

test("a button opens the dialog it names, and Cancel closes it", () => {
  click("[data-opens]")
  expect(dialog().open).toBe(true)
  click("[data-close]")
  expect(dialog().open).toBe(false)
})

test("a button that is off opens nothing", () => {
  click("#off")
  expect(dialog().open).toBe(false)
})

test("one that the server sends opens at once, and leaves with its closing", () => {
  const sent = '<mazot-dialog data-open><dialog id="sent"><button data-close></button></dialog></mazot-dialog>'
  const box = document.createElement("div")
  box.innerHTML = sent
  document.querySelector("#dialogs")!.append(box)
  expect(document.querySelector<HTMLDialogElement>("#sent")!.open).toBe(true)
  document.querySelector<HTMLDialogElement>("#sent")!.close()
  expect(document.querySelector("#sent")).toBeNull()
})

test("a fact from the server closes what is open", () => {
  click("[data-opens]")
  document.dispatchEvent(new CustomEvent("mazot:close"))
  expect(dialog().open).toBe(false)
})
