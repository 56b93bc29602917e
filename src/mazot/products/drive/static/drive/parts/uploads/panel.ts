// SPDX-License-Identifier: AGPL-3.0-or-later
// Draws the progress panel from moulds that the server wrote, so that every word of it is translated.
import type { Batch, State } from "./batch"

export type Words = Record<string, string | undefined>

export class Panel {
  private drawn = new Map<Batch, HTMLElement>()

  constructor(
    private root: HTMLElement,
    private words: Words,
  ) {}

  draw(batches: Batch[], left: number | undefined): void {
    this.root.hidden = batches.length === 0
    this.say(batches, left)
    for (const [batch, row] of this.drawn) {
      if (batches.includes(batch)) continue
      row.remove()
      this.drawn.delete(batch)
    }
    for (const batch of batches) this.row(batch)
  }

  batchOf(target: Element): Batch | undefined {
    const row = target.closest(".upload")
    return Array.from(this.drawn).find(([, drawn]) => drawn === row)?.[0]
  }

  private say(batches: Batch[], left: number | undefined): void {
    const ended = batches.filter((batch) => batch.state === "done").length
    const running = batches.some((batch) => batch.state === "sending" || batch.state === "waiting")
    const states = batches.map((batch) => batch.state)
    const needy = states.includes("failed") || states.includes("missing")
    const still = needy ? "stuck" : states.includes("held") ? "isHeld" : ended < batches.length ? "rested" : "ended"
    const values = { at: Math.min(ended + 1, batches.length), of: batches.length }
    write(this.part(this.root, "title"), this.filled(running ? "uploading" : still, values))
    write(this.part(this.root, "left"), running ? this.time(left) : "")
    const size = batches.reduce((sum, batch) => sum + batch.size, 0)
    const sent = batches.reduce((sum, batch) => sum + batch.sent, 0)
    const whole = this.part(this.root, "whole") as HTMLProgressElement
    whole.value = size ? Math.floor((sent / size) * 100) : 100
    whole.hidden = !running
    this.part(this.root, "pause-all").hidden = !running
    this.part(this.root, "resume-all").hidden =
      running || !batches.some((batch) => batch.state === "paused" || batch.state === "held")
    this.part(this.root, "close").hidden =
      running || batches.some((batch) => batch.state !== "done" && batch.state !== "failed")
  }

  private time(left: number | undefined): string {
    if (left === undefined) return ""
    if (left < 60) return this.words["soon"] ?? ""
    if (left < 3600) return this.filled("minutes", { n: Math.ceil(left / 60) })
    return this.filled("hours", { n: Math.ceil(left / 3600) })
  }

  private row(batch: Batch): void {
    let row = this.drawn.get(batch)
    if (!row) {
      const mould = this.root.querySelector<HTMLTemplateElement>("template")!
      row = mould.content.firstElementChild!.cloneNode(true) as HTMLElement
      this.drawn.set(batch, row)
      write(this.part(row, "name"), batch.title)
      this.part(row, "name").title = batch.title
      row.dataset["kind"] = kindOf(batch)
      for (const button of row.querySelectorAll("button[aria-label]"))
        button.setAttribute("aria-label", `${button.getAttribute("aria-label")}: ${batch.title}`)
      this.part(row, "bar").setAttribute("aria-label", batch.title)
      this.root.querySelector("ul")!.append(row)
    }
    const state = batch.state
    if (row.dataset["state"] !== state) row.dataset["state"] = state
    const bar = this.part(row, "bar") as HTMLProgressElement
    bar.value = batch.percent
    bar.hidden = state === "done" || state === "failed"
    bar.classList.toggle("progress--quiet", state !== "sending" && state !== "waiting")
    write(this.part(row, "state"), this.stateOf(batch, state))
    write(this.part(row, "problem"), state === "failed" ? batch.problem || (this.words["failed"] ?? "") : "")
    this.part(row, "pause").hidden = state !== "sending" && state !== "waiting"
    this.part(row, "resume").hidden = state !== "paused" && state !== "held"
    this.part(row, "again").hidden = state !== "failed"
    this.part(row, "choose").hidden = state !== "missing"
    this.part(row, "cancel").hidden = state === "done"
    this.part(row, "tick").hidden = state !== "done"
  }

  private stateOf(batch: Batch, state: State): string {
    if (state === "sending" || state === "waiting")
      return batch.isFolder ? this.filled("count", { n: batch.ended, of: batch.pieces.length }) : `${batch.percent}%`
    // data-is-paused is isPaused in a dataset
    return this.words[`is${state.charAt(0).toUpperCase()}${state.slice(1)}`] ?? ""
  }

  private filled(word: string, values: Record<string, number>): string {
    return (this.words[word] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""))
  }

  private part(root: HTMLElement, name: string): HTMLElement {
    return root.querySelector<HTMLElement>(`[data-part="${name}"]`)!
  }
}

function kindOf(batch: Batch): string {
  if (batch.isFolder) return "folder"
  const type = batch.pieces[0]?.type ?? ""
  if (type === "application/pdf") return "pdf"
  if (/zip|compressed|tar/.test(type)) return "archive"
  const first = type.split("/")[0] ?? ""
  return ["image", "audio", "video"].includes(first) ? first : "file"
}

function write(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text
}
