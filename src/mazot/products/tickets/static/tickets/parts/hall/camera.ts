// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Box } from "./hall"

const LEAST = 0.1
const MOST = 6

/** Which part of the plan is seen, and how large. */
export class Camera {
  x = 0
  y = 0
  scale = 1
  private fitted = 1

  constructor(private readonly changed: () => void) {}

  /** All of it, with room around. */
  fit(box: Box, width: number, height: number, { top = 16, side = 16, bottom = 16 } = {}): void {
    const scale = Math.min((width - 2 * side) / box.w, (height - top - bottom) / box.h)
    this.scale = this.fitted = Math.min(2, Math.max(LEAST, scale || 1))
    this.x = width / 2 - (box.x + box.w / 2) * this.scale
    this.y = top + (height - top - bottom) / 2 - (box.y + box.h / 2) * this.scale
    this.changed()
  }

  /** As another one stands. */
  follow(other: Camera): void {
    this.x = other.x
    this.y = other.y
    this.scale = other.scale
    this.fitted = other.fitted
    this.changed()
  }

  /** In percent of what fits. */
  get percent(): number {
    return Math.round((this.scale / this.fitted) * 100)
  }

  get transform(): string {
    return `translate(${this.x} ${this.y}) scale(${this.scale})`
  }

  toPlan(x: number, y: number): [number, number] {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale]
  }

  toScreen(x: number, y: number): [number, number] {
    return [x * this.scale + this.x, y * this.scale + this.y]
  }

  /** Larger or smaller, with the place under the pointer staying where it is. */
  zoom(factor: number, x: number, y: number): void {
    const scale = Math.min(MOST, Math.max(Math.min(LEAST, this.fitted), this.scale * factor))
    const by = scale / this.scale
    this.x = x - (x - this.x) * by
    this.y = y - (y - this.y) * by
    this.scale = scale
    this.changed()
  }

  pan(dx: number, dy: number): void {
    this.x += dx
    this.y += dy
    this.changed()
  }

  /** Brings a place into view, where it is not. */
  show(x: number, y: number, width: number, height: number, edge = 48): void {
    const [left, top] = this.toScreen(x, y)
    const dx = left < edge ? edge - left : left > width - edge ? width - edge - left : 0
    const dy = top < edge ? edge - top : top > height - edge ? height - edge - top : 0
    if (dx || dy) this.pan(dx, dy)
  }
}
