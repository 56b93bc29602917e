// SPDX-License-Identifier: AGPL-3.0-or-later
import { zoomButtons } from "./parts/hall/buttons"
import { read, type Hall, type HallMap } from "./parts/hall/hall"
import { Hand } from "./parts/hall/hand"
import { Walk } from "./parts/hall/keys"
import { SeatList } from "./parts/hall/list"
import { View, type Look } from "./parts/hall/view"
import { Basket, type ZoneOffer } from "./parts/picker/basket"
import { overview } from "./parts/picker/overview"
import { patiently, Watch } from "./parts/picker/watch"

/** A buyer chooses seats: on the plan, by keyboard or from the list. Hidden inputs carry the choice with the form. */
class HallPicker extends HTMLElement {
  private hall!: Hall
  private view!: View
  private walk!: Walk
  private list!: SeatList
  private basket!: Basket
  private seats = ""
  private watch: Watch | undefined

  connectedCallback(): void {
    void this.start()
  }

  disconnectedCallback(): void {
    this.watch?.stop()
    removeEventListener("resize", this.resized)
  }

  private async start(): Promise<void> {
    const line = this.querySelector("[data-said]")!
    const waits = (): void => void (line.textContent = this.said("wait"))
    const wanted = [this.dataset["map"]!, this.dataset["seats"]!]
    const [map, seats] = (await Promise.all(wanted.map((address) => patiently(address, waits)))) as [Response, Response]
    line.textContent = ""
    this.hall = read((await map.json()) as HallMap)
    this.seats = ((await seats.json()) as { seats: string }).seats
    const zones = JSON.parse(this.dataset["zones"] ?? "{}") as Record<string, ZoneOffer>
    const plan = this.querySelector<HTMLElement>("[data-hall]") ?? this
    const said = { plan: this.said("plan"), row: this.said("row"), section: this.said("section") }
    this.view = new View(this.hall, said)
    plan.prepend(this.view.svg)
    this.basket = new Basket(this, this.hall, zones, () => this.repaint())
    for (const seat of (this.dataset["mine"] ?? "").split(",").filter(Boolean))
      this.basket.add(Number(seat), this.seats)
    new Hand(this.view, { press: (seat) => this.toggle(seat), catch: () => undefined }, false)
    this.walk = new Walk(this.view, {
      toggle: (seat) => this.toggle(seat),
      reach: () => undefined,
      label: (seat) => this.label(seat),
      isChosen: (seat) => this.basket.has(seat),
      name: () => undefined,
    })
    this.list = new SeatList(
      this.querySelector("[data-list]")!,
      this.hall,
      {
        label: (seat) => this.label(seat),
        offers: (seat) => this.seats[seat] !== "." || this.basket.has(seat),
        isChosen: (seat) => this.basket.has(seat),
        toggle: (seat) => this.toggle(seat),
      },
      { row: this.said("row"), none: this.said("none") },
    )
    zoomButtons(this, () => this.view)
    this.view.fit()
    this.repaint()
    overview(this.view, plan)
    this.addEventListener("click", this.switched)
    addEventListener("resize", this.resized)
    this.watch = new Watch(this.dataset["seats"]!, (answer) => this.refresh(answer))
    if (this.isConnected) this.watch.start()
    this.dataset["ready"] = "yes"
  }

  private said(key: string): string {
    return this.dataset[`said${key[0]!.toUpperCase()}${key.slice(1)}`] ?? ""
  }

  private label(seat: number): string {
    const row = this.hall.rows[this.hall.rowOf[seat]!]!
    const zone = this.basket.zone(this.seats[seat]!)
    const amounts = zone?.prices.map(({ amount }) => amount) ?? []
    const offer = zone ? `${zone.name}, ${this.basket.money(Math.min(...amounts))}` : this.said("gone")
    const state = this.basket.has(seat) ? this.said("mine") : offer
    const place = `${this.said("row").replace("#", row.name)}, ${this.said("seat").replace("#", this.hall.names[seat]!)}`
    return [this.hall.sections[row.section]!.name, place, state].filter(Boolean).join(", ")
  }

  private toggle(seat: number): void {
    this.walk.at = seat
    if (this.basket.has(seat)) this.basket.drop(seat)
    else if (this.basket.zone(this.seats[seat]!)) this.basket.add(seat, this.seats)
    this.walk.say()
  }

  private repaint(): void {
    const looks = Array.from(this.seats, (letter, seat): Look => {
      const tint = this.basket.zone(letter)?.tint ?? 0
      return { tint, state: this.basket.has(seat) ? "mine" : tint ? "" : "gone", access: "." }
    })
    this.view.paint(looks)
    this.list.refresh()
    this.walk.say()
  }

  /** What others took meanwhile is gone, and said; what is held for this browser stays chosen. */
  private async refresh(answer: Response): Promise<void> {
    const { seats } = (await answer.json()) as { seats: string }
    if (seats === this.seats) return
    const lost = Array.from(seats, (_, seat) => seat).filter((seat) => seats[seat] === "." && this.basket.has(seat))
    const places = lost.map((seat) => `${this.hall.rows[this.hall.rowOf[seat]!]!.name} ${this.hall.names[seat]}`)
    this.seats = seats
    for (const seat of lost) this.basket.drop(seat)
    this.repaint()
    if (lost.length) this.basket.say(this.said("lost").replace("#", places.join(", ")))
  }

  private switched = (event: Event): void => {
    const shown = (event.target as Element).closest<HTMLElement>("[data-show]")?.dataset["show"]
    if (!shown) return
    this.dataset["shows"] = shown
    for (const button of this.querySelectorAll<HTMLElement>("[data-show]"))
      button.setAttribute("aria-pressed", String(button.dataset["show"] === shown))
    const first = this.querySelector<HTMLDetailsElement>("[data-list] details")
    if (shown === "list" && first) first.open = true
    if (shown === "plan") this.view.fit()
  }

  private resized = (): void => this.view.fit()
}

customElements.define("mazot-hall-picker", HallPicker)
