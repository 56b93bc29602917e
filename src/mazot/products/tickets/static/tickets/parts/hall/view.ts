// SPDX-License-Identifier: AGPL-3.0-or-later
import { Camera } from "./camera"
import { hatches, make, set } from "./draw"
import { bounds, type Hall } from "./hall"
import { namesOf, surroundings, type Names } from "./room"
import { clocks, dots, half, outlines, ticks } from "./shapes"

/** How one seat looks: its tint (0: none), its state and who sells it. */
export interface Look {
  tint: number
  state: "" | "sold" | "held" | "gone" | "mine"
  access: "." | "r" | "o"
}

export interface Said {
  plan: string
  row: string
  section: string
}

const MARKS = { sold: dots, held: clocks, mine: ticks } as const
const CLASSES = { sold: "seat__sold", held: "seat__held", mine: "seat__check" } as const
const NUMBERS = 1500 // more numbers than these nobody reads at once

/** Draws a hall: seats that look alike are one path, numbers stand on those in view only. */
export class View {
  readonly svg = make("svg", { class: "seat-map", role: "group" }) as SVGSVGElement
  readonly camera = new Camera(() => this.moved())
  readonly names: Names
  readonly seats = make("g", { role: "listbox", "aria-multiselectable": "true", tabindex: 0, class: "seat-map__seats" })
  readonly over = make("g", { "aria-hidden": "true" })
  private readonly world = make("g")
  private readonly fills = make("g", { "aria-hidden": "true" })
  private readonly numbers = make("g", { "aria-hidden": "true", class: "seat__numbers" })
  private readonly rings = make("path", { class: "seat__ring", "aria-hidden": "true" })
  private readonly current = make("path", { class: "seat__current", role: "option", id: "hall-current" })
  private readonly paths = new Map<string, SVGElement>()
  private looks: Look[] = []
  private frame = 0

  constructor(
    readonly hall: Hall,
    said: Said,
  ) {
    this.names = namesOf(hall, said)
    set(this.svg, { "aria-label": said.plan })
    set(this.seats, { "aria-label": said.plan, "aria-activedescendant": "hall-current" })
    this.seats.append(this.fills, this.rings, this.numbers, this.current)
    this.world.append(surroundings(hall), this.names.group, this.seats, this.over)
    this.svg.append(hatches(), this.world)
    set(this.numbers, { "font-size": Math.round(half(hall) * 8.1) / 10 })
  }

  fit(): void {
    const { width, height } = this.svg.getBoundingClientRect()
    const side = width > 700 ? 64 : 8
    if (width && height) this.camera.fit(bounds(this.hall), width, height, { side, top: 14, bottom: 14 })
  }

  /** Every seat as it looks now. */
  paint(looks: Look[]): void {
    this.looks = looks
    const alike = new Map<string, number[]>()
    const put = (key: string, seat: number): void => {
      const seats = alike.get(key)
      if (seats) seats.push(seat)
      else alike.set(key, [seat])
    }
    looks.forEach(({ tint, state, access }, seat) => {
      put(`fill/${state ? 0 : tint}/${state}`, seat)
      if (state === "" && access !== ".") put(`hatch/0/${access}`, seat)
      if (state in MARKS) put(`mark/0/${state}`, seat)
    })
    for (const [key, path] of this.paths) if (!alike.has(key)) path.setAttribute("d", "")
    const order = [...alike.keys()].sort()
    for (const key of order) set(this.path(key), { d: this.shape(key, alike.get(key)!) })
    this.number()
  }

  ring(seats: Iterable<number>): void {
    set(this.rings, { d: outlines(this.hall, seats, half(this.hall) * 1.2) })
    const chosen = new Set(seats)
    this.hall.rows.forEach((row, index) => {
      const isWhole = row.count > 0 && everyOf(row.first, row.count, chosen)
      for (const name of this.names.rows[index] ?? []) set(name, { "aria-pressed": String(isWhole) })
    })
    this.hall.sections.forEach((section, index) => {
      const isWhole = section.count > 0 && everyOf(section.first, section.count, chosen)
      set(this.names.sections[index]!, { "aria-pressed": String(isWhole) })
    })
  }

  /** The seat the keyboard is at. */
  at(seat: number, label: string, isChosen: boolean): void {
    set(this.current, {
      d: outlines(this.hall, [seat], half(this.hall) * 1.45),
      "aria-label": label,
      "aria-selected": String(isChosen),
    })
  }

  /** A place of the page as a place of the plan. */
  place(event: { clientX: number; clientY: number }): [number, number] {
    const box = this.svg.getBoundingClientRect()
    return this.camera.toPlan(event.clientX - box.left, event.clientY - box.top)
  }

  private path(key: string): SVGElement {
    const found = this.paths.get(key)
    if (found) return found
    const [kind, tint, state] = key.split("/") as [string, string, string]
    const path = make("path")
    if (kind === "fill") set(path, { class: "seat", ...(tint !== "0" && { "data-tint": tint }), "data-state": state })
    if (kind === "mark") set(path, { class: CLASSES[state as keyof typeof CLASSES] })
    const pattern = state === "o" ? "hatch-organizers" : "hatch-resellers"
    if (kind === "hatch") set(path, { class: "seat__hatch", fill: `url(#${pattern})` })
    this.paths.set(key, path)
    // Fills first, then the patterns, then the marks upon them.
    const before = [...this.paths].filter(([other]) => other > key).sort(([a], [b]) => (a < b ? -1 : 1))[0]
    this.fills.insertBefore(path, before?.[1] ?? null)
    return path
  }

  private shape(key: string, seats: number[]): string {
    if (!key.startsWith("mark/")) return outlines(this.hall, seats)
    return MARKS[key.split("/")[2] as keyof typeof MARKS](this.hall, seats)
  }

  private moved(): void {
    set(this.world, { transform: this.camera.transform })
    this.svg.dispatchEvent(new CustomEvent("moved", { bubbles: true }))
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => this.number())
  }

  /** Numbers on the free seats in view, where they are large enough to be read. */
  private number(): void {
    const { hall, camera } = this
    const isLegible = half(hall) * 0.81 * camera.scale >= 6
    const { width, height } = this.svg.getBoundingClientRect()
    const [left, top] = camera.toPlan(0, 0)
    const [right, bottom] = camera.toPlan(width, height)
    const shown: SVGElement[] = []
    for (let seat = 0; isLegible && seat < this.looks.length && shown.length < NUMBERS; seat++) {
      const look = this.looks[seat]!
      const [x, y] = [hall.x[seat]!, hall.y[seat]!]
      if (look.state !== "" || look.access !== "." || x < left || x > right || y < top || y > bottom) continue
      shown.push(make("text", { class: "seat__number", x, y }, hall.names[seat]))
    }
    this.numbers.replaceChildren(...shown)
  }
}

function everyOf(first: number, count: number, chosen: Set<number>): boolean {
  for (let seat = first; seat < first + count; seat++) if (!chosen.has(seat)) return false
  return true
}
