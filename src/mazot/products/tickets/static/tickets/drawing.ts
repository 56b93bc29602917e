// SPDX-License-Identifier: AGPL-3.0-or-later
import { addSection, wishOf } from "./parts/builder/add"
import { readPicture, type Backdrop } from "./parts/builder/backdrop"
import { arrow, deed } from "./parts/builder/deeds"
import type { Desk } from "./parts/builder/desk"
import { Draft, STEP, type Choice, type Drawing } from "./parts/builder/draft"
import type { Thing } from "./parts/builder/drawing"
import { Elements } from "./parts/builder/elements"
import { Inspector } from "./parts/builder/inspector"
import { Keeper } from "./parts/builder/keeper"
import { browserStore, Memory } from "./parts/builder/memory"
import { Plane } from "./parts/builder/plane"
import { zoomButtons } from "./parts/hall/buttons"
import { Chosen } from "./parts/hall/chosen"
import type { Tool } from "./parts/hall/hand"

const TOOLS: Record<string, Tool> = { s: "select", l: "lasso", r: "row", t: "section", h: "hand" }
const CONTROL: Record<string, string> = { z: "undo", y: "redo", d: "double", a: "all", c: "copy", v: "paste" }

/** The plan builder: draws a room, and saves it as a new version. */
class PlanDrawing extends HTMLElement implements Desk {
  draft!: Draft
  plane!: Plane
  backdrop: Backdrop | null = null
  readonly things = new Set<Thing>()
  readonly chosen = new Chosen(() => this.reflect())
  private elements!: Elements
  private inspector!: Inspector
  private keeper!: Keeper

  connectedCallback(): void {
    void this.start()
  }

  disconnectedCallback(): void {
    this.keeper?.stop()
    removeEventListener("resize", this.resized)
    document.removeEventListener("keydown", this.keyed, true)
  }

  private async start(): Promise<void> {
    try {
      this.draft = new Draft((await (await fetch(this.dataset["drawing"]!)).json()) as Drawing)
    } catch {
      return this.tell(this.said("unloaded"))
    }
    const part = (name: string): HTMLElement => this.querySelector<HTMLElement>(`[data-${name}]`)!
    this.plane = new Plane(this, part("hall"))
    this.elements = new Elements(this, part("elements"), part("faults"))
    this.inspector = new Inspector(this, part("inspector"))
    this.redraw()
    zoomButtons(this, () => this.plane.view)
    this.plane.view.fit()
    const tab = `${Date.now()}.${Math.random()}`
    this.keeper = new Keeper(this, this, new Memory(browserStore(), this.dataset["memory"]!, tab))
    this.reflect()
    addEventListener("resize", this.resized)
    this.addEventListener("click", this.clicked)
    this.addEventListener("change", this.picked)
    this.addEventListener("submit", this.asked)
    document.addEventListener("keydown", this.keyed, true)
    this.dataset["ready"] = "yes"
  }

  get choice(): Choice {
    return { seats: this.chosen.list, things: [...this.things] }
  }

  said(key: string): string {
    return this.dataset[`said${key[0]!.toUpperCase()}${key.slice(1)}`] ?? ""
  }

  tell(text: string): void {
    this.querySelector("[data-said]")!.textContent = text
  }

  choose(seats: number[], things: Thing[], isMore = false): void {
    if (!isMore) this.things.clear()
    for (const thing of things) this.things.add(thing)
    if (isMore) this.chosen.add(seats)
    else this.chosen.only(seats)
  }

  chooseIds(ids: string[], things: Thing[]): void {
    const which = new Set(ids)
    this.choose(
      this.draft.seats.flatMap((seat, at) => (which.has(seat.id) ? [at] : [])),
      things,
    )
  }

  change(how: (draft: Draft, choice: Choice) => void): void {
    how(this.draft, this.choice)
    this.redraw()
    this.keeper?.note()
  }

  private redraw(): void {
    this.plane.draw()
    const n = this.plane.hall.x.length
    for (const seat of this.chosen.list) if (seat >= n) this.chosen.seats.delete(seat)
    this.elements.refresh()
    const shown = this.querySelector("[data-n-seats]")
    if (shown) shown.textContent = n.toLocaleString(document.documentElement.lang || "en")
    this.reflect()
  }

