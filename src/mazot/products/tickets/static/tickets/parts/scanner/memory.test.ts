// SPDX-License-Identifier: AGPL-3.0-or-later
import { beforeEach, describe, expect, it } from "vitest"
import { Memory, type News } from "./memory"
import type { State } from "./rules"

const SALT = "00".repeat(16)

/** As the server salts a code: the first twelve bytes of a digest, in letters of an address. */
async function salted(code: string): Promise<string> {
  const text = new Uint8Array([...new Uint8Array(16), ...new TextEncoder().encode(code)])
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text)).slice(0, 12)
  return btoa(String.fromCharCode(...digest))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
}

/** What the server tells: one part with so many tickets, and who went through. */
async function known(mode: string, ...states: State[]): Promise<News> {
  const codes = await Promise.all(states.map((_state, n) => salted(`code${n}`)))
  const parts: News["parts"] = {}
  codes.forEach((code, n) => (parts[code[0]!] ??= ["mark", []])[1].push([code, `Seat ${n}`, ""]))
  const through = codes.map((code, n): [string, State] => [code, states[n]!])
  return { salt: SALT, mode, opens: null, closes: null, now: Date.now(), heard: 1, whole: true, parts, through }
}

function scan(code: string, nonce: string, isExit = false) {
  return { code, at: 1, nonce, is_exit: isExit, let_in: true }
}

/** A browser's store with room for so many letters. */
class FullStore implements Storage {
  [name: string]: unknown
  private readonly rows = new Map<string, string>()
  constructor(private readonly room: number) {}
  get length(): number {
    return this.rows.size
  }
  clear = (): void => this.rows.clear()
  key = (n: number): string | null => [...this.rows.keys()][n] ?? null
  getItem = (name: string): string | null => this.rows.get(name) ?? null
  removeItem = (name: string): void => void this.rows.delete(name)
  setItem = (name: string, value: string): void => {
    const others = [...this.rows].filter(([key]) => key !== name).reduce((sum, [, text]) => sum + text.length, 0)
    if (others + value.length > this.room) throw new DOMException("full", "QuotaExceededError")
    this.rows.set(name, value)
  }
}

describe("a scanner that is alone", () => {
  beforeEach(() => localStorage.clear())

  it("lets each ticket in once and knows no other", async () => {
    const memory = new Memory(localStorage, "one")
    memory.learn(await known("single", "-", "i", "o"), 5)
    const said = await Promise.all(["CODE0", "code 1", "code2", "code3"].map((code) => memory.decide(code, false)))
    expect(said.map((one) => one.result)).toEqual(["ok", "already_used", "already_used", "unknown"])
    expect(said[0]!.place).toBe("Seat 0")
  })

  it("lets in again after an exit where the list says so", async () => {
    const memory = new Memory(localStorage, "one")
    memory.learn(await known("reentry", "i"), 5)
    expect((await memory.decide("code0", false)).result).toBe("already_used")
    expect((await memory.decide("code0", true)).result).toBe("ok")
    await memory.mark("code0", true)
    expect((await memory.decide("code0", true)).result).toBe("not_inside")
    expect((await memory.decide("code0", false)).result).toBe("ok")
  })

  it("remembers what waits over a new start, and over an older list", async () => {
    const first = new Memory(localStorage, "one")
    first.learn(await known("single", "-", "-"), 5)
    first.keep(scan("code0", "a"))
    const second = new Memory(localStorage, "one")
    expect(second.waiting.map((one) => one.nonce)).toEqual(["a"])
    expect((await second.decide("code0", false)).result).toBe("already_used")
    second.learn(await known("single", "-", "-"), 6)
    expect((await second.decide("code0", false)).result).toBe("already_used")
    expect((await second.decide("code1", false)).result).toBe("ok")
  })

  it("forgets what was told, and nothing else", async () => {
    const memory = new Memory(localStorage, "one")
    for (const nonce of ["a", "b", "c"]) memory.keep(scan("x", nonce))
    memory.told(["a", "c", "of somebody else"])
    expect(new Memory(localStorage, "one").waiting.map((one) => one.nonce)).toEqual(["b"])
    expect(new Memory(localStorage, "two").waiting).toEqual([])
  })

  it("loses nothing when two windows of the device write", () => {
    const [one, two] = [new Memory(localStorage, "one"), new Memory(localStorage, "one")]
    one.keep(scan("x", "a"))
    two.keep(scan("y", "b"))
    one.told(["a"])
    expect(new Memory(localStorage, "one").waiting.map((each) => each.nonce)).toEqual(["b"])
  })

  it("gives up the list of tickets before a scan when the store is full", async () => {
    const full = new FullStore(600)
    const memory = new Memory(full, "one")
    memory.learn(await known("single", "-", "-", "-", "-", "-", "-"), 5)
    for (const nonce of ["a", "b", "c", "d", "e"]) memory.keep(scan("code0", nonce))
    expect(new Memory(full, "one").waiting.length).toBe(5)
    expect((await memory.decide("code1", false)).result).toBe("ok")
  })

  it("hears what changed on top of what it knows, and says what it has", async () => {
    const memory = new Memory(localStorage, "one")
    expect(memory.asking).toBe("")
    memory.learn(await known("single", "-", "-"), 5)
    const code = await salted("code0")
    memory.learn({ ...(await known("single")), whole: false, heard: 7, through: [[code, "i"]] }, 6)
    for (const one of [memory, new Memory(localStorage, "one")]) {
      expect((await one.decide("code0", false)).result).toBe("already_used")
      expect((await one.decide("code1", false)).result).toBe("ok")
      const asked = new URLSearchParams(one.asking)
      expect([asked.get("marks")!.length, asked.get("mode"), asked.get("since")]).toEqual([256, "single", "7"])
      expect(asked.get("marks")!.replaceAll(" ", "").length).toBeGreaterThan(0)
    }
    const gone: News["parts"] = { [code[0]!]: ["-".repeat(4), []] }
    memory.learn({ ...(await known("single")), whole: false, parts: gone }, 8)
    expect((await memory.decide("code0", false)).result).toBe("unknown")
  })

  it("opens and closes by the server's clock, however wrong its own is", async () => {
    const memory = new Memory(localStorage, "one")
    const day = 86_400_000
    const [mine, theirs] = [Date.now(), Date.now() + day]
    memory.learn({ ...(await known("single", "-")), now: theirs, opens: theirs - 1000, closes: theirs + 60_000 }, mine)
    expect((await memory.decide("code0", false)).result).toBe("ok")
    memory.learn({ ...(await known("single", "-")), now: theirs, opens: theirs + 60_000 }, mine)
    expect((await memory.decide("code0", false)).result).toBe("closed")
  })

  it("starts empty when what was kept cannot be read", () => {
    localStorage.setItem("mazot-gate:one:queue", "{")
    expect(new Memory(localStorage, "one").waiting).toEqual([])
  })
})
