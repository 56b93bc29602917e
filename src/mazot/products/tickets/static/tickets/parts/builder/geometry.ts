// SPDX-License-Identifier: AGPL-3.0-or-later
import { tenth } from "./drawing"

/** Where seats stand and what they are called; the rules are those of `rules/geometry.py`. */

export const SPACING = 28
export const DEPTH = 30

export interface Place {
  x: number
  y: number
}

/** Seats from left to right on a line, or on an arc of radius `curve` whose ends come up; `turned` is clockwise. */
export function rowPlaces(n: number, middle: Place, spacing: number, curve = 0, turned = 0): Place[] {
  const radius = Math.abs(curve)
  const step = radius * 2 > spacing ? 2 * Math.asin(spacing / (2 * radius)) : 0
  const isArc = step > 0 && n * step < 2 * Math.PI
  const [cos, sin] = [Math.cos((turned * Math.PI) / 180), Math.sin((turned * Math.PI) / 180)]
  return Array.from({ length: n }, (_, at) => {
    const steps = at - (n - 1) / 2
    const right = isArc ? radius * Math.sin(steps * step) : steps * spacing
    const down = isArc ? curve * (Math.cos(steps * step) - 1) : 0
    return { x: tenth(middle.x + right * cos - down * sin), y: tenth(middle.y + right * sin + down * cos) }
  })
}

export function roundPlaces(n: number, middle: Place, radius: number): Place[] {
  return Array.from({ length: n }, (_, at) => {
    const angle = (2 * Math.PI * at) / n
    return { x: tenth(middle.x + radius * Math.sin(angle)), y: tenth(middle.y - radius * Math.cos(angle)) }
  })
}

export function longPlaces(n: number, middle: Place, spacing = 26, depth = 60): Place[] {
  const above = Math.ceil(n / 2)
  const below = n - above
  const at = (place: number, count: number, down: number): Place => ({
    x: tenth(middle.x + (place - (count - 1) / 2) * spacing),
    y: tenth(middle.y + down),
  })
  const top = Array.from({ length: above }, (_, place) => at(place, above, -depth / 2))
  return [...top, ...Array.from({ length: below }, (_, place) => at(below - 1 - place, below, depth / 2))]
}

export interface Numbering {
  scheme: string // up, down, odd, even, middle, letters
  first: number
  without: string // numbers or letters that are left out, "13 14" or "I O"
}

export function seatNames(n: number, { scheme, first, without }: Numbering): string[] {
  const gaps = new Set(without.toUpperCase().split(/[\s,;]+/))
  const counted = (from: number, step: number, named: (at: number) => string): string[] => {
    const names: string[] = []
    for (let at = from; names.length < n; at += step) if (!gaps.has(named(at))) names.push(named(at))
    return names
  }
  if (scheme === "letters") return counted(first, 1, lettered)
  const isPaired = scheme === "odd" || scheme === "even"
  const start = isPaired ? first + Number((first % 2 === 0) !== (scheme === "even")) : first
  const numbers = counted(start, isPaired ? 2 : 1, String)
  if (scheme === "down") return numbers.reverse()
  if (scheme !== "middle") return numbers
  // As many theaters of France count: odd to the left of the middle, even to the right.
  const left = numbers.filter((_, at) => at % 2 === 0).reverse()
  return [...left, ...numbers.filter((_, at) => at % 2 === 1)]
}

/** A … Z, AA, AB …: 1 is A. */
export function lettered(number: number): string {
  let name = ""
  for (let left = number; left > 0; left = Math.floor((left - 1) / 26))
    name = String.fromCharCode(65 + ((left - 1) % 26)) + name
  return name
}

/** The name that follows: B after A, 13 after 12, “Box 4” after “Box 3”. */
export function nextName(name: string): string {
  const number = /^(.*?)(\d+)$/.exec(name)
  if (number) return `${number[1]}${Number(number[2]) + 1}`
  if (!/^[A-Z]+$/.test(name)) return name ? `${name} 2` : ""
  return lettered([...name].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) + 1)
}
