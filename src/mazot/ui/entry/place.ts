// SPDX-License-Identifier: AGPL-3.0-or-later
export type Side = "bottom" | "top" | "end"
export type Align = "start" | "end" | "center"
type Box = { left: number; top: number; right: number; bottom: number; width: number; height: number }
type Size = { width: number; height: number }

const gap = 6
const margin = 8

/** Where a floating box goes: beside its anchor, inside the window, on the other side if there is no room. */
export function placed(anchor: Box, box: Size, window: Size, side: Side, align: Align): { x: number; y: number } {
  if (side === "end") {
    const y = anchor.top + anchor.height / 2 - box.height / 2
    return { x: anchor.right + gap, y: clamp(y, window.height - box.height) }
  }
  const starts = {
    start: anchor.left,
    end: anchor.right - box.width,
    center: anchor.left + (anchor.width - box.width) / 2,
  }
  const below = anchor.bottom + gap
  const above = anchor.top - gap - box.height
  const fitsBelow = below + box.height <= window.height - margin
  const fitsAbove = above >= margin
  const wantsBelow = side === "bottom" ? fitsBelow || !fitsAbove : !fitsAbove && fitsBelow
  return {
    x: clamp(starts[align], window.width - box.width),
    y: clamp(wantsBelow ? below : above, window.height - box.height),
  }
}

function clamp(value: number, most: number): number {
  return Math.round(Math.max(margin, Math.min(value, most - margin)))
}

export function place(box: HTMLElement, anchor: Element, side: Side = "bottom", align: Align = "start"): void {
  const size = { width: document.documentElement.clientWidth, height: window.innerHeight }
  const { x, y } = placed(anchor.getBoundingClientRect(), box.getBoundingClientRect(), size, side, align)
  box.style.setProperty("left", `${x}px`)
  box.style.setProperty("top", `${y}px`)
}
