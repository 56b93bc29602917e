// SPDX-License-Identifier: AGPL-3.0-or-later
import { make } from "../hall/draw"
import type { View } from "../hall/view"

/** Who has a seat: a card beside the plan, with a line from the seat to it. */
export class Card {
  private readonly box: HTMLElement
  private readonly target = make("circle", { class: "seat-map__target" })
  private readonly leader = make("path", { class: "seat-map__leader", "vector-effect": "non-scaling-stroke" })
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
    this.view.over.append(this.leader, this.target)
    this.stand()
  }

  hide(): void {
    this.seat = -1
    this.box.hidden = true
    this.target.remove()
    this.leader.remove()
  }

  /** The plan makes room where the card would hide the seat; a line leads from the seat to the card. */
  private stand(): void {
    const { hall, camera } = this.view
    const [x, y] = [hall.x[this.seat]!, hall.y[this.seat]!]
    const plan = this.view.svg.getBoundingClientRect()
    const card = this.box.getBoundingClientRect()
    this.leader.setAttribute("d", "")
    if (card.width > plan.width / 2) return
    const edge = card.left - plan.left
    const over = camera.toScreen(x, y)[0] - (edge - 56)
    if (over > 0) camera.pan(-over, 0)
    const atY = camera.toScreen(x, y)[1]
    if (atY < card.top - plan.top || atY > card.bottom - plan.top) return
    this.leader.setAttribute("d", `M${x + hall.spacing * 0.55} ${y}H${camera.toPlan(edge, atY)[0]}`)
  }
}
