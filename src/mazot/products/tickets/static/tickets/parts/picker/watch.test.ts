// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { patiently, pause, Watch } from "./watch"

const asked = vi.fn<(address: string) => Promise<Response>>()

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, "random").mockReturnValue(0)
  vi.stubGlobal("fetch", asked.mockReset())
})

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

const busy = (wait: string): Response => new Response("Later.", { status: 429, headers: { "Retry-After": wait } })

test("the pause doubles, has an end, and is never shorter than what the server said", () => {
  expect([0, 1, 2, 3, 4, 9].map((failures) => pause(failures, null))).toEqual([
    15_000, 30_000, 60_000, 120_000, 240_000, 240_000,
  ])
  expect(pause(1, "600")).toBe(600_000)
  expect(pause(1, "tomorrow")).toBe(30_000)
  expect(pause(0, null, 15_000, 1)).toBe(18_000)
})

test("a plan that is not answered is asked for again when the server said, and each wait is told", async () => {
  const waits = vi.fn()
  asked.mockResolvedValueOnce(busy("7")).mockRejectedValueOnce(new TypeError("no line"))
  asked.mockResolvedValueOnce(new Response("{}", { status: 503 })).mockResolvedValueOnce(new Response("{}"))
  const found = patiently("/map", waits)
  await vi.advanceTimersByTimeAsync(6_999)
  expect(asked).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(1)
  expect(asked).toHaveBeenCalledTimes(2)
  await vi.advanceTimersByTimeAsync(8_000 + 16_000)
  expect((await found).ok).toBe(true)
  expect(waits).toHaveBeenCalledTimes(3)
})

test("a plan that is not there is not asked for twice", async () => {
  asked.mockResolvedValue(new Response("", { status: 404 }))
  expect((await patiently("/map", () => undefined)).status).toBe(404)
  expect(asked).toHaveBeenCalledTimes(1)
})

test("a watch that is refused looks more and more rarely, and as before once it is answered", async () => {
  const hear = vi.fn(async () => undefined)
  asked.mockImplementation(async () => busy("1"))
  const watch = new Watch("/seats", hear)
  watch.start()
  await vi.advanceTimersByTimeAsync(10 * 60_000)
  expect(asked.mock.calls.length).toBeLessThanOrEqual(5) // and not forty
  asked.mockImplementation(async () => new Response("{}"))
  await vi.advanceTimersByTimeAsync(240_000)
  const before = hear.mock.calls.length
  expect(before).toBeGreaterThanOrEqual(1)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(hear.mock.calls.length - before).toBe(4)
  watch.stop()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(hear.mock.calls.length - before).toBe(4)
})
