// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Desk } from "./desk"
import type { Drawing } from "./drawing"
import type { Kept, Memory } from "./memory"

interface Told {
  number?: number
  problem?: string
}

const PAUSE = 400 // milliseconds without a change before the browser keeps it

/** Saves the draft as a version, and asks whose drawing stays when somebody else saved meanwhile. Until it is saved the
 * browser keeps it, and offers it when the page is opened again. */
export class Keeper {
  private isSaving = false
  private wantsSaving = false // pressed, and not done yet
  private isKept = true
  private pause: ReturnType<typeof setTimeout> | undefined
  private seen = ""
  private offered: Kept | null = null

  constructor(
    private readonly desk: Desk,
    private readonly root: HTMLElement,
    private readonly memory: Memory,
  ) {
    addEventListener("beforeunload", this.leaving)
    addEventListener("pagehide", this.keepNow)
    addEventListener("online", this.online)
    document.addEventListener("visibilitychange", this.keepNow)
    this.offer()
  }

  stop(): void {
    this.keepNow()
    removeEventListener("beforeunload", this.leaving)
    removeEventListener("pagehide", this.keepNow)
    removeEventListener("online", this.online)
    document.removeEventListener("visibilitychange", this.keepNow)
  }

  /** While a kept drawing is offered, nothing is drawn that would take its place. */
  get isOffering(): boolean {
    return this.offered !== null
  }

  reflect(): void {
    const { isChanged } = this.desk.draft
    const version = this.desk.said("version").replace("#", this.root.dataset["number"]!)
    this.write("version", isChanged ? this.desk.said("unsaved") : version)
    this.write("kept", this.desk.said(this.isSaving ? "saving" : !isChanged ? "safe" : this.isKept ? "kept" : "unkept"))
    const sign = this.root.querySelector<HTMLElement>("[data-saved-state]")
    if (sign) sign.dataset["savedState"] = isChanged ? "unsaved" : "saved"
    this.root.querySelector('[data-deed="keep"]')?.setAttribute("aria-disabled", String(!isChanged || this.isSaving))
  }

  /** Something may have changed: the browser keeps it after a moment. */
  note(): void {
    clearTimeout(this.pause)
    this.pause = setTimeout(this.keepNow, PAUSE)
  }

  async save(): Promise<void> {
    if (this.isOffering) return
    this.wantsSaving = this.isSaving // pressed again on a slow line: what was drawn meanwhile is saved after it
    if (this.isSaving) return
    this.isSaving = true
    this.reflect()
    let said = this.desk.said("offline")
    let isDone = false
    try {
      const { draft } = this.desk
      const sent = draft.amend(grow)
      const answer = await fetch(this.root.dataset["save"]!, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.root.dataset["csrf"]! },
        body: `{"number":${Number(this.root.dataset["number"])},"drawing":${sent}}`,
      })
      const told = (await answer.json()) as Told
      if (answer.ok) {
        this.root.dataset["number"] = String(told.number)
        draft.settle(sent) // what was drawn while it travelled is not saved
        isDone = true
        this.meanwhile(false)
      } else if (answer.status === 409) this.meanwhile(true, told)
      said = answer.ok ? this.desk.said("saved") : (told.problem ?? "")
    } catch {
      this.wantsSaving = true
    } finally {
      this.isSaving = false
      this.keepNow()
      this.desk.tell(said)
    }
    if (isDone) this.online()
  }

  /** All versions are kept: mine becomes the newest one, or I look at theirs and leave mine. */
  choose(which: string): void {
    if (which === "mine") {
      this.root.dataset["number"] = this.root.dataset["theirs"]
      void this.save()
    } else {
      this.desk.draft.settle()
      this.memory.forget()
      location.reload()
    }
  }

  /** Take what the browser kept, drawn on the version it was drawn on, or leave it for good. */
  decide(isTaken: boolean): void {
    const kept = this.offered
    this.offered = null
    this.shield(false)
    if (!isTaken) this.memory.forget(true)
    else if (kept) {
      this.root.dataset["number"] = String(kept.number)
      this.desk.choose([], [])
      this.desk.change((draft) => draft.change((drawing) => Object.assign(drawing, kept.drawing)))
      this.desk.tell(this.desk.said("taken"))
    }
    this.keepNow()
  }

  private offer(): void {
    const kept = this.memory.kept()
    if (!kept || JSON.stringify(kept.drawing) === JSON.stringify(this.desk.draft.drawing)) {
      this.memory.forget(true)
      return
    }
    this.offered = kept
    const at = new Date(kept.at)
    const locale = document.documentElement.lang || "en"
    this.write("offer-at", at.toLocaleString(locale, { dateStyle: "medium", timeStyle: "short" }))
    this.write("offer-number", String(kept.number))
    this.shield(true)
    this.root.querySelector<HTMLElement>("[data-take]")?.focus()
  }

  private shield(is: boolean): void {
    const box = this.root.querySelector<HTMLElement>("[data-offer]")
    if (box) box.hidden = !is
    for (const part of this.root.querySelectorAll<HTMLElement>("[data-desk], [data-doing]")) part.inert = is
  }

  private keepNow = (): void => {
    clearTimeout(this.pause)
    if (this.isOffering) return
    const { draft } = this.desk
    const text = draft.isChanged ? this.stamp(draft.drawing) : ""
    if (text !== this.seen || !this.isKept) {
      this.seen = text
      if (text) this.isKept = this.memory.keep(draft.drawing, Number(this.root.dataset["number"]), Date.now())
      else {
        this.memory.forget()
        this.isKept = true
      }
    }
    this.reflect()
  }

  /** A drawing kept on one version is another one on the next. */
  private stamp(drawing: Drawing): string {
    return `${this.root.dataset["number"]}\n${JSON.stringify(drawing)}`
  }

  private online = (): void => {
    if (this.wantsSaving && this.desk.draft.isChanged) void this.save()
  }

  private meanwhile(is: boolean, told: Told = {}): void {
    this.root.dataset["theirs"] = String(told.number ?? "")
    const box = this.root.querySelector<HTMLElement>("[data-meanwhile]")
    if (box) box.hidden = !is
    if (is) box?.querySelector<HTMLElement>("button")?.focus()
  }

  private write(name: string, text: string): void {
    const shown = this.root.querySelector(`[data-${name}]`)
    if (shown && shown.textContent !== text) shown.textContent = text
  }

  /** The browser asks only when something would be lost: what it keeps for this tab is offered again. */
  private leaving = (event: BeforeUnloadEvent): void => {
    this.keepNow()
    if (this.desk.draft.isChanged && !this.isOffering && this.memory.kept()?.tab !== this.memory.tab)
      event.preventDefault()
  }
}

/** The sheet grows with what is drawn on it. */
function grow(drawing: Drawing): void {
  for (const section of drawing.sections)
    for (const row of section.rows)
      for (const seat of row.seats) {
        drawing.size[0] = Math.max(drawing.size[0], Math.ceil(seat.x + 40))
        drawing.size[1] = Math.max(drawing.size[1], Math.ceil(seat.y + 40))
      }
}
