// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, expect, test, vi } from "vitest"
import { mounted } from "@ui/entry/mounted"
import "./copy-field"

beforeEach(() => {
  mounted(
    `<mazot-copy data-done="Copied"><input readonly value="s3cret"><button hidden><span data-word>Copy</span></button></mazot-copy>`,
  )
})

const button = () => document.querySelector("button")!

test("the button is there only with script", () => {
  expect(button().hidden).toBe(false)
})

test("it copies, says so, and offers it again", async () => {
  vi.useFakeTimers()
  const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue()
  button().click()
  await vi.advanceTimersByTimeAsync(0)
  expect(write).toHaveBeenCalledWith("s3cret")
  expect(button().textContent).toBe("Copied")
  await vi.advanceTimersByTimeAsync(2100)
  expect(button().textContent).toBe("Copy")
  vi.useRealTimers()
})

test("without a clipboard the value is selected", async () => {
  vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"))
  const select = vi.spyOn(document.querySelector("input")!, "select")
  button().click()
  await new Promise((done) => setTimeout(done))
  expect(select).toHaveBeenCalled()
})
