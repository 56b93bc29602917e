// SPDX-License-Identifier: AGPL-3.0-or-later
import { nextSeat } from "./near"
import type { View } from "./view"

export interface KeyDeeds {
  toggle(seat: number): void
  reach(seat: number): void
  label(seat: number): string
  isChosen(seat: number): boolean
  name(named: Element, event: Event): void
}

const STEPS = new Set(["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"])

/** The plan by keyboard: arrows walk from seat to seat, space chooses, Shift chooses on the way. */
export class Walk {
  at = 0

  constructor(
    private readonly view: View,
    private readonly deeds: KeyDeeds,
  ) {
    view.seats.addEventListener("keydown", this.keyed as EventListener)
    view.names.group.addEventListener("keydown", this.named as EventListener)
    view.seats.addEventListener("focus", () => this.say())
    this.say()
  }

  go(seat: number): void {
    this.at = seat
    const { hall, camera, svg } = this.view
    const { width, height } = svg.getBoundingClientRect()
    camera.show(hall.x[seat]!, hall.y[seat]!, width, height)
    this.say()
  }

  say(): void {
    if (this.view.hall.x.length) this.view.at(this.at, this.deeds.label(this.at), this.deeds.isChosen(this.at))
  }

  private keyed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.view.hall.x.length) return
    if (STEPS.has(event.key)) {
      if (event.shiftKey) this.deeds.reach(this.at)
      this.go(nextSeat(this.view.hall, this.at, event.key))
      if (event.shiftKey) this.deeds.reach(this.at)
    } else if (event.key === " " || event.key === "Enter") this.deeds.toggle(this.at)
    else return
    event.preventDefault()
    event.stopPropagation()
    this.say()
  }

  private named = (event: KeyboardEvent): void => {
    if (event.key !== " " && event.key !== "Enter") return
    event.preventDefault()
    event.stopPropagation()
    this.deeds.name(event.target as Element, event)
  }
}
