// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Upload } from "tus-js-client"
import { type Batch, batched, Pace, type Piece, type State } from "./parts/uploads/batch"
import { type Chosen, dropped, isSame, pick, pieceOf } from "./parts/uploads/chosen"
import { settled } from "./parts/uploads/conflicts"
import { forget, keep, left, terminate, token } from "./parts/uploads/kept"
import { Panel } from "./parts/uploads/panel"

const atOnce = 3
const drags = ["dragenter", "dragover", "dragleave", "drop"]
const rowType = "application/x-mazot-entries"

/** Files on their way in: buttons, drops, the panel; each goes on where it stopped after a pause, a loss or a reload. */
export class Uploads extends HTMLElement {
  private batches: Batch[] = []
  private running = new Map<Piece, Upload>()
  private pace = new Pace()
  private panel!: Panel
  private frame = 0
  private hovering = 0

  connectedCallback(): void {
    this.panel = new Panel(this.querySelector<HTMLElement>(".uploads")!, this.dataset)
    this.toggleAttribute("data-folded", matchMedia("(max-width: 40rem)").matches)
    this.addEventListener("click", this.clicked)
    document.addEventListener("click", this.asked)
    for (const name of drags) addEventListener(name, this.dragged as EventListener)
    addEventListener("online", this.returned)
    addEventListener("beforeunload", this.leaving)
    void left(this.dataset["person"] ?? "").then((pieces) => this.take(pieces))
  }

  disconnectedCallback(): void {
    document.removeEventListener("click", this.asked)
    for (const name of drags) removeEventListener(name, this.dragged as EventListener)
    removeEventListener("online", this.returned)
    removeEventListener("beforeunload", this.leaving)
  }

  private async add(chosen: Chosen[]): Promise<void> {
    const pieces = chosen.map((each) => pieceOf(each, this.dataset["folder"] ?? ""))
    this.take(await settled(pieces, this.dataset["taken"] ?? "", token(), this.querySelector("dialog")!))
  }

  private take(pieces: Piece[]): void {
    this.batches.push(...batched(pieces))
    this.next()
  }

  /** Start what may start, and draw. */
  private next(): void {
    for (const batch of this.batches)
      for (const piece of batch.pieces) if (piece.state === "waiting" && this.running.size < atOnce) this.start(piece)
    this.draw()
  }

  private start(piece: Piece): void {
    piece.state = "sending"
    piece.problem = ""
    this.running.set(piece, undefined as unknown as Upload)
    void import("./parts/uploads/sending").then(({ send }) => {
      if (piece.state !== "sending") return
      const upload = send(piece, this.dataset["address"] ?? "", token(), {
        located: () => void keep(piece, this.dataset["person"] ?? ""),
        moved: () => this.turn(piece, "sending"),
        lost: () => this.turn(piece, "held"),
        failed: (status, sentence) => this.fail(piece, status, sentence),
        done: () => this.end(piece),
      })
      this.running.set(piece, upload)
    })
  }

  private turn(piece: Piece, state: State): void {
    if (this.running.has(piece)) piece.state = state
    this.draw()
  }

  private fail(piece: Piece, status: number, sentence: string): void {
    this.running.delete(piece)
    piece.state = status === 0 ? "held" : "failed"
    piece.problem = status === 401 ? (this.dataset["signIn"] ?? "") : sentence
    if (status === 404 || status === 410) piece.url = "" // begun anew: the server has forgotten it
    this.next()
  }

  private end(piece: Piece): void {
    this.running.delete(piece)
    piece.state = "done"
    void forget(piece)
    document.dispatchEvent(new CustomEvent("drive:changed", { bubbles: true }))
    this.next()
  }

  private pause(batch: Batch): void {
    for (const piece of batch.pieces) {
      if (!["sending", "waiting", "held"].includes(piece.state)) continue
      void this.running.get(piece)?.abort()
      this.running.delete(piece)
      piece.state = "paused"
    }
    this.next()
  }

  private resume(batch: Batch): void {
    for (const piece of batch.pieces) {
      if (!["paused", "held", "failed"].includes(piece.state)) continue
      void this.running.get(piece)?.abort()
      this.running.delete(piece)
      piece.state = piece.file ? "waiting" : "missing"
    }
    this.next()
  }

  private cancel(batch: Batch): void {
    for (const piece of batch.pieces) {
      const upload = this.running.get(piece)
      this.running.delete(piece)
      if (piece.state !== "done") {
        void upload?.abort()
        if (piece.url) void terminate(piece.url, token())
        void forget(piece)
      }
      piece.state = "paused"
    }
    this.batches = this.batches.filter((each) => each !== batch)
    this.next()
  }

  private async choose(batch: Batch): Promise<void> {
    for (const { file } of await pick(batch.isFolder)) {
      const piece = batch.pieces.find((each) => each.state === "missing" && isSame(each, file))
      if (piece) Object.assign(piece, { file, state: "waiting" })
      else batch.pieces.find((each) => each.state === "missing")!.problem = this.dataset["other"] ?? ""
    }
    this.next()
  }

  private draw(): void {
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(() => {
      const sum = (of: (batch: Batch) => number) => this.batches.reduce((total, batch) => total + of(batch), 0)
      this.pace.note(
        sum((batch) => batch.sent),
        performance.now(),
      )
      this.panel.draw(this.batches, this.pace.left(sum((batch) => batch.size)))
    })
  }

  private clicked = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLElement>("[data-part]")
    const part = button?.dataset["part"]
    const batch = this.panel.batchOf(event.target as Element)
    if (part === "fold") button!.setAttribute("aria-expanded", String(!this.toggleAttribute("data-folded")))
    else if (part === "close") this.batches = []
    else if (part === "pause-all") this.batches.forEach((each) => this.pause(each))
    else if (part === "resume-all") this.batches.forEach((each) => this.resume(each))
    else if (batch && part === "pause") this.pause(batch)
    else if (batch && (part === "resume" || part === "again")) this.resume(batch)
    else if (batch && part === "choose") void this.choose(batch)
    else if (batch && part === "cancel") this.cancel(batch)
    this.draw()
  }

  private asked = (event: MouseEvent): void => {
    const button = (event.target as Element | null)?.closest?.<HTMLElement>("[data-upload]:not(mazot-folder)")
    if (!button || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    button.closest<HTMLElement>("[popover]")?.hidePopover()
    void pick(button.dataset["upload"] === "folder").then((chosen) => this.add(chosen))
  }

  private dragged = (event: DragEvent): void => {
    const types = event.dataTransfer?.types ?? []
    if (!types.includes("Files") || types.includes(rowType)) return
    event.preventDefault()
    if (event.type === "dragenter") this.hovering++
    if (event.type === "dragleave") this.hovering--
    if (event.type === "drop") {
      this.hovering = 0
      void dropped(event.dataTransfer!).then((chosen) => this.add(chosen))
    }
    const overlay = document.querySelector<HTMLElement>("[data-drop]")
    if (overlay) overlay.hidden = this.hovering <= 0
  }

  private returned = (): void => {
    for (const batch of this.batches) if (batch.state === "held") this.resume(batch)
  }

  private leaving = (event: BeforeUnloadEvent): void => {
    if (this.running.size > 0) event.preventDefault()
  }
}

customElements.define("mazot-uploads", Uploads)
