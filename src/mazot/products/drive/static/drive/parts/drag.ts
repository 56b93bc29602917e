// SPDX-License-Identifier: AGPL-3.0-or-later
export const ENTRIES = "application/x-mazot-entries"

/** Rows are dragged onto folders: of the list, of the path, of the sidebar. */
export class Drag {
  private over: HTMLElement | null = null

  constructor(
    private readonly picked: (row: HTMLTableRowElement) => string[],
    private readonly dropped: (folder: string) => void,
  ) {}

  start(): void {
    document.addEventListener("dragstart", this.begun)
    document.addEventListener("dragover", this.hovered)
    document.addEventListener("drop", this.landed)
    document.addEventListener("dragend", this.ended)
  }

  stop(): void {
    document.removeEventListener("dragstart", this.begun)
    document.removeEventListener("dragover", this.hovered)
    document.removeEventListener("drop", this.landed)
    document.removeEventListener("dragend", this.ended)
  }

  private begun = (event: DragEvent): void => {
    const row = (event.target as Element).closest?.<HTMLTableRowElement>("tr[data-id]")
    if (!row || !event.dataTransfer) return
    const ids = this.picked(row)
    event.dataTransfer.setData(ENTRIES, ids.join(" "))
    event.dataTransfer.effectAllowed = "move"
    const ghost = Object.assign(document.createElement("span"), { className: "drive__ghost" })
    ghost.textContent = ids.length > 1 ? String(ids.length) : (row.dataset["name"] ?? "")
    document.body.append(ghost)
    event.dataTransfer.setDragImage(ghost, -8, -8)
    setTimeout(() => ghost.remove())
  }

  private target(event: DragEvent): HTMLElement | null {
    if (!event.dataTransfer?.types.includes(ENTRIES)) return null
    const target = (event.target as Element).closest<HTMLElement>("[data-drop-folder]")
    return target?.getAttribute("aria-selected") === "true" ? null : target // never into itself
  }

  private hovered = (event: DragEvent): void => {
    const target = this.target(event)
    if (this.over !== target) this.over?.removeAttribute("data-over")
    this.over = target
    if (!target) return
    target.setAttribute("data-over", "")
    event.preventDefault()
    event.dataTransfer!.dropEffect = "move"
  }

  private landed = (event: DragEvent): void => {
    const target = this.target(event)
    if (!target) return
    event.preventDefault()
    this.ended()
    this.dropped(target.dataset["dropFolder"]!)
  }

  private ended = (): void => {
    this.over?.removeAttribute("data-over")
    this.over = null
  }
}
