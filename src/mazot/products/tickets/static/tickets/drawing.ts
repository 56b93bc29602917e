// SPDX-License-Identifier: AGPL-3.0-or-later
import { Draft, STEP, type Drawing } from "./parts/builder/draft"
import { zoomButtons } from "./parts/hall/buttons"
import { Chosen } from "./parts/hall/chosen"
import { read, type Hall, type HallMap } from "./parts/hall/hall"
import { Hand } from "./parts/hall/hand"
import { Walk } from "./parts/hall/keys"
import { View } from "./parts/hall/view"

/** The drawing of a room: seats are chosen, moved, turned and taken away, and saved as a new version. */
class PlanDrawing extends HTMLElement {
  private view!: View
  private walk!: Walk
  private draft!: Draft
  private map!: HallMap
  private chosen = new Chosen(() => this.reflect())

  connectedCallback(): void {
    void this.start()
  }

  disconnectedCallback(): void {
    removeEventListener("resize", this.resized)
    document.removeEventListener("click", this.clicked)
    document.removeEventListener("keydown", this.keyed, true)
  }

  private async start(): Promise<void> {
    const [map, drawing] = await Promise.all([fetch(this.dataset["map"]!), fetch(this.dataset["drawing"]!)])
    this.map = (await map.json()) as HallMap
    this.draft = new Draft((await drawing.json()) as Drawing)
    this.draw(read(this.map))
    zoomButtons(this, () => this.view)
    this.view.fit()
    addEventListener("resize", this.resized)
    document.addEventListener("click", this.clicked)
    document.addEventListener("keydown", this.keyed, true)
    this.dataset["ready"] = "yes"
  }

  private said(key: string): string {
    return this.dataset[`said${key}`] ?? ""
  }

  private draw(hall: Hall): void {
    const before = this.view
    this.view = new View(hall, { plan: this.said("Plan"), row: this.said("Row"), section: this.said("Section") })
    if (before) before.svg.replaceWith(this.view.svg)
    else this.prepend(this.view.svg)
    const hand = new Hand(this.view, {
      press: (seat, event) => (event.shiftKey ? this.chosen.reach(seat) : this.chosen.toggle(seat)),
      catch: (seats, _event, by) => (by === "band" ? this.chosen.add(seats) : this.chosen.turn(seats)),
    })
    this.walk = new Walk(this.view, {
      toggle: (seat) => this.chosen.toggle(seat),
      reach: (seat) => this.chosen.add([seat]),
      label: (seat) => `${hall.rows[hall.rowOf[seat]!]!.name} ${hall.names[seat]}`,
      isChosen: (seat) => this.chosen.seats.has(seat),
      name: (named, event) => hand.name(named, event),
    })
    this.view.paint(hall.names.map(() => ({ tint: 1, state: "", access: "." })))
    if (before) this.view.camera.follow(before.camera)
    this.reflect()
  }

  /** The map as the draft has it: places from one seat to the next, and rows as long as they are now. */
  private redraw(): void {
    const rows = this.draft.drawing.sections.flatMap((section) => section.rows)
    let [x, y] = [0, 0]
    this.map.places = this.draft.seats.flatMap((seat) => {
      const step = [Math.round(seat.x * 10) - x, Math.round(seat.y * 10) - y]
      ;[x, y] = [x + step[0]!, y + step[1]!]
      return step
    })
    this.map.rows = this.map.rows.map(([name, , table], at) => {
      const names = rows[at]!.seats.map((seat) => seat.name)
      return [name, names.length, table, names]
    })
    this.draw(read(this.map))
  }

  private reflect(): void {
    this.view?.ring(this.chosen.seats)
    this.walk?.say()
    const n = this.chosen.seats.size
    this.tell(n ? this.said("Chosen").replace("#", String(n)) : this.said("Hint"))
    this.able("undo", this.draft.canUndo)
    this.able("redo", this.draft.canRedo)
    this.able("keep", this.draft.canUndo)
  }

  private able(deed: string, is: boolean): void {
    document.querySelector(`[data-${deed}]`)?.setAttribute("aria-disabled", String(!is))
  }

  private tell(text: string): void {
    this.querySelector("[data-said]")!.textContent = text
  }

  private clicked = (event: Event): void => {
    const at = (name: string): HTMLElement | null => (event.target as Element).closest<HTMLElement>(`[data-${name}]`)
    const [dx, dy] = (at("move")?.dataset["move"] ?? "").split(" ").map(Number)
    if (dx !== undefined && dy !== undefined) this.move(dx, dy)
    if (at("turn")) this.change(() => this.draft.turn(this.chosen.list, Number(at("turn")!.dataset["turn"])))
    if (this.contains(event.target as Node) && at("remove")) this.takeAway()
    if (at("undo")) this.back(() => this.draft.undo())
    if (at("redo")) this.back(() => this.draft.redo())
    if (at("keep") && this.draft.canUndo) void this.keep()
  }

  private move(dx: number, dy: number, by = STEP): void {
    this.change(() => this.draft.move(this.chosen.list, dx * by, dy * by))
  }

  private change(how: () => void): void {
    if (!this.chosen.seats.size) return
    how()
    this.redraw()
  }

  private takeAway(): void {
    const gone = this.chosen.list
    if (!gone.length) return
    this.chosen.seats.clear()
    this.draft.remove(gone)
    this.walk.at = 0
    this.redraw()
  }

  private back(how: () => void): void {
    this.chosen.seats.clear()
    how()
    this.redraw()
  }

  private async keep(): Promise<void> {
    try {
      const answer = await fetch(this.dataset["save"]!, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.dataset["csrf"]! },
        body: JSON.stringify({ number: Number(this.dataset["number"]), drawing: this.draft.drawing }),
      })
      const told = (await answer.json()) as { problem?: string }
      if (answer.ok) location.reload()
      else this.tell(told.problem ?? "")
    } catch {
      this.tell(this.said("Offline"))
    }
  }

  private keyed = (event: KeyboardEvent): void => {
    if ((event.target as Element).closest("input, select, textarea, dialog, [role=menu]")) return
    const arrows: Record<string, [number, number]> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    }
    const arrow = arrows[event.key]
    // On the plan plain arrows walk from seat to seat until something is chosen; Alt moves by one.
    if (arrow && this.chosen.seats.size && !event.shiftKey) this.move(...arrow, event.altKey ? 1 : STEP)
    else if (event.key === "[") this.change(() => this.draft.turn(this.chosen.list, -5))
    else if (event.key === "]") this.change(() => this.draft.turn(this.chosen.list, 5))
    else if (event.key === "Delete") this.takeAway()
    else if (event.key === "Escape") this.chosen.only([])
    else if ((event.ctrlKey || event.metaKey) && event.key === "z") this.back(() => this.draft.undo())
    else if ((event.ctrlKey || event.metaKey) && event.key === "y") this.back(() => this.draft.redo())
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  private resized = (): void => this.view.fit()
}

customElements.define("mazot-drawing", PlanDrawing)
