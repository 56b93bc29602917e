// SPDX-License-Identifier: AGPL-3.0-or-later
import { make, set } from "../hall/draw"
import { bounds, read, seatsOf, type Box, type Hall } from "../hall/hall"
import { Hand, type Tool } from "../hall/hand"
import { Walk } from "../hall/keys"
import { half, outlines } from "../hall/shapes"
import { View } from "../hall/view"
import { boxOfChoice } from "./arrange"
import { backdropIn } from "./backdrop"
import type { Desk } from "./desk"
import { boxOf, mapOf, thingsOf, type Thing } from "./drawing"
import { faultsOf, type Fault } from "./faults"
import { Snap } from "./snap"

const SNAPS = 7 // pixels

/** The plane that is drawn on: shows the draft, and drags what is chosen along lines that others stand on. */
export class Plane {
  view!: View
  hall!: Hall
  hand!: Hand
  walk!: Walk
  faults: Fault[] = []
  tool: Tool = "select"
  private snap!: Snap
  private moved = { dx: 0, dy: 0 }
  private readonly ghost = make("g", { class: "drawing__ghost" })
  private readonly guides = make("path", { class: "drawing__guide" })
  private readonly edges = make("path", { class: "drawing__edge" })
  private readonly wrong = make("path", { class: "drawing__wrong" })

  constructor(
    private readonly desk: Desk,
    private readonly box: HTMLElement,
  ) {}

  /** The draft as it is now, seen from where it was seen before. */
  draw(): void {
    const { desk } = this
    const before = this.view as View | undefined
    this.hall = read(mapOf(desk.draft.drawing))
    const { hall } = this
    this.view = new View(hall, { plan: desk.said("plan"), row: desk.said("row"), section: desk.said("section") })
    if (before) before.svg.replaceWith(this.view.svg)
    else this.box.prepend(this.view.svg)
    this.hand = new Hand(this.view, {
      press: (seat, event) => this.pressed(seat, event),
      catch: (seats, event, by) => this.caught(seats, event, by),
      grab: (place, tool) => this.grab(place, tool),
      drag: (dx, dy, event) => this.drag(dx, dy, event),
      drop: (isMeant) => this.drop(isMeant),
      miss: (place, event) => desk.choose([], this.thingsAt(place), event.shiftKey),
      band: (box) => desk.choose([], this.thingsIn(box), true),
    })
    this.hand.tool = this.tool
    const at = this.walk?.at ?? 0
    this.walk = new Walk(this.view, {
      toggle: (seat) => desk.chosen.toggle(seat),
      reach: (seat) => desk.chosen.add([seat]),
      label: (seat) => this.label(seat),
      isChosen: (seat) => desk.chosen.seats.has(seat),
      name: (named, event) => this.hand.name(named, event),
    })
    this.walk.at = Math.min(at, Math.max(0, hall.x.length - 1))
    this.view.over.append(this.edges, this.ghost, this.guides, this.wrong)
    backdropIn(this.view, desk.backdrop)
    this.view.paint(hall.names.map(() => ({ tint: 1, state: "", access: "." })))
    if (before) this.view.camera.follow(before.camera)
    this.faults = faultsOf(desk.draft.drawing)
    const seats = new Set(this.faults.flatMap((fault) => fault.seats))
    set(this.wrong, { d: outlines(hall, seats, half(hall) * 1.1) })
  }

  label(seat: number): string {
    const { hall } = this
    const row = hall.rows[hall.rowOf[seat]!]!
    return [`${row.name} ${hall.names[seat]}`, hall.sections[row.section]!.name].filter(Boolean).join(", ")
  }

  /** Rings round seats, frames round things. */
  reflect(): void {
    const { chosen, things, draft } = this.desk
    this.view.ring(chosen.seats)
    const frame = ({ x, y, w, h }: Box): string => `M${x - 4} ${y - 4}h${w + 8}v${h + 8}h${-w - 8}z`
    set(this.edges, { d: [...things].map((thing) => frame(boxOf(draft.drawing, thing))).join("") })
    this.walk.say()
  }

