// SPDX-License-Identifier: AGPL-3.0-or-later
/** Which rows are chosen: mouse, Shift, Ctrl, keys. The checkboxes hold the truth, so the form works without us. */
export class Selection {
  private anchor = ""
  private current = ""

  constructor(
    private readonly root: HTMLElement,
    private readonly changed: () => void,
  ) {}

  get rows(): HTMLTableRowElement[] {
    return Array.from(this.root.querySelectorAll<HTMLTableRowElement>("tr[data-id]"))
  }

  get chosen(): HTMLTableRowElement[] {
    return this.rows.filter((row) => box(row).checked)
  }

  get ids(): string[] {
    return this.chosen.map((row) => row.dataset["id"]!)
  }

  get here(): HTMLTableRowElement | undefined {
    return this.rows.find((row) => row.dataset["id"] === this.current)
  }

  only(row: HTMLTableRowElement): void {
    this.set(new Set([row.dataset["id"]!]), row)
    this.anchor = this.current
  }

  toggle(row: HTMLTableRowElement): void {
    const ids = new Set(this.ids)
    const id = row.dataset["id"]!
    if (!ids.delete(id)) ids.add(id)
    this.set(ids, row)
    this.anchor = id
  }

  /** From where the range began to this row; what lies outside is let go. */
  extend(row: HTMLTableRowElement): void {
    const rows = this.rows
    const from = Math.max(
      0,
      rows.findIndex((each) => each.dataset["id"] === this.anchor),
    )
    const to = rows.indexOf(row)
    const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1)
    this.set(new Set(range.map((each) => each.dataset["id"]!)), row)
  }

  all(): void {
    this.set(new Set(this.rows.map((row) => row.dataset["id"]!)))
  }

  none(): void {
    this.set(new Set())
  }

  /** After the rows were drawn anew: what is still there stays chosen, and the focus stays where it was. */
  keep(ids: string[], hadFocus: boolean): void {
    this.set(new Set(ids))
    if (hadFocus) (this.here ?? this.rows[0])?.focus({ preventScroll: true })
  }

  move(by: number, extend: boolean): void {
    const rows = this.rows
    const at = rows.findIndex((row) => row.dataset["id"] === this.current)
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))]
    if (!next) return
    if (extend) this.extend(next)
    else this.only(next)
    next.focus({ preventScroll: true })
    next.scrollIntoView({ block: "nearest" })
  }

  focus(row: HTMLTableRowElement): void {
    this.current = row.dataset["id"]!
    for (const each of this.rows) each.tabIndex = each === row ? 0 : -1
  }

  private set(ids: Set<string>, current?: HTMLTableRowElement): void {
    for (const row of this.rows) {
      const is = ids.has(row.dataset["id"]!)
      box(row).checked = is
      row.setAttribute("aria-selected", String(is))
    }
    const row = current ?? this.here ?? this.rows[0]
    if (row) this.focus(row)
    this.changed()
  }
}

function box(row: HTMLTableRowElement): HTMLInputElement {
  return row.querySelector<HTMLInputElement>('input[name="ids"]')!
}
