// SPDX-License-Identifier: AGPL-3.0-or-later
import { boxOf, seatsIn, tenth, thingsOf, type Box, type Drawing } from "./drawing"
import type { Choice } from "./draft"

export interface Snapped {
  dx: number
  dy: number
  guides: { x?: number; y?: number }[]
}

/** Holds what is dragged to the lines that others stand on, and else to whole places. */
export class Snap {
  private readonly xs: Float64Array
  private readonly ys: Float64Array

  constructor(
    drawing: Drawing,
    choice: Choice,
    private readonly box: Box,
  ) {
    const [seats, things] = [new Set(choice.seats), new Set(choice.things)]
    const [xs, ys] = [new Set<number>(), new Set<number>()]
    seatsIn(drawing).forEach(({ x, y }, at) => {
      if (seats.has(at)) return
      xs.add(x)
      ys.add(y)
    })
    for (const thing of thingsOf(drawing)) {
      if (things.has(thing)) continue
      const { x, y, w, h } = boxOf(drawing, thing)
      for (const part of [0, 0.5, 1]) [xs.add(x + w * part), ys.add(y + h * part)]
    }
    this.xs = Float64Array.from(xs).sort()
    this.ys = Float64Array.from(ys).sort()
  }

  to(dx: number, dy: number, reach: number): Snapped {
    const right = nearest(
      this.xs,
      [0, 0.5, 1].map((part) => this.box.x + this.box.w * part + dx),
      reach,
    )
    const down = nearest(
      this.ys,
      [0, 0.5, 1].map((part) => this.box.y + this.box.h * part + dy),
      reach,
    )
    const guides = [right && { x: right.line }, down && { y: down.line }].filter((one) => one !== undefined)
    return {
      dx: right ? tenth(dx + right.by) + 0 : Math.round(dx),
      dy: down ? tenth(dy + down.by) + 0 : Math.round(dy),
      guides,
    }
  }
}

function nearest(lines: Float64Array, places: number[], reach: number): { line: number; by: number } | undefined {
  let best: { line: number; by: number } | undefined
  for (const place of places) {
    let [low, high] = [0, lines.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (lines[middle]! < place) low = middle + 1
      else high = middle
    }
    for (const line of [lines[low - 1], lines[low]])
      if (line !== undefined && Math.abs(line - place) < Math.min(reach, Math.abs(best?.by ?? Infinity)))
        best = { line, by: line - place }
  }
  return best
}
