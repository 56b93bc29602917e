// SPDX-License-Identifier: AGPL-3.0-or-later
import type { View } from "./view"

/** The buttons that zoom: `data-zoom="in"`, `out` and `fit`, with `data-percent` beside them. */
export function zoomButtons(root: HTMLElement, shown: () => View): void {
  root.addEventListener("click", (event) => {
    const way = (event.target as Element).closest<HTMLElement>("[data-zoom]")?.dataset["zoom"]
    const view = shown()
    const { width, height } = view.svg.getBoundingClientRect()
    if (way === "fit") view.fit()
    else if (way) view.camera.zoom(way === "in" ? 1.25 : 0.8, width / 2, height / 2)
  })
  const percent = root.querySelector("[data-percent]")
  root.addEventListener("moved", () => percent && (percent.textContent = `${shown().camera.percent}%`))
}
