// SPDX-License-Identifier: AGPL-3.0-or-later
import { nameRows, numberRows, rowsChosen, shapeRows } from "./arrange"
import type { Desk } from "./desk"
import { thingAt, type Area, type Free } from "./drawing"

/** The fields of what is chosen. Each form is in the page, in the reader's language; what does not apply is hidden. */
export class Inspector {
  constructor(
    private readonly desk: Desk,
    private readonly box: HTMLElement,
  ) {
    box.addEventListener("submit", this.sent)
  }

  refresh(): void {
    const { choice, draft, plane } = this.desk
    const rows = rowsChosen(draft.drawing, choice.seats)
    const [seat] = choice.seats
    const thing = choice.things.length === 1 && !choice.seats.length ? thingAt(draft.drawing, choice.things[0]!) : null
    this.show("none", !choice.seats.length && !choice.things.length)
    this.show("some", choice.seats.length + choice.things.length > 0)
    this.show("rows", rows.length > 0)
    this.show("seat", choice.seats.length === 1)
    this.show("section", rows.length > 0)
    this.show("thing", thing !== null)
    if (seat !== undefined && rows[0]) {
      const row = rows[0]
      this.fill("seat", { name: draft.seats[seat]!.name })
      const section = draft.drawing.sections[plane.hall.rows[plane.hall.rowOf[seat]!]!.section]!
      this.fill("section", { name: section.name })
      const step = row.seats[1] ? Math.hypot(row.seats[1].x - row.seats[0]!.x, row.seats[1].y - row.seats[0]!.y) : 28
      this.fill("rows", { name: row.name, seats: row.seats.length, spacing: Math.round(step), curve: row.curve })
      for (const only of this.box.querySelectorAll<HTMLElement>("[data-straight]"))
        only.hidden = rows.some((one) => one.table)
    }
    if (!thing) return
    const isFree = "capacity" in thing
    const name = isFree ? thing.name : thing.label
    const more = isFree ? { capacity: thing.capacity } : { rotation: (thing as Area).rotation ?? 0 }
    this.fill("thing", { name, w: thing.w, h: thing.h, ...more })
    const kind = isFree ? "free" : choice.things[0] === "stage" ? "stage" : (thing as Area).shape
    for (const field of this.box.querySelectorAll<HTMLElement>("[data-only]"))
      field.hidden = !field.dataset["only"]!.split(" ").includes(kind)
  }

  private show(name: string, is: boolean): void {
    for (const part of this.box.querySelectorAll<HTMLElement>(`[data-for~="${name}"]`)) part.hidden = !is
  }

  private fill(name: string, values: Record<string, string | number>): void {
    const form = this.box.querySelector<HTMLFormElement>(`form[data-for="${name}"]`)
    if (!form || form.contains(document.activeElement)) return
    for (const [key, value] of Object.entries(values)) {
      const field = form.elements.namedItem(key)
      if (field instanceof HTMLInputElement) field.value = String(value)
    }
  }

  private sent = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement
    const name = form.dataset["for"]
    if (!name) return
    event.preventDefault()
    const said = new FormData(form)
    const text = (key: string): string => String(said.get(key) ?? "").trim()
    const number = (key: string): number => Number(said.get(key)) || 0
    const { desk } = this
    const { seats, things } = desk.choice
    const ids = seats.map((at) => desk.draft.seats[at]!.id)
    const part = (event.submitter as HTMLButtonElement | null)?.value
    desk.change((draft) => {
      if (name === "seat") draft.change(() => (draft.seats[seats[0]!]!.name = text("name")))
      if (name === "section") this.nameSection(text("name"))
      if (name === "thing") this.setThing(things[0]!, text, number)
      if (name !== "rows") return
      const first = number("first") || 1
      if (part === "numbers") numberRows(draft, seats, { scheme: text("scheme"), first, without: text("without") })
      else if (part === "name") nameRows(draft, seats, text("name"))
      else shapeRows(draft, seats, Math.min(200, number("seats")), number("spacing") || 28, number("curve"))
    })
    if (ids.length) desk.chooseIds(ids, things)
    desk.tell(desk.said("changed"))
  }

  private nameSection(name: string): void {
    const { draft, plane, choice } = this.desk
    const which = new Set(choice.seats.map((at) => plane.hall.rows[plane.hall.rowOf[at]!]!.section))
    draft.change((drawing) => drawing.sections.forEach((section, at) => which.has(at) && (section.name = name)))
  }

  private setThing(thing: string, text: (key: string) => string, number: (key: string) => number): void {
    this.desk.draft.change((drawing) => {
      const one = thingAt(drawing, thing)
      if ("capacity" in one) (one as Free).name = text("name")
      else one.label = text("name")
      if ("capacity" in one) one.capacity = Math.max(0, Math.round(number("capacity")))
      if ("rotation" in one) one.rotation = number("rotation") % 360
      if (!("shape" in one) || one.shape !== "text") Object.assign(one, { w: number("w"), h: number("h") })
    })
  }
}
