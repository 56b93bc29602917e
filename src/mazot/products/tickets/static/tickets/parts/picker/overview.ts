// SPDX-License-Identifier: AGPL-3.0-or-later
import { make, set } from "../hall/draw"
import { bounds } from "../hall/hall"
import { dots } from "../hall/shapes"
import type { View } from "../hall/view"

/** The whole room, small, with a frame round the part that is seen; shown while not all of it is. A press goes there. */
export function overview(view: View, box: HTMLElement): void {
  const all = bounds(view.hall)
  const svg = make("svg", { class: "picker__overview", "aria-hidden": "true" })
  set(svg, { viewBox: `${all.x} ${all.y} ${all.w} ${all.h}` })
  const frame = make("rect", { class: "picker__frame" })
  svg.append(make("path", { class: "picker__dots", d: dots(view.hall, view.hall.names.keys()) }), frame)
  const reflect = (): void => {
    const { width, height } = view.svg.getBoundingClientRect()
    const [left, top] = view.camera.toPlan(0, 0)
    const [right, bottom] = view.camera.toPlan(width, height)
    set(frame, { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) })
    svg.toggleAttribute("data-shown", view.camera.percent > 115)
  }
  svg.addEventListener("pointerdown", (event) => {
    const at = svg.getBoundingClientRect()
    const scale = Math.max(all.w / at.width, all.h / at.height)
    const x = all.x + all.w / 2 + ((event as PointerEvent).clientX - at.x - at.width / 2) * scale
    const y = all.y + all.h / 2 + ((event as PointerEvent).clientY - at.y - at.height / 2) * scale
    const { width, height } = view.svg.getBoundingClientRect()
    const [left, top] = view.camera.toScreen(x, y)
    view.camera.pan(width / 2 - left, height / 2 - top)
  })
  view.svg.addEventListener("moved", reflect)
  box.append(svg)
  reflect()
}
