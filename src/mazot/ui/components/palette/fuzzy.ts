// SPDX-License-Identifier: AGPL-3.0-or-later
export type Span = [from: number, to: number]
export type Match = { score: number; spans: Span[] }

/** Fold what a hurried person leaves out: case and accents, letter for letter so that positions stay true. */
export function folded(text: string): string {
  return Array.from(text, (letter) => letter.normalize("NFD")[0]!.toLocaleLowerCase()[0] ?? " ").join("")
}

/** How well the letters of the query, in order, are found in the text; null when they are not. */
export function match(query: string, text: string): Match | null {
  const wanted = folded(query.trim()).replace(/\s+/g, " ")
  if (!wanted) return { score: 0, spans: [] }
  const letters = folded(text)
  const whole = letters.indexOf(wanted)
  if (whole >= 0) {
    const starts = whole === 0 || /[^\p{L}\p{N}]/u.test(letters[whole - 1] ?? "")
    return { score: 100 - whole + (starts ? 50 : 0) - letters.length / 100, spans: [[whole, whole + wanted.length]] }
  }
  return scattered(wanted.replaceAll(" ", ""), letters)
}

/** Where a thing is counts only as it is written; letters strewn over it would find everything. */
export function within(query: string, where: string): Match | null {
  return folded(where).includes(folded(query.trim())) ? { score: 0, spans: [] } : null
}

function scattered(wanted: string, letters: string): Match | null {
  const spans: Span[] = []
  let at = 0
  let score = 0
  for (const letter of wanted) {
    const found = letters.indexOf(letter, at)
    if (found < 0) return null
    const last = spans.at(-1)
    const atWord = found === 0 || /[^\p{L}\p{N}]/u.test(letters[found - 1] ?? "")
    if (last && last[1] === found) last[1] = found + 1
    else spans.push([found, found + 1])
    score += (last && found === at ? 3 : 0) + (atWord ? 4 : 0) - (found - at) * 0.2
    at = found + 1
  }
  // Letters strewn over a long name are chance, not a find.
  return spans.length > Math.max(2, wanted.length / 2 + 1) ? null : { score, spans }
}
