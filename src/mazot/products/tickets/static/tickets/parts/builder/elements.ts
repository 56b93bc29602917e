// SPDX-License-Identifier: AGPL-3.0-or-later
import { seatsOf } from "../hall/hall"
import type { Desk } from "./desk"
import { boxOf, thingAt, thingsOf } from "./drawing"

const MOST = 60 // faults shown at once

/** All that is drawn as a list, and all that is wrong: for the keyboard, and for those who do not see the plane. */
export class Elements {
  constructor(
    private readonly desk: Desk,
    private readonly box: HTMLElement,
    private readonly faults: HTMLElement,
  ) {
    box.addEventListener("click", this.pressed)
    faults.addEventListener("click", this.pressed)
  }

  refresh(): void {
    const { desk } = this
    const { hall } = desk.plane
    const { drawing } = desk.draft
    const isOpen = [...this.box.querySelectorAll("details")].map((one) => one.open)
    const sections = hall.sections.map((section, at) => {
      const details = document.createElement("details")
      details.open = isOpen[at] ?? false
      const summary = document.createElement("summary")
      summary.className = "drawing__line"
      summary.append(part("span", "grow truncate", section.name || "–"), part("span", "soft small", section.count))
      const rows = section.rows.map((row) => {
        const { name, count } = hall.rows[row]!
        return this.line(desk.said("row").replace("#", name || "–"), `row/${row}`, String(count))
      })
      details.append(summary, this.line(desk.said("wholeSection"), `section/${at}`, ""), ...rows)
      return details
    })
    const things = thingsOf(drawing).map((thing) => {
      const one = thingAt(drawing, thing)
      const name = "capacity" in one ? one.name : one.label
      const kind = thing.startsWith("free") ? "free" : "shape" in one && thing !== "stage" ? one.shape : "stage"
      return this.line(name || desk.said(kind), thing, name ? desk.said(kind) : "")
    })
    this.box.replaceChildren(...sections, ...things)
    this.tellFaults()
  }

  private tellFaults(): void {
    const { faults } = this.desk.plane
    this.faults.hidden = !faults.length
    const list = this.faults.querySelector("ul")!
    const lines = faults.slice(0, MOST).map((fault, at) => {
      const line = document.createElement("li")
      line.append(this.line(this.desk.said(fault.kind).replace("#", fault.what), `fault/${at}`, ""))
      return line
    })
    list.replaceChildren(...lines)
    this.faults.querySelector("[data-n-faults]")!.textContent = String(faults.length)
  }

  private line(name: string, key: string, more: string): HTMLElement {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "drawing__line drawing__element"
    button.dataset["element"] = key
    button.append(part("span", "grow truncate", name), part("span", "soft small", more))
    return button
  }

  private pressed = (event: Event): void => {
    const key = (event.target as Element).closest<HTMLElement>("[data-element]")?.dataset["element"]
    if (!key) return
    const { desk } = this
    const { hall, faults } = desk.plane
    const [kind, at] = key.split("/") as [string, string | undefined]
    const isMore = (event as MouseEvent).shiftKey || (event as MouseEvent).ctrlKey
    const group = kind === "row" ? hall.rows[Number(at)] : kind === "section" ? hall.sections[Number(at)] : undefined
    const seats = kind === "fault" ? faults[Number(at)]!.seats : group ? seatsOf(group) : []
    desk.choose(seats, seats.length ? [] : [key], isMore)
    const first = seats[0]
    if (first === undefined) desk.plane.show(boxOf(desk.draft.drawing, key))
    else desk.plane.show({ x: hall.x[first]!, y: hall.y[first]! })
  }
}

function part(name: string, className: string, text: string | number): HTMLElement {
  const made = document.createElement(name)
  made.className = className
  made.textContent = String(text)
  return made
}