  private reflect(): void {
    this.plane.reflect()
    this.inspector.refresh()
    const { seats, things } = this.choice
    const n = seats.length + things.length
    this.querySelector("[data-n-chosen]")!.textContent = n ? this.said("chosen").replace("#", String(n)) : ""
    this.tell(n ? this.said("keys") : this.said("hint"))
    this.able("undo", this.draft.canUndo)
    this.able("redo", this.draft.canRedo)
    this.keeper?.reflect()
  }

  private able(name: string, is: boolean): void {
    this.querySelector(`[data-deed="${name}"]`)?.setAttribute("aria-disabled", String(!is))
  }

  private clicked = (event: Event): void => {
    const at = (name: string): HTMLElement | null => (event.target as Element).closest<HTMLElement>(`[data-${name}]`)
    const tool = at("tool")?.dataset["tool"]
    if (tool) this.use(tool as Tool)
    const which = at("choose-version")?.dataset["chooseVersion"]
    if (which) this.keeper.choose(which)
    const taken = at("take")?.dataset["take"]
    if (taken) this.keeper.decide(taken === "yes")
    const name = at("deed")
    if (name?.dataset["deed"] === "keep") void (this.draft.isChanged && this.keeper.save())
    else if (name) deed(this, name.dataset["deed"]!, name.dataset["value"] ?? "")
  }

  private use(tool: Tool): void {
    this.plane.tool = this.plane.hand.tool = tool
    for (const button of this.querySelectorAll<HTMLElement>("[data-tool]"))
      button.setAttribute("aria-pressed", String(button.dataset["tool"] === tool))
  }

  /** The picture to trace: chosen, made fainter, taken away. */
  private picked = async (event: Event): Promise<void> => {
    const field = event.target as HTMLInputElement
    if (field.matches("[data-picture]") && field.files?.[0]) {
      try {
        this.backdrop = await readPicture(field.files[0])
      } catch {
        return this.tell(this.said("noPicture"))
      }
    } else if (field.matches("[data-opacity]") && this.backdrop) this.backdrop.opacity = Number(field.value) / 100
    else return
    this.redraw()
  }

  /** The form of a new section is the one the server knows; here it is drawn at once. */
  private asked = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement
    if (!form.matches("[data-add-section]")) return
    event.preventDefault()
    const wish = wishOf(new FormData(form))
    const place = this.plane.room
    let ids: string[] = []
    this.change((draft) =>
      draft.change((drawing) => {
        const made = addSection(drawing, place, wish)
        ids = made.rows.flatMap((row) => row.seats.map((seat) => seat.id))
      }),
    )
    this.plane.view.fit()
    this.chooseIds(ids, [])
  }

  private keyed = (event: KeyboardEvent): void => {
    if (this.keeper.isOffering) return
    if ((event.target as Element).closest("input, select, textarea, dialog, [role=menu], summary")) return
    const isSome = this.chosen.seats.size + this.things.size > 0
    const key = event.key.toLowerCase()
    const held = event.ctrlKey || event.metaKey
    // On the plane plain arrows walk from seat to seat until something is chosen; Alt moves by one, Shift walks on.
    const step = isSome && !event.shiftKey && !held ? arrow(event.key, event.altKey ? 1 : STEP) : undefined
    if (step) deed(this, "move", step)
    else if (held && key === "s") void (this.draft.isChanged && this.keeper.save())
    else if (held && key === "z" && event.shiftKey) deed(this, "redo", "")
    else if (held && CONTROL[key]) deed(this, CONTROL[key], "")
    else if (held) return
    else if (key === "[" || key === "]") deed(this, "turn", key === "[" ? "-5" : "5")
    else if (key === "delete" || key === "backspace") deed(this, "remove", "")
    else if (key === "escape") this.choose([], [])
    else if (TOOLS[key]) this.use(TOOLS[key])
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  private resized = (): void => this.plane.view.fit()
}

customElements.define("mazot-drawing", PlanDrawing)
