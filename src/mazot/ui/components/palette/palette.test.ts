// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test, vi } from "vitest"
import { mounted } from "@ui/entry/mounted"
import "./palette"

const data = {
  groups: [
    {
      title: "Go to",
      items: [
        { title: "Drive", where: "Product", icon: "<path/>", url: "/drive/", product: "drive" },
        { title: "Trash", where: "Drive", icon: "", url: "/drive/trash" },
        { title: "Appearance", where: "Your account", icon: "", url: "/account/appearance" },
      ],
    },
    {
      title: "Change organization",
      items: [{ title: "École <b>", where: "External", icon: "", post: "/switch", value: "7" }],
    },
  ],
}

beforeEach(() => {
  mounted(`<mazot-palette><dialog><input><div class="palette__list"></div><p class="palette__none" hidden></p></dialog>
    <script type="application/json">${JSON.stringify(data)}</script></mazot-palette>`)
  document.querySelector("dialog")!.showModal()
  type("")
})

const options = () =>
  Array.from(document.querySelectorAll('[role="option"]'), (option) => option.querySelector(".truncate")!.textContent)
const current = () => document.querySelector('[aria-selected="true"] .truncate')?.textContent
function type(text: string): void {
  const field = document.querySelector("input")!
  field.value = text
  field.dispatchEvent(new Event("input"))
}
const press = (key: string) =>
  document.querySelector("dialog")!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))

test("everything is there before a word is typed", () => {
  expect(options()).toEqual(["Drive", "Trash", "Appearance", "École <b>"])
})

test("typing narrows, and the best stands first", () => {
  type("tr")
  expect(options()).toEqual(["Trash"])
  expect(current()).toBe("Trash")
})

test("a place is found by where it is, too", () => {
  type("account")
  expect(options()).toEqual(["Appearance"])
})

test("arrows go round, and the field names the current line", () => {
  press("ArrowUp")
  expect(current()).toBe("École <b>")
  press("ArrowDown")
  expect(current()).toBe("Drive")
  expect(document.querySelector("input")!.getAttribute("aria-activedescendant")).toBe("palette-0")
})

test("words are searched where a product can", () => {
  mounted(
    `<mazot-palette><dialog><input><div class="palette__list"></div><p class="palette__none" hidden></p></dialog><script type="application/json">${JSON.stringify({ searches: { title: "Search", items: [{ title: "Search Drive for “#”", where: "", icon: "", url: "/drive/search?q=" }] } })}</script></mazot-palette>`,
  )
  type("")
  expect(options()).toEqual([])
  type(" a&b <i> ")
  expect(options()).toEqual(["Search Drive for “a&b <i>”"])
  expect(document.querySelector<HTMLElement>('[role="option"]')!.dataset["url"]).toBe("/drive/search?q=a%26b%20%3Ci%3E")
})

test("names stay text", () => {
  type("ecole")
  expect(document.querySelector(".palette__list b")).toBeNull()
})

test("nothing found is said", () => {
  type("zzzz")
  expect(document.querySelector<HTMLElement>(".palette__none")!.hidden).toBe(false)
})

test("Enter goes there", () => {
  const assign = vi.spyOn(location, "assign").mockImplementation(() => undefined)
  type("trash")
  press("Enter")
  expect(assign).toHaveBeenCalledWith("/drive/trash")
  assign.mockRestore()
})
