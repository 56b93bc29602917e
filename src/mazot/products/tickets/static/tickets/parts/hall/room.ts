// SPDX-License-Identifier: AGPL-3.0-or-later
import { make } from "./draw"
import type { Hall, Row } from "./hall"
import { Near } from "./near"
import { stagePath } from "./shapes"

/** What stands around the seats: stage, decoration, free areas. */
export function surroundings(hall: Hall): SVGElement {
  const group = make("g", { "aria-hidden": "true" })
  for (const area of hall.areas) {
    const turned = area.rotation ? { transform: `rotate(${area.rotation} ${area.x} ${area.y})` } : {}
    const box = { x: area.x, y: area.y, width: area.w, height: area.h }
    const ellipse = { cx: area.x, cy: area.y, rx: area.w / 2, ry: area.h / 2 }
    const look = { class: "seat-map__area", ...turned }
    if (area.shape === "rectangle") group.append(make("rect", { ...box, rx: 3, ...look }))
    if (area.shape === "ellipse") group.append(make("ellipse", { ...ellipse, ...look }))
    if (area.shape === "polygon") group.append(make("polygon", { points: area.points.join(" "), ...look }))
    if (!area.label) continue
    const isBox = area.shape === "rectangle"
    const at = isBox ? { x: area.x + area.w / 2, y: area.y + area.h / 2 } : { x: area.x, y: area.y }
    group.append(make("text", { ...at, class: "seat-map__label", ...turned }, area.label))
  }
  for (const free of hall.free) {
    const box = { x: free.x, y: free.y, width: free.w, height: free.h, rx: 6 }
    group.append(make("rect", { ...box, class: "seat-map__free" }))
    const at = { x: free.x + free.w / 2, y: free.y + free.h / 2, class: "seat-map__label" }
    group.append(make("text", at, free.capacity ? `${free.name} · ${free.capacity}` : free.name))
  }
  const { stage } = hall
  if (stage.shape !== "none") {
    group.append(
      make("path", { class: "seat-map__stage", d: stagePath(stage.shape, stage.x, stage.y, stage.w, stage.h) }),
    )
    const at = { x: stage.x + stage.w / 2, y: stage.y + stage.h / 2 + 5, class: "seat-map__stage-name" }
    group.append(make("text", at, stage.label))
  }
  return group
}

export interface Names {
  group: SVGElement
  rows: SVGElement[][]
  sections: SVGElement[]
}

/** The names of rows and sections, which choose all their seats when pressed. */
export function namesOf(hall: Hall, said: { row: string; section: string }): Names {
  const near = new Near(hall)
  const group = make("g", { class: "seat-map__names-of" })
  const placed: [string, number, number][] = []
  const rows = hall.rows.map((row, index) => {
    if (!row.count || row.isTable || !row.name) return []
    return ends(hall, row).flatMap(([x, y]) => {
      const isCrowded =
        near.at(x, y, hall.spacing * 0.75) >= 0 ||
        placed.some(([name, px, py]) => name === row.name && Math.hypot(px - x, py - y) < hall.spacing * 1.6)
      if (isCrowded) return []
      placed.push([row.name, x, y])
      const section = hall.sections[row.section]?.name ?? ""
      const label = said.row.replace("#", row.name) + (section ? `, ${section}` : "")
      const attributes = { class: "seat-map__row", x, y: y + 4, role: "button", "aria-label": label, "data-row": index }
      return [make("text", attributes, row.name)]
    })
  })
  const sections = hall.sections.map((section, index) => {
    const label = said.section.replace("#", section.name)
    const at = { x: section.x, y: section.y }
    return make(
      "text",
      { ...at, class: "seat-map__name", role: "button", tabindex: 0, "aria-label": label, "data-section": index },
      section.name,
    )
  })
  group.append(...rows.flat(), ...sections.filter((_, index) => hall.sections[index]!.name))
  return { group, rows, sections }
}

function ends(hall: Hall, row: Row): [number, number][] {
  const last = row.first + row.count - 1
  const step = hall.spacing * 1.45
  const out = (seat: number, by: number): [number, number] => {
    const angle = hall.turned[seat]!
    return [hall.x[seat]! + Math.cos(angle) * by, hall.y[seat]! + Math.sin(angle) * by]
  }
  const goesLeft = hall.x[row.first]! > hall.x[last]!
  return [out(row.first, goesLeft ? step : -step), out(last, goesLeft ? -step : step)]
}
