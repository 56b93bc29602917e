// SPDX-License-Identifier: AGPL-3.0-or-later
import { place } from "@ui/entry/place"
import { Deeds } from "./parts/deeds"
import { Details } from "./parts/details"
import { Drag } from "./parts/drag"
import { deedOf } from "./parts/keys"
import { Live } from "./parts/live"
import { Rows } from "./parts/rows"
import { Selection } from "./parts/selection"

/** One folder: choosing, the deeds on what is chosen, and a list that stays true. */
class Folder extends HTMLElement {
  private selection = new Selection(this, () => this.reflect())
  private rows = new Rows(this, this.selection)
  private details = new Details(this)
  private live: Live | null = null
  private drag: Drag | null = null
  private deeds!: Deeds

  connectedCallback(): void {
    this.deeds = new Deeds(this, this.querySelector<HTMLFormElement>("form#selection")!)
    this.live = new Live(this.dataset["topic"] ?? "", this.changed)
    this.drag = new Drag(
      (row) => this.picked(row),
      (folder) => void this.deeds.send(this.address("move"), { folder }),
    )
    this.live.start()
    this.drag.start()
    this.rows.watch()
    this.selection.none()
    this.addEventListener("dblclick", this.opened)
    this.addEventListener("submit", this.sent)
    this.addEventListener("contextmenu", this.pointed)
    document.addEventListener("click", this.clicked)
    document.addEventListener("keydown", this.keyed)
    document.addEventListener("drive:changed", this.changed)
  }

  disconnectedCallback(): void {
    this.live?.stop()
    this.drag?.stop()
    this.rows.stop()
    document.removeEventListener("click", this.clicked)
    document.removeEventListener("keydown", this.keyed)
    document.removeEventListener("drive:changed", this.changed)
  }

  private changed = (): void => {
    this.rows.changed()
    void this.details.again()
  }

  private address(deed: string): string {
    return this.querySelector<HTMLElement>(`[data-place$="/${deed}"]`)?.dataset["place"] ?? ""
  }

  private picked(row: HTMLTableRowElement): string[] {
    if (!this.selection.chosen.includes(row)) this.selection.only(row)
    return this.selection.ids
  }

