// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Hall } from "./hall"

/** Outlines of many seats as one path: 5,000 seats are a dozen elements, so that moving the plan stays fluent. */

const round = (value: number): string => String(Math.round(value * 10) / 10)

/** Half the side of a seat; the design draws 10.5 where seats stand 28 apart. */
export function half(hall: Hall): number {
  return Math.min(16, Math.max(3, hall.spacing * 0.372))
}

/** Seats with round corners, each turned as it stands. */
export function outlines(hall: Hall, seats: Iterable<number>, h = half(hall)): string {
  const r = h * 0.58
  const corner = [-h, h - r, -h, -h + r, -h, -h, -h + r, -h, h - r, -h, h, -h, h, -h + r, h, h - r, h, h, h - r, h]
  const rest = [-h + r, h, -h, h]
  let path = ""
  for (const seat of seats) {
    const x = hall.x[seat]!
    const y = hall.y[seat]!
    const cos = Math.cos(hall.turned[seat]!)
    const sin = Math.sin(hall.turned[seat]!)
    const at = (points: number[], pair: number): string => {
      const px = points[pair * 2]!
      const py = points[pair * 2 + 1]!
      return `${round(x + px * cos - py * sin)} ${round(y + px * sin + py * cos)}`
    }
    const c = (pair: number): string => at(corner, pair)
    const end = `L${at(rest, 0)}Q${at(rest, 1)} ${c(0)}Z`
    path += `M${c(0)}L${c(1)}Q${c(2)} ${c(3)}L${c(4)}Q${c(5)} ${c(6)}L${c(7)}Q${c(8)} ${c(9)}${end}`
  }
  return path
}

/** A dot in each: sold. */
export function dots(hall: Hall, seats: Iterable<number>): string {
  const r = half(hall) * 0.324
  let path = ""
  for (const seat of seats) {
    const arc = `a${round(r)} ${round(r)} 0 1 0 `
    path += `M${round(hall.x[seat]! - r)} ${round(hall.y[seat]!)}${arc}${round(2 * r)} 0${arc}${round(-2 * r)} 0`
  }
  return path
}

/** The hands of a clock in each: held in a basket. */
export function clocks(hall: Hall, seats: Iterable<number>): string {
  const k = half(hall) / 10.5
  let path = ""
  for (const seat of seats) {
    const [x, y] = [hall.x[seat]!, hall.y[seat]!]
    path += `M${round(x)} ${round(y - 4.2 * k)}V${round(y)}l${round(2.8 * k)} ${round(1.8 * k)}`
  }
  return path
}

/** A tick in each: chosen by whoever looks. */
export function ticks(hall: Hall, seats: Iterable<number>): string {
  const k = half(hall) / 10.5
  let path = ""
  for (const seat of seats) {
    const [x, y] = [hall.x[seat]! - 4 * k, hall.y[seat]!]
    path += `M${round(x)} ${round(y)}l${round(2.8 * k)} ${round(2.8 * k)}l${round(5.2 * k)} ${round(-5.6 * k)}`
  }
  return path
}

/** A stage narrows towards the seats, its edge bent. */
export function stagePath(shape: string, x: number, y: number, w: number, h: number): string {
  if (shape !== "trapezoid") return `M${x} ${y}h${w}v${h}h${-w}z`
  const inset = Math.min(w / 8, h * 0.35)
  return `M${x} ${y}h${w}l${-inset} ${h * 0.8}q${-(w / 2 - inset)} ${h * 0.28} ${-(w - 2 * inset)} 0z`
}
