// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Chosen } from "../hall/chosen"
import type { Hall } from "../hall/hall"
import type { Tool } from "../hall/hand"
import { STATES, type Letters } from "./letters"

/** Below the plan: how many seats are chosen, into which zone they go, and who sells them. */
export class Tray {
  tool: Tool = "select"

  constructor(
    private readonly root: HTMLElement,
    private readonly hall: Hall,
    private readonly letters: Letters,
    private readonly chosen: Chosen,
  ) {
    root.addEventListener("click", this.clicked)
  }

  /** The zone with this number on its key. */
  press(number: number): void {
    this.root.querySelector<HTMLElement>(`[data-zone][data-key="${number}"]`)?.click()
  }

  reflect(): void {
    const chosen = this.chosen.list
    const { zones, access, states } = this.letters.seats
    this.text("[data-count]", String(chosen.length))
    this.text("[data-count-label]", this.said(chosen.length === 1 ? "one" : "many"))
    this.text("[data-which]", this.where(chosen))
    this.text("[data-taken]", this.taken(chosen))
    const shown = chosen.length ? zones[chosen[0]!] : ""
    const isOne = (letters: string): boolean => chosen.every((seat) => letters[seat] === letters[chosen[0]!])
    for (const zone of this.root.querySelectorAll<HTMLElement>("[data-zone]")) {
      const code = zone.dataset["zone"]!
      zone.querySelector("[data-n]")!.textContent = String(zones.split(code).length - 1)
      zone.setAttribute("aria-pressed", String(code === shown && isOne(zones)))
      zone.setAttribute("aria-disabled", String(!chosen.length))
    }
    const tint = this.letters.look(chosen[0] ?? 0)?.tint
    for (const way of this.root.querySelectorAll<HTMLElement>("[data-access]")) {
      const isHere = chosen.length > 0 && isOne(access) && access[chosen[0]!] === way.dataset["access"]
      way.setAttribute("aria-checked", String(isHere))
      way.setAttribute("aria-disabled", String(!chosen.length))
      if (tint) way.querySelector("svg")?.setAttribute("data-tint", String(tint))
    }
    for (const [state, letters] of Object.entries(STATES))
      this.text(`[data-n-${state}]`, String([...states].filter((letter) => letters.includes(letter)).length))
    this.disable("[data-undo]", !this.letters.history.canUndo)
    this.disable("[data-redo]", !this.letters.history.canRedo)
  }

  private clicked = (event: Event): void => {
    const target = event.target as Element
    const zone = target.closest<HTMLElement>("[data-zone]")?.dataset["zone"]
    const access = target.closest<HTMLElement>("[data-access]")?.dataset["access"]
    if (zone) this.letters.set("zone", this.chosen.list, zone)
    if (access) this.letters.set("access", this.chosen.list, access)
  }

  /** "Rows K and L, Milieu." where they are whole rows, else the sections. */
  private where(chosen: number[]): string {
    const rows = [...new Set(chosen.map((seat) => this.hall.rowOf[seat]!))].map((row) => this.hall.rows[row]!)
    const sections = [...new Set(rows.map((row) => this.hall.sections[row.section]!.name))].filter(Boolean)
    const listed = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" })
    const names = [...new Set(rows.map((row) => row.name))]
    if (!chosen.length) return this.said("hint")
    const first =
      names.length > 4 ? "" : this.said(names.length === 1 ? "row" : "rows").replace("#", listed.format(names))
    return [first, listed.format(sections.slice(0, 4))].filter(Boolean).join(", ")
  }

  private taken(chosen: number[]): string {
    const n = chosen.filter((seat) => this.letters.isTaken(seat)).length
    if (!chosen.length) return ""
    return n ? this.said("taken").replace("#", String(n)) : this.said("noneTaken")
  }

  private said(key: string): string {
    return this.root.dataset[`said${key[0]!.toUpperCase()}${key.slice(1)}`] ?? ""
  }

  private text(where: string, text: string): void {
    const element = this.root.querySelector(where)
    if (element && element.textContent !== text) element.textContent = text
  }

  private disable(where: string, isOff: boolean): void {
    this.root.querySelector(where)?.setAttribute("aria-disabled", String(isOff))
  }
}
