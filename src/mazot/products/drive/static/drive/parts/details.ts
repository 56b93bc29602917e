// SPDX-License-Identifier: AGPL-3.0-or-later
import htmx from "htmx.org"

/** The panel beside the list: what the chosen entry is, its versions, what happened to it. */
export class Details {
  private shown = ""

  constructor(private readonly root: HTMLElement) {}

  get isOpen(): boolean {
    return this.panel?.hidden === false
  }

  private get panel(): HTMLElement | null {
    return this.root.querySelector<HTMLElement>("[data-details-panel]")
  }

  private get button(): HTMLElement | null {
    return this.root.querySelector<HTMLElement>("[data-details]")
  }

  /** The address of an entry's details: the folder's own, with another name in it. */
  private address(id: string): string {
    return (this.button?.dataset["details"] ?? "").replace(this.root.dataset["folder"] ?? " ", id)
  }

  async show(id: string): Promise<void> {
    if (!this.panel || this.shown === id) return
    this.shown = id
    this.panel.hidden = false
    this.button?.setAttribute("aria-pressed", "true")
    await htmx.ajax("GET", this.address(id), { source: this.root, target: this.panel, swap: "innerHTML" })
  }

  async again(): Promise<void> {
    const id = this.shown
    this.shown = ""
    if (this.isOpen && id) await this.show(id)
  }

  close(): void {
    this.shown = ""
    this.panel?.replaceChildren()
    if (this.panel) this.panel.hidden = true
    this.button?.setAttribute("aria-pressed", "false")
  }
}
