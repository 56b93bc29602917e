// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Desk } from "./desk"

interface Told {
  number?: number
  problem?: string
}

/** Saves the draft as a version, and asks whose drawing stays when somebody else saved meanwhile. */
export class Keeper {
  private isSaving = false

  constructor(
    private readonly desk: Desk,
    private readonly root: HTMLElement,
  ) {
    addEventListener("beforeunload", this.leaving)
  }

  stop(): void {
    removeEventListener("beforeunload", this.leaving)
  }

  reflect(): void {
    const shown = this.root.querySelector("[data-version]")
    const text = this.desk.draft.isChanged
      ? this.desk.said("unsaved")
      : this.desk.said("version").replace("#", this.root.dataset["number"]!)
    if (shown && shown.textContent !== text) shown.textContent = text
  }

  async save(): Promise<void> {
    if (this.isSaving) return
    this.isSaving = true
    try {
      const { draft } = this.desk
      grow(draft.drawing)
      const answer = await fetch(this.root.dataset["save"]!, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.root.dataset["csrf"]! },
        body: JSON.stringify({ number: Number(this.root.dataset["number"]), drawing: draft.drawing }),
      })
      const told = (await answer.json()) as Told
      if (answer.ok) {
        this.root.dataset["number"] = String(told.number)
        draft.settle()
        this.meanwhile(false)
      } else if (answer.status === 409) this.meanwhile(true, told)
      this.desk.tell(answer.ok ? this.desk.said("saved") : (told.problem ?? ""))
    } catch {
      this.desk.tell(this.desk.said("offline"))
    } finally {
      this.isSaving = false
      this.reflect()
    }
  }

  /** All versions are kept: mine becomes the newest one, or I look at theirs and leave mine. */
  choose(which: string): void {
    if (which === "mine") {
      this.root.dataset["number"] = this.root.dataset["theirs"]
      void this.save()
    } else {
      this.desk.draft.settle()
      location.reload()
    }
  }

  private meanwhile(is: boolean, told: Told = {}): void {
    this.root.dataset["theirs"] = String(told.number ?? "")
    const box = this.root.querySelector<HTMLElement>("[data-meanwhile]")
    if (box) box.hidden = !is
    if (is) box?.querySelector<HTMLElement>("button")?.focus()
  }

  private leaving = (event: BeforeUnloadEvent): void => {
    if (this.desk.draft.isChanged) event.preventDefault()
  }
}

/** The sheet grows with what is drawn on it. */
function grow(drawing: {
  size: [number, number]
  sections: { rows: { seats: { x: number; y: number }[] }[] }[]
}): void {
  for (const section of drawing.sections)
    for (const row of section.rows)
      for (const seat of row.seats) {
        drawing.size[0] = Math.max(drawing.size[0], Math.ceil(seat.x + 40))
        drawing.size[1] = Math.max(drawing.size[1], Math.ceil(seat.y + 40))
      }
}
