// SPDX-License-Identifier: AGPL-3.0-or-later
import htmx from "htmx.org"
import type { Selection } from "./selection"

/** Keeps the list true: the next piece while one scrolls, all that is shown anew after something changed. */
export class Rows {
  private watcher: IntersectionObserver | null = null
  private timer = 0
  private busy: Promise<void> = Promise.resolve()

  constructor(
    private readonly root: HTMLElement,
    private readonly selection: Selection,
  ) {}

  watch(): void {
    this.watcher?.disconnect()
    const more = this.root.querySelector("[data-more]")
    if (!more) return
    this.watcher = new IntersectionObserver(
      (seen) => seen.some((each) => each.isIntersecting) && void this.more(more),
      {
        root: this.root.querySelector("[data-scroll]"),
        rootMargin: "1200px",
      },
    )
    this.watcher.observe(more)
  }

  stop(): void {
    this.watcher?.disconnect()
    clearTimeout(this.timer)
  }

  /** Many facts in a row make one look. */
  changed = (): void => {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => {
      this.busy = this.busy.then(() => this.again())
    }, 120)
  }

  private address(values: Record<string, string>): string {
    const query = new URLSearchParams(location.search)
    query.delete("from")
    for (const [key, value] of Object.entries(values)) query.set(key, value)
    return `${this.root.dataset["rows"]}?${query}`
  }

  private async more(row: Element): Promise<void> {
    this.watcher?.disconnect()
    const from = row.getAttribute("data-more") ?? ""
    const ids = this.selection.ids
    await htmx.ajax("GET", this.address({ from }), { source: this.root, target: row, swap: "outerHTML" })
    this.selection.keep(ids, false)
    this.watch()
  }

  private async again(): Promise<void> {
    const [first, ...others] = this.root.querySelectorAll<HTMLElement>("[data-list] > tbody")
    const ids = this.selection.ids
    const hadFocus = document.activeElement?.closest("[data-list] > tbody") != null
    const shown = this.selection.rows.length
    // An empty folder has no table yet, and one that empties keeps none: the whole list is drawn.
    const list = { source: this.root, target: "[data-list]", select: "[data-list]", swap: "outerHTML" }
    if (!first || shown <= ids.length) await htmx.ajax("GET", location.href, list)
    else {
      const address = this.address({ count: String(Math.max(100, shown + 1)) })
      await htmx.ajax("GET", address, { source: this.root, target: first, swap: "outerHTML" })
      for (const piece of others) piece.remove()
      if (!this.selection.rows.length) await htmx.ajax("GET", location.href, list)
    }
    this.say()
    this.selection.keep(ids, hadFocus)
    this.watch()
  }

  /** How many there are now; the toolbar of an empty folder has nothing to say. */
  private say(): void {
    const said = this.root.querySelector<HTMLElement>("[data-said]")?.dataset["said"] ?? ""
    const total = this.root.querySelector("[data-total-said]")
    if (total) total.textContent = said
    total?.parentElement?.toggleAttribute("data-empty", this.selection.rows.length === 0)
  }
}
