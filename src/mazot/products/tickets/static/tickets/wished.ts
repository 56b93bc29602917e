// SPDX-License-Identifier: AGPL-3.0-or-later
import { addSection, wishOf } from "./parts/builder/add"
import type { Drawing } from "./parts/builder/drawing"

const MOST = 20_000

/** Shows the room that the numbers beside it ask for, before it is drawn. */
class Wished extends HTMLElement {
  connectedCallback(): void {
    this.form?.addEventListener("input", this.show)
    this.show()
  }

  disconnectedCallback(): void {
    this.form?.removeEventListener("input", this.show)
  }

  private get form(): HTMLFormElement | null {
    return this.closest("form")
  }

  private show = (): void => {
    const data = new FormData(this.form!)
    const [rows, seats] = [Number(data.get("n_rows")), Number(data.get("n_seats"))]
    const widest = seats + Number(data.get("more_per_row")) * (rows - 1)
    const curve = Number(data.get("curve"))
    // The limits of the form itself: what it would refuse is not drawn.
    const isNarrow = curve > 0 && (widest + 1) * 28 > curve * 5
    const isAsked = rows >= 1 && rows <= 100 && seats >= 1 && widest <= 1200 && rows * widest <= MOST
    this.dataset["state"] = isAsked && !isNarrow ? "drawn" : "none"
    if (isAsked && !isNarrow) this.draw(data)
    else this.tell(isNarrow ? this.dataset["saidNone"]! : "")
  }

  private draw(data: FormData): void {
    const stage = { x: 0, y: 0, w: 0, h: 0, label: "", shape: "none" }
    const drawing: Drawing = { size: [1, 1], stage, sections: [], areas: [], free: [], categories: [] }
    addSection(drawing, { x: 0, y: 0 }, wishOf(data))
    const places = drawing.sections.flatMap((section) => section.rows.flatMap((row) => row.seats))
    const [left, right] = [Math.min(...places.map(({ x }) => x)), Math.max(...places.map(({ x }) => x))]
    const [top, bottom] = [Math.min(...places.map(({ y }) => y)), Math.max(...places.map(({ y }) => y))]
    const middle = (left + right) / 2
    const front = Math.min(320, Math.max(120, (right - left) / 2)) / 2
    this.querySelector("svg")!.setAttribute(
      "viewBox",
      [Math.min(left, middle - front) - 30, top - 130, Math.max(right - left, front * 2) + 60, bottom - top + 160].join(
        " ",
      ),
    )
    this.path("stage", `M${middle - front} ${top - 110}h${front * 2}l${-front / 4} 50h${-front * 1.5}z`)
    this.path("seats", places.map(({ x, y }) => `M${x} ${y}h0`).join(""))
    const n = places.length.toLocaleString(document.documentElement.lang || "en")
    this.tell(this.dataset["saidSeats"]!.replace("#", n))
  }

  private path(name: string, d: string): void {
    this.querySelector(`.outline__${name}`)!.setAttribute("d", d)
  }

  private tell(text: string): void {
    this.querySelector("[role=status]")!.textContent = text
  }
}

customElements.define("mazot-wished", Wished)
