// SPDX-License-Identifier: AGPL-3.0-or-later
import { make, set } from "./draw"
import { seatsOf, type Box } from "./hall"
import { Near } from "./near"
import type { View } from "./view"

export type Tool = "select" | "lasso" | "row" | "section" | "hand"

export interface Deeds {
  /** A seat was pressed; true keeps Shift and Alt from doing more. */
  press(seat: number, event: PointerEvent): void
  /** Seats that a row, a section, a band or a lasso caught. */
  catch(seats: number[], event: PointerEvent, by: "name" | "band"): void
  /** Whether what stands here is dragged; then `drag` follows the pointer, in the plan's measure, until `drop`. */
  grab?(place: [number, number], tool: Tool): boolean
  drag?(dx: number, dy: number, event: PointerEvent): void
  drop?(isMeant: boolean): void
  /** A press where no seat is. */
  miss?(place: [number, number], event: PointerEvent): void
  /** The box of a band, beside the seats it caught. */
  band?(box: Box): void
}

const STILL = 4 // pixels that a press may tremble

/** What a pointer does on the plan: press, band, lasso, move with the hand, and two fingers that zoom. */
export class Hand {
  tool: Tool = "select"
  moves = false // the space bar is down
  readonly near: Near
  private readonly down = new Map<number, [number, number]>()
  private from: [number, number] = [0, 0]
  private trail: [number, number][] = []
  private doing: "" | "press" | "pan" | "band" | "drag" = ""
  private readonly band = make("path", { class: "seat-map__band" })

  constructor(
    private readonly view: View,
    private readonly deeds: Deeds,
    private readonly bands = true,
  ) {
    this.near = new Near(view.hall)
    view.over.append(this.band)
    const { svg } = view
    svg.addEventListener("pointerdown", this.pressed)
    svg.addEventListener("pointermove", this.moved)
    svg.addEventListener("pointerup", this.left)
    svg.addEventListener("pointercancel", this.left)
    svg.addEventListener("wheel", this.wheeled, { passive: false })
  }

  private pressed = (event: PointerEvent): void => {
    if (event.button > 1) return
    this.view.svg.setPointerCapture?.(event.pointerId)
    this.down.set(event.pointerId, [event.clientX, event.clientY])
    this.from = [event.clientX, event.clientY]
    this.trail = [this.view.place(event)]
    const isTouch = event.pointerType === "touch"
    const pans = this.tool === "hand" || this.moves || event.button === 1 || this.down.size > 1
    this.doing = pans ? "pan" : "press"
    if (isTouch || event.button === 1) event.preventDefault()
  }

  private moved = (event: PointerEvent): void => {
    const before = this.down.get(event.pointerId)
    if (!before) return
    const now: [number, number] = [event.clientX, event.clientY]
    if (this.doing === "press") {
      if (Math.hypot(now[0] - this.from[0], now[1] - this.from[1]) < STILL) return
      if (this.deeds.grab?.(this.trail[0]!, this.tool)) this.doing = "drag"
      else this.doing = this.bands && event.pointerType !== "touch" ? "band" : "pan"
    }
    if (this.down.size === 2) this.pinch(event.pointerId, now)
    else if (this.doing === "pan") this.view.camera.pan(now[0] - before[0], now[1] - before[1])
    else if (this.doing === "drag") {
      const [x, y] = this.view.place(event)
      this.deeds.drag!(x - this.trail[0]![0], y - this.trail[0]![1], event)
    } else this.drawBand(event)
    this.down.set(event.pointerId, now)
  }

  private pinch(id: number, now: [number, number]): void {
    const before = this.down.get(id)!
    const other = [...this.down].find(([each]) => each !== id)?.[1]
    if (!other) return
    const far = (place: [number, number]): number => Math.hypot(place[0] - other[0], place[1] - other[1]) || 1
    const box = this.view.svg.getBoundingClientRect()
    this.view.camera.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2)
    const middle = [(now[0] + other[0]) / 2 - box.left, (now[1] + other[1]) / 2 - box.top] as const
    this.view.camera.zoom(far(now) / far(before), ...middle)
  }

  private drawBand(event: PointerEvent): void {
    const place = this.view.place(event)
    if (this.tool === "lasso") this.trail.push(place)
    else this.trail[1] = place
    const [from, to] = [this.trail[0]!, this.trail[this.trail.length - 1]!]
    const d = this.tool === "lasso" ? `M${this.trail.join("L")}Z` : `M${from}H${to[0]}V${to[1]}H${from[0]}Z`
    set(this.band, { d })
  }

  private left = (event: PointerEvent): void => {
    if (!this.down.delete(event.pointerId)) return
    const doing = this.doing
    if (this.down.size) return
    this.doing = ""
    this.band.removeAttribute("d")
    if (doing === "drag") this.deeds.drop!(event.type !== "pointercancel")
    if (event.type === "pointercancel") return
    if (doing === "press") this.press(event)
    if (doing === "band") {
      if (this.tool !== "lasso") this.deeds.band?.(this.box)
      this.deeds.catch(this.caught(), event, "band")
    }
  }

  private caught(): number[] {
    if (this.tool === "lasso") return this.near.inside(this.trail)
    return this.near.within(this.box)
  }

  private get box(): Box {
    const [[ax, ay], [bx, by]] = [this.trail[0]!, this.trail[1] ?? this.trail[0]!]
    return { x: Math.min(ax, bx), y: Math.min(ay, by), w: Math.abs(ax - bx), h: Math.abs(ay - by) }
  }

  private press(event: PointerEvent): void {
    const { hall, camera } = this.view
    const named = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-row], [data-section]")
    if (named && this.view.svg.contains(named)) return this.name(named, event)
    // A finger is larger than a seat that is far away.
    const reach = Math.max(hall.spacing / 2, event.pointerType === "touch" ? 14 / camera.scale : 0)
    const seat = this.near.at(...this.trail[0]!, reach)
    if (seat < 0) return this.deeds.miss?.(this.trail[0]!, event)
    const row = hall.rows[hall.rowOf[seat]!]!
    if (this.tool === "row") this.deeds.catch(seatsOf(row), event, "name")
    else if (this.tool === "section") this.deeds.catch(seatsOf(hall.sections[row.section]!), event, "name")
    else this.deeds.press(seat, event)
  }

  name(named: Element, event: Event): void {
    const { hall } = this.view
    const row = hall.rows[Number(named.getAttribute("data-row") ?? -1)]
    const section = hall.sections[Number(named.getAttribute("data-section") ?? -1)]
    const group = row ?? section
    if (group) this.deeds.catch(seatsOf(group), event as PointerEvent, "name")
  }

  private wheeled = (event: WheelEvent): void => {
    event.preventDefault()
    const box = this.view.svg.getBoundingClientRect()
    if (event.shiftKey) return this.view.camera.pan(-event.deltaY - event.deltaX, 0)
    const lines = event.deltaMode === 1 ? 30 : 1
    const by = Math.exp((-event.deltaY * lines) / (event.ctrlKey ? 120 : 500))
    this.view.camera.zoom(by, event.clientX - box.left, event.clientY - box.top)
  }
}
