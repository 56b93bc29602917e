// SPDX-License-Identifier: AGPL-3.0-or-later
import { describe, expect, it } from "vitest"
import { after, verdict, type State } from "./rules"
import cases from "../../../../tests/gate_verdicts.json"

const EIGHT = Date.UTC(2026, 10, 20, 20)

function moment(seconds: number | null): number | null {
  return seconds === null ? null : EIGHT + seconds * 1000
}

describe("a lonely scanner and the server follow one set of rules", () => {
  it.each(cases)("$name", (one) => {
    const terms = { mode: one.mode, opens: moment(one.opens), closes: moment(one.closes) }
    const ticket = one.fault === null ? undefined : { place: "", fault: one.fault }
    expect(verdict(terms, ticket, one.state as State, one.exit, EIGHT)).toBe(one.says)
  })

  it("walks as the server says where somebody is", () => {
    const walk = (ways: string): State => [...ways].reduce<State>((state, way) => after(state, way === "o"), "-")
    for (const one of cases.filter(({ says, mode }) => says !== "already_used" || mode === "single"))
      expect(walk(one.before.slice(0, 2)), one.name).toBe(one.state)
  })
})
