// SPDX-License-Identifier: AGPL-3.0-or-later
const SVG = "http://www.w3.org/2000/svg"

type Attributes = Record<string, string | number>

/** An element of a drawing. Texts are set as text: what a plan calls things is never markup. */
export function make(name: string, attributes: Attributes = {}, text = ""): SVGElement {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  if (text) element.textContent = text
  return element
}

/** Sets what differs only: an attribute that is set anew is drawn anew. */
export function set(element: Element, attributes: Attributes): void {
  for (const [key, value] of Object.entries(attributes))
    if (element.getAttribute(key) !== String(value)) element.setAttribute(key, String(value))
}

export function hatches(): SVGElement {
  const defs = make("defs")
  const lines = make("pattern", {
    id: "hatch-organizers",
    width: 5,
    height: 5,
    patternUnits: "userSpaceOnUse",
    patternTransform: "rotate(45)",
  })
  lines.append(make("path", { class: "hatch", d: "M0 0v5", "stroke-width": 3.2 }))
  const points = make("pattern", { id: "hatch-resellers", width: 5.5, height: 5.5, patternUnits: "userSpaceOnUse" })
  points.append(make("circle", { class: "hatch-dot", cx: 2.75, cy: 2.75, r: 1.35 }))
  defs.append(lines, points)
  return defs
}
