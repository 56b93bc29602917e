// SPDX-License-Identifier: AGPL-3.0-or-later
import { seatsOf, type Hall } from "./hall"

export interface ListDeeds {
  label(seat: number): string
  /** Whether the seat can be chosen at all; the others are left out of a buyer's list. */
  offers(seat: number): boolean
  isChosen(seat: number): boolean
  toggle(seat: number): void
  turnRow?(seats: number[]): void
}

/** The same seats as words: sections open, rows follow, each seat a button. For whoever cannot or will not use the drawing. */
export class SeatList {
  constructor(
    private readonly box: HTMLElement,
    private readonly hall: Hall,
    private readonly deeds: ListDeeds,
    private readonly said: { row: string; none: string },
  ) {
    box.replaceChildren(...hall.sections.map((_, section) => this.section(section)))
    box.addEventListener("click", this.pressed)
  }

  /** After something changed: only the sections that are open are written again. */
  refresh(): void {
    for (const details of this.box.querySelectorAll<HTMLDetailsElement>("details[open]")) this.fill(details)
  }

  private section(index: number): HTMLElement {
    const { name, count } = this.hall.sections[index]!
    const details = document.createElement("details")
    details.className = "seat-list__section"
    details.dataset["section"] = String(index)
    const summary = document.createElement("summary")
    summary.textContent = `${name || "–"} (${count})`
    details.append(summary, document.createElement("div"))
    details.addEventListener("toggle", () => details.open && this.fill(details))
    return details
  }

  private fill(details: HTMLDetailsElement): void {
    const section = this.hall.sections[Number(details.dataset["section"])]!
    const held = document.activeElement?.getAttribute("data-seat")
    const rows = section.rows.flatMap((index) => this.row(index))
    const box = details.querySelector("div")!
    if (rows.length) box.replaceChildren(...rows)
    else box.textContent = this.said.none
    if (held) box.querySelector<HTMLElement>(`[data-seat="${held}"]`)?.focus()
  }

  private row(index: number): HTMLElement[] {
    const row = this.hall.rows[index]!
    const seats = seatsOf(row).filter((seat) => this.deeds.offers(seat))
    if (!seats.length) return []
    const line = document.createElement("div")
    line.className = "seat-list__row"
    const name = document.createElement(this.deeds.turnRow ? "button" : "span")
    name.className = "seat-list__name"
    name.textContent = this.said.row.replace("#", row.name)
    if (this.deeds.turnRow) {
      name.setAttribute("type", "button")
      name.dataset["row"] = String(index)
    }
    line.append(name, ...seats.map((seat) => this.button(seat)))
    return [line]
  }

  private button(seat: number): HTMLElement {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "seat-list__seat"
    button.dataset["seat"] = String(seat)
    button.textContent = this.hall.names[seat] ?? ""
    button.setAttribute("aria-label", this.deeds.label(seat))
    button.setAttribute("aria-pressed", String(this.deeds.isChosen(seat)))
    return button
  }

  private pressed = (event: Event): void => {
    const target = event.target as Element
    const seat = target.closest<HTMLElement>("[data-seat]")
    const row = target.closest<HTMLElement>("button[data-row]")
    if (seat) this.deeds.toggle(Number(seat.dataset["seat"]))
    if (row) this.deeds.turnRow?.(seatsOf(this.hall.rows[Number(row.dataset["row"])]!))
  }
}