  private reflect(): void {
    const chosen = this.selection.chosen
    const all = this.querySelector<HTMLInputElement>("[data-all]")
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === this.selection.rows.length
      all.indeterminate = chosen.length > 0 && !all.checked
    }
    this.toggleAttribute("data-selected", chosen.length > 0)
    const count = this.querySelector(".drive__picked [data-count]")
    if (count)
      count.textContent =
        chosen.length === 1
          ? (chosen[0]!.dataset["name"] ?? "1")
          : this.dataset["chosen"]!.replace("#", String(chosen.length))
    for (const button of this.querySelectorAll<HTMLElement>("[data-single]")) button.hidden = chosen.length !== 1
    if (this.details.isOpen && chosen.length === 1) void this.details.show(chosen[0]!.dataset["id"]!)
  }

  private clicked = (event: MouseEvent): void => {
    const target = event.target as Element
    const fresh = target.closest<HTMLElement>("[data-new-folder]")
    if (fresh) {
      event.preventDefault()
      return this.newFolder(fresh)
    }
    if (!this.contains(target)) return
    const row = target.closest<HTMLTableRowElement>("tr[data-id]")
    if (target.closest("[data-actions]") && row) {
      event.preventDefault()
      return this.menu(row, target.closest("[data-actions]")!)
    }
    if (row && !target.closest("a, button")) return this.choose(row, event, target.matches("input"))
    this.deed(target)
  }

  private choose(row: HTMLTableRowElement, event: MouseEvent, byBox: boolean): void {
    if (event.shiftKey) this.selection.extend(row)
    else if (byBox || event.ctrlKey || event.metaKey) {
      // The browser has turned the box already; the selection turns it itself.
      if (byBox) (event.target as HTMLInputElement).checked = !(event.target as HTMLInputElement).checked
      this.selection.toggle(row)
    } else this.selection.only(row)
  }

  private deed(target: Element): void {
    const at = (name: string): HTMLElement | null => target.closest<HTMLElement>(`[data-${name}]`)
    if (at("clear")) this.selection.none()
    else if (at("all")) (target as HTMLInputElement).checked ? this.selection.all() : this.selection.none()
    else if (at("place")) void this.deeds.choose(at("place")!.dataset["place"]!)
    else if (at("open")) void this.deeds.show(at("open")!.dataset["open"]!)
    else if (at("here")) void this.deeds.placed(at("here")!.dataset["here"]!)
    else if (at("rename")) this.rename()
    else if (at("details-close")) this.details.close()
    else if (at("details") || at("turn-details")) this.turnDetails()
  }

  private turnDetails(): void {
    if (this.details.isOpen) this.details.close()
    else void this.details.show(this.selection.ids[0] ?? this.dataset["folder"] ?? "")
  }

  private rename(): void {
    const row = this.selection.chosen[0]
    const address = row?.querySelector<HTMLAnchorElement>("[data-actions]")?.href
    const title = this.dataset["renameTitle"] ?? ""
    if (row && address)
      this.deeds.ask(address, {
        title,
        deed: title,
        name: row.dataset["name"] ?? "",
        folder: row.hasAttribute("data-drop-folder"),
      })
  }

  private newFolder(item: HTMLElement): void {
    this.deeds.ask(item.getAttribute("href") ?? "", {
      title: this.dataset["newFolderTitle"] ?? "",
      deed: this.dataset["newFolderDeed"] ?? "",
    })
  }

  /** The menu of a row is one popover for all; without it the link leads to the page that renames. */
  private menu(row: HTMLTableRowElement, anchor: Element): void {
    const menu = this.querySelector<HTMLElement>("#row-menu")
    const link = row.querySelector<HTMLAnchorElement>("a.file__name")
    if (!menu) return location.assign((anchor as HTMLAnchorElement).href)
    this.picked(row)
    const isFolder = row.hasAttribute("data-drop-folder") || this.selection.ids.length > 1
    const query = this.selection.ids.map((id) => `ids=${id}`).join("&")
    const download = isFolder ? `${this.dataset["zip"]}?${query}` : `${link?.href}/download`
    menu.querySelector("[data-follow]")?.setAttribute("href", link?.href ?? "#")
    menu.querySelector("[data-download]")?.setAttribute("href", download)
    menu.showPopover()
    if (!matchMedia("(max-width: 40rem)").matches) place(menu, anchor, "bottom", "end")
  }

  private pointed = (event: MouseEvent): void => {
    const row = (event.target as Element).closest<HTMLTableRowElement>("tr[data-id]")
    if (!row || !this.querySelector("#row-menu") || event.shiftKey) return
    event.preventDefault()
    this.menu(row, row.querySelector("[data-actions]") ?? row)
  }

  private opened = (event: Event): void => {
    const row = (event.target as Element).closest("tr[data-id]")
    if (row && !(event.target as Element).closest("a, button, input"))
      row.querySelector<HTMLElement>("a.file__name")?.click()
  }

  private sent = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement
    // Only these two are sent from here; a form of the details panel, that gives a version back, goes its own way.
    const isOurs = form.id === "selection" || form.closest("dialog#name") !== null
    if (!isOurs || event.submitter?.hasAttribute("data-native")) return
    event.preventDefault()
    if (form.closest("dialog#name")) void this.deeds.named(form)
    else void this.deeds.trash()
  }

  private keyed = (event: KeyboardEvent): void => {
    const deed = deedOf(event, this.selection, { trash: () => this.deeds.trash(), rename: () => this.rename() })
    if (!deed) return
    event.preventDefault()
    deed()
  }
}

customElements.define("mazot-folder", Folder)