  /** Where new things go: to the middle of what is seen, or behind all that is drawn when something stands there. */
  get room(): { x: number; y: number } {
    const { width, height } = this.view.svg.getBoundingClientRect()
    const [x, y] = this.view.camera.toPlan(width / 2, height / 2)
    const tens = (value: number): number => Math.round(value / 10) * 10
    const around = { x: x - 150, y: y - 100, w: 300, h: 200 }
    if (!this.hand.near.within(around).length && !this.thingsIn(around).length) return { x: tens(x), y: tens(y) }
    const all = bounds(this.hall)
    return { x: tens(all.x + all.w / 2), y: tens(all.y + all.h + 90) }
  }

  show(place: { x: number; y: number }): void {
    const { width, height } = this.view.svg.getBoundingClientRect()
    this.view.camera.show(place.x, place.y, width, height)
  }

  private pressed(seat: number, event: PointerEvent): void {
    const { desk } = this
    this.walk.at = seat
    if (event.shiftKey) desk.chosen.reach(seat)
    else if (event.ctrlKey || event.metaKey || event.altKey) desk.chosen.toggle(seat)
    else desk.choose(desk.chosen.seats.size === 1 && desk.chosen.seats.has(seat) ? [] : [seat], [])
  }

  private caught(seats: number[], event: Event, by: "name" | "band"): void {
    const more = (event as PointerEvent).shiftKey || (event as PointerEvent).ctrlKey
    if (by === "name") return this.desk.chosen.turn(seats)
    this.desk.choose(seats, [...this.desk.things], more)
  }

  private thingsAt([x, y]: [number, number]): Thing[] {
    const at = { x, y, w: 0, h: 0 }
    return this.thingsIn(at).slice(-1)
  }

  private thingsIn(box: Box): Thing[] {
    const { drawing } = this.desk.draft
    return thingsOf(drawing).filter((thing) => {
      const { x, y, w, h } = boxOf(drawing, thing)
      return box.x <= x + w && box.x + box.w >= x && box.y <= y + h && box.y + box.h >= y
    })
  }

  /** What is pressed is dragged, with all else that is chosen; by the row, the table or the section if so is the tool. */
  private grab(place: [number, number], tool: Tool): boolean {
    const { desk, hall } = this
    if (tool === "lasso") return false
    const seat = this.hand.near.at(...place)
    const things = seat < 0 ? this.thingsAt(place) : []
    if (seat < 0 && !things.length) return false
    const row = hall.rows[hall.rowOf[seat]!]
    if (seat >= 0 && !desk.chosen.seats.has(seat)) {
      const isRow = tool === "row" || row!.isTable
      desk.choose(tool === "section" ? seatsOf(hall.sections[row!.section]!) : isRow ? seatsOf(row!) : [seat], [])
    } else if (things[0] && !desk.things.has(things[0])) desk.choose([], things)
    const box = boxOfChoice(desk.draft.drawing, desk.choice)
    this.snap = new Snap(desk.draft.drawing, desk.choice, box)
    const boxes = [...desk.things].map((thing) => boxOf(desk.draft.drawing, thing))
    const frames = boxes.map(({ x, y, w, h }) => `M${x} ${y}h${w}v${h}h${-w}z`).join("")
    this.ghost.replaceChildren(make("path", { d: outlines(hall, desk.chosen.seats) + frames }))
    return true
  }

  private drag(dx: number, dy: number, event: PointerEvent): void {
    const { camera } = this.view
    const snapped = event.altKey ? { dx, dy, guides: [] } : this.snap.to(dx, dy, SNAPS / camera.scale)
    this.moved = snapped
    set(this.ghost, { transform: `translate(${snapped.dx} ${snapped.dy})` })
    const line = (guide: { x?: number; y?: number }): string =>
      guide.x === undefined ? `M-20000 ${guide.y}H40000` : `M${guide.x} -20000V40000`
    set(this.guides, { d: snapped.guides.map(line).join("") })
  }

  private drop(isMeant: boolean): void {
    this.ghost.replaceChildren()
    this.ghost.removeAttribute("transform")
    this.guides.removeAttribute("d")
    const { dx, dy } = this.moved
    if (isMeant && (dx || dy)) this.desk.change((draft, choice) => draft.move(choice.seats, dx, dy, choice.things))
  }
}
