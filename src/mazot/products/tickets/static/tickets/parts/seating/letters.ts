// SPDX-License-Identifier: AGPL-3.0-or-later
import { History, type Change } from "../hall/history"
import type { Look } from "../hall/view"

/** What the server says about the seats: one letter for each, and the stamp that a change names. */
export interface Seats {
  stamp: number
  zones: string
  access: string
  states: string
}

/** The letters of a state that the legend counts together. */
export const STATES: Record<string, string> = { sold: "spu", held: "h", free: "." }

/** The seats as they are, and the deeds that change them: sent at once, taken back with undo. */
export class Letters {
  readonly history = new History()
  private busy: Promise<void> = Promise.resolve()

  constructor(
    private readonly root: HTMLElement,
    public seats: Seats,
    private readonly changed: () => void,
  ) {}

  look(seat: number): Look {
    const state = this.seats.states[seat]!
    return {
      tint: Number(this.zone(this.seats.zones[seat]!)?.dataset["tint"] ?? 0),
      state: state === "." ? "" : state === "h" ? "held" : "sold",
      access: this.seats.access[seat] as Look["access"],
    }
  }

  isTaken(seat: number): boolean {
    return this.seats.states[seat] !== "."
  }

  which(test: (seat: { zone: string; access: string; state: string }) => boolean): number[] {
    const { zones, access, states } = this.seats
    return [...zones].flatMap((zone, seat) =>
      test({ zone, access: access[seat]!, state: states[seat]! }) ? [seat] : [],
    )
  }

  /** Zone, who sells it, and its state, in words. */
  words(seat: number): string[] {
    const word = (key: string): string => this.root.dataset[key] ?? ""
    const zone = this.seats.zones[seat]!
    const state = this.seats.states[seat]!
    return [
      this.zone(zone)?.dataset["name"] ?? word("saidNoZone"),
      { r: word("saidResellers"), o: word("saidOrganizers") }[this.seats.access[seat]!] ?? "",
      state === "h" ? word("saidHeld") : state === "." ? word("saidFree") : word("saidSold"),
    ]
  }

  set(field: Change["field"], seats: number[], letter: string): void {
    const letters = field === "zone" ? this.seats.zones : this.seats.access
    const before = seats.map((seat) => letters[seat]!).join("")
    const after = letter.repeat(seats.length)
    if (!seats.length || before === after) return
    this.queue({ field, seats, before, after }, () => this.history.note({ field, seats, before, after }))
  }

  back(way: "undo" | "redo"): void {
    this.busy = this.busy.then(async () => {
      const change = this.history.next(way)
      if (change && (await this.send(change))) this.history.settle(way)
      this.changed()
    })
  }

  private queue(change: Change, done: () => void): void {
    this.busy = this.busy.then(async () => {
      if (await this.send(change)) done()
      this.changed()
    })
  }

  /** One change; the answer is what the seats are now, whether ours was done or somebody else's came before it. */
  private async send(change: Change): Promise<boolean> {
    const said = this.root.querySelector<HTMLElement>("[data-saved]")!
    try {
      const answer = await fetch(this.root.dataset["set"]!, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.root.dataset["csrf"]! },
        body: JSON.stringify({ seats: change.seats, [change.field]: change.after, stamp: this.seats.stamp }),
      })
      const told = (await answer.json()) as { seats?: Seats; saved?: string; problem?: string }
      if (told.seats) this.seats = told.seats
      if (answer.status === 409) this.history.forget()
      said.textContent = told.saved ?? told.problem ?? ""
      said.parentElement!.toggleAttribute("data-refused", !answer.ok)
      return answer.ok
    } catch {
      said.textContent = this.root.dataset["saidOffline"] ?? ""
      said.parentElement!.toggleAttribute("data-refused", true)
      return false
    }
  }

  private zone(code: string): HTMLElement | null {
    return code === "." ? null : this.root.querySelector<HTMLElement>(`[data-zone="${code}"]`)
  }
}
