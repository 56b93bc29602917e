// SPDX-License-Identifier: AGPL-3.0-or-later
import { make } from "../hall/draw"
import type { View } from "../hall/view"

/** Who has a seat: a card beside the plan, with a line from the seat to it. */
export class Card {
  private readonly box: HTMLElement
  private readonly target = make("circle", { class: "seat-map__target" })
  private seat = -1

  constructor(
    private readonly root: HTMLElement,
    private readonly view: View,
  ) {
    this.box = root.querySelector<HTMLElement>("[data-card]")!
    root.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-card-close]")) this.hide()
    })
  }

  get isOpen(): boolean {
    return !this.box.hidden
  }

  async show(seat: number): Promise<void> {
    const { hall } = this.view
    this.seat = seat
    const answer = await fetch(this.root.dataset["card"]!.replace(/0$/, String(seat)))
    // Another seat was pressed meanwhile, or this one is free again.
    if (this.seat !== seat || !answer.ok) return
    const told = new DOMParser().parseFromString(await answer.text(), "text/html")
    this.box.replaceChildren(...told.body.childNodes)
    this.box.hidden = false
    this.target.setAttribute("cx", String(hall.x[seat]))
    this.target.setAttribute("cy", String(hall.y[seat]))
    this.target.setAttribute("r", String(hall.spacing * 0.55))
    this.view.over.append(this.target)
  }

  hide(): void {
    this.seat = -1
    this.box.hidden = true
    this.target.remove()
  }
}
