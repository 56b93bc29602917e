// SPDX-License-Identifier: AGPL-3.0-or-later
import { addOne, type Kind, type Words } from "./add"
import { align, distribute, duplicate, mirror } from "./arrange"
import type { Desk } from "./desk"
import { STEP, type Draft } from "./draft"

let clip: { draft: Draft; ids: string[]; things: string[] } | null = null

/** What the buttons and the keys do with what is chosen, by their names. */
export function deed(desk: Desk, name: string, value: string): boolean {
  const { draft, choice } = desk
  const isNothing = !choice.seats.length && !choice.things.length
  if (name === "undo" || name === "redo") back(desk, name)
  else if (name === "all")
    desk.choose(
      draft.seats.map((_, at) => at),
      [],
    )
  else if (name === "add") add(desk, value as Kind)
  else if (name === "paste") paste(desk)
  else if (isNothing) desk.tell(desk.said("nothing"))
  else if (name === "move") {
    const [dx, dy] = value.split(" ").map(Number) as [number, number]
    desk.change(() => draft.move(choice.seats, dx, dy, choice.things))
  } else if (name === "turn") desk.change(() => draft.turn(choice.seats, Number(value)))
  else if (name === "align") {
    const [axis, where] = value.split(" ") as ["x" | "y", string]
    desk.change(() => align(draft, choice, axis, Number(where)))
  } else if (name === "spread") desk.change(() => distribute(draft, choice, value as "x" | "y"))
  else if (name === "mirror") keepIds(desk, () => mirror(draft, choice))
  else if (name === "double") copies(desk, 20, 20)
  else if (name === "copy") {
    const all = draft.seats
    clip = { draft, ids: choice.seats.map((at) => all[at]!.id), things: choice.things }
    desk.tell(desk.said("copied"))
  } else if (name === "remove") {
    desk.choose([], [])
    desk.change(() => draft.remove(choice.seats, choice.things))
    desk.tell(desk.said("removed"))
  } else return false
  return true
}

export function arrow(key: string, by = STEP): string | undefined {
  const to: Record<string, string> = {
    ArrowLeft: `${-by} 0`,
    ArrowRight: `${by} 0`,
    ArrowUp: `0 ${-by}`,
    ArrowDown: `0 ${by}`,
  }
  return to[key]
}

function back(desk: Desk, way: "undo" | "redo"): void {
  if (way === "undo" ? !desk.draft.canUndo : !desk.draft.canRedo) return
  desk.choose([], [])
  desk.change((draft) => draft[way]())
  desk.tell(desk.said(way))
}

function keepIds(desk: Desk, how: () => void): void {
  const all = desk.draft.seats
  const ids = desk.choice.seats.map((at) => all[at]!.id)
  const things = desk.choice.things
  desk.change(how)
  desk.chooseIds(ids, things)
}

function copies(desk: Desk, dx: number, dy: number): void {
  const { choice } = desk
  let made = { ids: [] as string[], things: [] as string[] }
  desk.change((draft) => (made = duplicate(draft, choice, dx, dy)))
  desk.chooseIds(made.ids, made.things)
}

/** Pasted beside the first, and the copy is what Paste copies next. */
function paste(desk: Desk): void {
  if (!clip || clip.draft !== desk.draft) return desk.tell(desk.said("nothing"))
  desk.chooseIds(clip.ids, clip.things)
  if (!desk.choice.seats.length && !desk.choice.things.length) return desk.tell(desk.said("nothing"))
  copies(desk, 40, 40)
  const all = desk.draft.seats
  clip = { draft: desk.draft, ids: desk.choice.seats.map((at) => all[at]!.id), things: desk.choice.things }
}

function add(desk: Desk, kind: Kind): void {
  const words: Words = {
    section: desk.said("newSection"),
    table: desk.said("newTables"),
    free: desk.said("newFree"),
    stage: desk.said("newStage"),
    text: desk.said("newText"),
  }
  const hall = desk.plane.hall
  const first = desk.choice.seats[0]
  const at = first === undefined ? -1 : hall.rows[hall.rowOf[first]!]!.section
  const home = desk.draft.drawing.sections[at]?.id
  const place = desk.plane.room
  let made: string[] = []
  desk.change((draft) => draft.change((drawing) => (made = addOne(drawing, kind, place, words, home))))
  desk.plane.show(place)
  const isThing = made[0] === "stage" || made[0]?.includes("/")
  desk.chooseIds(isThing ? [] : made, isThing ? made : [])
}
