// SPDX-License-Identifier: AGPL-3.0-or-later
import { zoomButtons } from "./parts/hall/buttons"
import { read, type HallMap } from "./parts/hall/hall"
import { Hand } from "./parts/hall/hand"
import { View } from "./parts/hall/view"

/** A plan as it is drawn, to look at. */
class Drawing extends HTMLElement {
  private view: View | null = null

  connectedCallback(): void {
    void this.start()
  }

  disconnectedCallback(): void {
    removeEventListener("resize", this.resized)
  }

  private async start(): Promise<void> {
    const answer = await fetch(this.dataset["map"]!)
    const hall = read((await answer.json()) as HallMap)
    const said = (key: string): string => this.dataset[`said${key}`] ?? ""
    this.view = new View(hall, { plan: said("Plan"), row: said("Row"), section: said("Section") })
    this.prepend(this.view.svg)
    new Hand(this.view, { press: () => undefined, catch: () => undefined }, false)
    zoomButtons(this, this.view)
    this.view.fit()
    this.view.paint(hall.names.map(() => ({ tint: 1, state: "", access: "." })))
    addEventListener("resize", this.resized)
  }

  private resized = (): void => this.view?.fit()
}

customElements.define("mazot-drawing", Drawing)
