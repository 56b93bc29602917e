// SPDX-License-Identifier: AGPL-3.0-or-later

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

/** A month of dates: one stop of the Tab key, in which arrows go from date to date and Page Up and Down turn it. */
class Month extends HTMLElement {
  connectedCallback(): void {
    this.querySelector("table")?.setAttribute("role", "grid")
    this.addEventListener("keydown", this.pressed)
    this.addEventListener("focusin", (event) => this.rest(event.target as HTMLAnchorElement))
    this.rest(this.links().find((link) => link.matches("[aria-current], [data-chosen] *")) ?? this.links()[0])
  }

  /** The links to be seen: a phone shows days, and a wide window the dates in them. */
  private links(within: ParentNode = this): HTMLAnchorElement[] {
    return [...within.querySelectorAll<HTMLAnchorElement>("td a")].filter((link) => link.checkVisibility())
  }

  private rest(here: HTMLAnchorElement | undefined): void {
    for (const link of this.querySelectorAll<HTMLAnchorElement>("td a")) link.tabIndex = link === here ? 0 : -1
  }

  private pressed = (event: KeyboardEvent): void => {
    const here = (event.target as Element).closest<HTMLAnchorElement>("td a")
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === "PageUp" || event.key === "PageDown") {
      const turn = event.key === "PageUp" ? "prev" : "next"
      this.closest("section")?.querySelector<HTMLAnchorElement>(`a[rel=${turn}]`)?.click()
    } else {
      const next = this.from(here, event.key)
      if (!next) return
      next.focus()
    }
    event.preventDefault()
  }

  private from(here: HTMLAnchorElement, key: string): HTMLAnchorElement | undefined {
    if (key === "Home" || key === "End") return this.links(here.closest("tr")!).at(key === "Home" ? 0 : -1)
    const step = STEPS[key]
    if (!step) return undefined
    const links = this.links()
    if (step[0]) return links[links.indexOf(here) + step[0]] ?? here
    const cell = here.closest("td")!
    const inside = links.filter((link) => cell.contains(link))
    return inside[inside.indexOf(here) + step[1]] ?? this.above(cell, step[1], links) ?? here
  }

  /** The date in the same column of the nearest week that has one. */
  private above(cell: HTMLTableCellElement, step: number, links: HTMLAnchorElement[]): HTMLAnchorElement | undefined {
    const rows = [...this.querySelectorAll<HTMLTableRowElement>("tbody tr")]
    for (let at = rows.indexOf(cell.parentElement as HTMLTableRowElement) + step; rows[at]; at += step) {
      const found = links.filter((link) => rows[at]!.cells[cell.cellIndex]!.contains(link))
      if (found.length) return step > 0 ? found[0] : found.at(-1)
    }
    return undefined
  }
}

customElements.define("mazot-month", Month)
