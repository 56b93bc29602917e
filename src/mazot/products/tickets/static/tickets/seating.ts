// SPDX-License-Identifier: AGPL-3.0-or-later
import { zoomButtons } from "./parts/hall/buttons"
import { Chosen } from "./parts/hall/chosen"
import { read, type Hall, type HallMap } from "./parts/hall/hall"
import { Hand, type Tool } from "./parts/hall/hand"
import { Walk } from "./parts/hall/keys"
import { SeatList } from "./parts/hall/list"
import { View, type Look } from "./parts/hall/view"
import { Card } from "./parts/seating/card"
import { Letters, STATES, type Seats } from "./parts/seating/letters"
import { Tray } from "./parts/seating/tray"

const TOOLS: Record<string, Tool> = { s: "select", l: "lasso", r: "row", t: "section", h: "hand" }

/** The zone and access editor of one date. */
class Seating extends HTMLElement {
  private hall!: Hall
  private view!: View
  private hand!: Hand
  private walk!: Walk
  private list!: SeatList
  private letters!: Letters
  private tray!: Tray
  private card!: Card
  private chosen = new Chosen(() => this.reflect())

  connectedCallback(): void {
    void this.start()
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.keyed)
    document.removeEventListener("keyup", this.released)
    removeEventListener("resize", this.resized)
  }

  private async start(): Promise<void> {
    const [map, seats] = await Promise.all([this.get<HallMap>("map"), this.get<Seats>("seats")])
    this.hall = read(map)
    const said = { plan: this.said("plan"), row: this.said("row"), section: this.said("section") }
    this.view = new View(this.hall, said)
    this.querySelector("[data-hall]")!.prepend(this.view.svg)
    this.letters = new Letters(this, seats, () => this.repaint())
    this.tray = new Tray(this, this.hall, this.letters, this.chosen)
    this.card = new Card(this, this.view)
    this.hand = new Hand(this.view, {
      press: (seat, event) => this.pressed(seat, event),
      catch: (caught, event, by) => this.caught(caught, event, by),
    })
    this.walk = new Walk(this.view, {
      toggle: (seat) => this.toggle(seat),
      reach: (seat) => this.chosen.add([seat]),
      label: (seat) => this.label(seat),
      isChosen: (seat) => this.chosen.seats.has(seat),
      name: (named, event) => this.hand.name(named, event),
    })
    this.list = new SeatList(
      this.querySelector("[data-list]")!,
      this.hall,
      {
        label: (seat) => this.label(seat),
        offers: () => true,
        isChosen: (seat) => this.chosen.seats.has(seat),
        toggle: (seat) => this.toggle(seat),
        turnRow: (row) => this.chosen.turn(row),
      },
      { row: this.said("row"), none: "" },
    )
    zoomButtons(this, () => this.view)
    this.view.fit()
    this.repaint()
    this.addEventListener("click", this.clicked)
    document.addEventListener("keydown", this.keyed)
    document.addEventListener("keyup", this.released)
    addEventListener("resize", this.resized)
    this.dataset["ready"] = "yes"
  }

  private said(key: string): string {
    return this.dataset[`said${key[0]!.toUpperCase()}${key.slice(1)}`] ?? ""
  }

  private async get<Answer>(key: string): Promise<Answer> {
    const answer = await fetch(this.dataset[key]!, { headers: { Accept: "application/json" } })
    return (await answer.json()) as Answer
  }

  private label(seat: number): string {
    const row = this.hall.rows[this.hall.rowOf[seat]!]!
    const place = `${row.name} ${this.hall.names[seat]}, ${this.hall.sections[row.section]!.name}`
    return [place, ...this.letters.words(seat)].filter(Boolean).join(", ")
  }

  private pressed(seat: number, event: PointerEvent): void {
    this.walk.at = seat
    if (event.shiftKey) this.chosen.reach(seat)
    else if (event.altKey) this.chosen.drop([seat])
    else if (event.ctrlKey || event.metaKey) this.chosen.toggle(seat)
    else this.toggle(seat)
    this.walk.say()
  }

  /** A press on a taken seat says whose it is; any other chooses it or lets it go. */
  private toggle(seat: number): void {
    if (this.letters.isTaken(seat) && this.tray.tool !== "row") void this.card.show(seat)
    else {
      this.card.hide()
      this.chosen.toggle(seat)
    }
  }

  private caught(seats: number[], event: PointerEvent, by: "name" | "band"): void {
    if (event.altKey) this.chosen.drop(seats)
    else if (by === "band") this.chosen.add(seats)
    else this.chosen.turn(seats)
  }

  private repaint(): void {
    const looks: Look[] = []
    for (let seat = 0; seat < this.hall.x.length; seat++) looks.push(this.letters.look(seat))
    this.view.paint(looks)
    this.reflect()
  }

  private reflect(): void {
    this.view.ring(this.chosen.seats)
    this.tray.reflect()
    this.list.refresh()
    this.walk.say()
  }

  private clicked = (event: Event): void => {
    const at = (name: string): HTMLElement | null => (event.target as Element).closest<HTMLElement>(`[data-${name}]`)
    const tool = at("tool")?.dataset["tool"]
    if (tool) this.use(tool as Tool)
    if (at("clear")) this.chosen.only([])
    if (at("invert")) this.chosen.invert(this.hall.x.length)
    if (at("undo")) void this.letters.back("undo")
    if (at("redo")) void this.letters.back("redo")
    const state = at("state")?.dataset["state"]
    const code = at("choose-zone")?.dataset["chooseZone"]
    if (state && at("legend")) this.chosen.only(this.letters.which((seat) => STATES[state]!.includes(seat.state)))
    else if (code) this.chosen.only(this.letters.which((seat) => seat.zone === code))
  }

  private use(tool: Tool): void {
    this.hand.tool = this.tray.tool = tool
    for (const button of this.querySelectorAll<HTMLElement>("[data-tool]"))
      button.setAttribute("aria-pressed", String(button.dataset["tool"] === tool))
    this.view.svg.toggleAttribute("data-moves", tool === "hand")
  }

  private keyed = (event: KeyboardEvent): void => {
    if ((event.target as Element).closest("input, select, textarea, dialog")) return
    const key = event.key.toLowerCase()
    if ((event.ctrlKey || event.metaKey) && key === "z") void this.letters.back(event.shiftKey ? "redo" : "undo")
    else if ((event.ctrlKey || event.metaKey) && key === "y") void this.letters.back("redo")
    else if ((event.ctrlKey || event.metaKey) && key === "a") this.chosen.only(this.hall.names.keys())
    else if (event.ctrlKey || event.metaKey || event.altKey) return
    else if (key === "escape") this.card.isOpen ? this.card.hide() : this.chosen.only([])
    else if (key === " " && !(event.target as Element).closest("button, a")) this.hand.moves = true
    else if (/^[0-9]$/.test(key)) this.tray.press(Number(key))
    else if (TOOLS[key]) this.use(TOOLS[key]!)
    else return
    event.preventDefault()
  }

  private released = (event: KeyboardEvent): void => {
    if (event.key === " ") this.hand.moves = false
  }

  private resized = (): void => this.view.fit()
}

customElements.define("mazot-seating", Seating)
