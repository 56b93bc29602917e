// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, test } from "vitest"
import { folded, match } from "./fuzzy"

test("case and accents do not count", () => {
  expect(match("elodie", "Élodie Rey")?.spans).toEqual([[0, 6]])
  expect(folded("ÉCOLE")).toBe("ecole")
})

test("folding keeps the length, so that the marks stand where the letters are", () => {
  for (const word of ["Straße", "İstanbul", "œuvre", "Ærø"]) expect(folded(word)).toHaveLength(Array.from(word).length)
})

test("letters in order are enough, and a word's start counts more", () => {
  expect(match("sm", "Shared with me")).not.toBeNull()
  const start = match("tra", "Trash")!.score
  const inside = match("tra", "Extra")!.score
  expect(start).toBeGreaterThan(inside)
})

test("letters out of order, or strewn too far, are no find", () => {
  expect(match("hsart", "Trash")).toBeNull()
  expect(match("abcdef", "a long b name c with d many e words f")).toBeNull()
})

test("an empty query finds everything", () => {
  expect(match("  ", "Drive")).toEqual({ score: 0, spans: [] })
})
