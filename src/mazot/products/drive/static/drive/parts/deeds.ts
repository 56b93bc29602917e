// SPDX-License-Identifier: AGPL-3.0-or-later
import htmx from "htmx.org"
import { stem } from "./names"

/** What is done to the chosen rows: each deed is the form that would be sent without us, told to another address. */
export class Deeds {
  constructor(
    private readonly root: HTMLElement,
    private readonly form: HTMLFormElement,
  ) {}

  send(address: string, values: Record<string, string> = {}): Promise<void> {
    return htmx.ajax("POST", address, { source: this.form, values, swap: "none" })
  }

  trash(): Promise<void> {
    return this.send(this.form.action)
  }

  async choose(address: string): Promise<void> {
    const dialog = this.dialog("choose")
    if (!dialog) return
    dialog.dataset["deed"] = address
    await this.show(this.root.dataset["choose"] ?? "")
    if (!dialog.open) dialog.showModal()
  }

  /** One more folder of the dialog that asks where to. */
  show(address: string): Promise<void> {
    const body = this.root.querySelector<HTMLElement>("[data-choose-body]")
    return body ? htmx.ajax("GET", address, { target: body, swap: "innerHTML" }) : Promise.resolve()
  }

  placed(folder: string): Promise<void> {
    const dialog = this.dialog("choose")
    dialog?.close()
    return this.send(dialog?.dataset["deed"] ?? "", { folder })
  }

  /** Ask for a name: of a new folder, or the new one of what is chosen, with its ending left out of the selection. */
  ask(
    address: string,
    { title, deed, name = "", folder = false }: { title: string; deed: string; name?: string; folder?: boolean },
  ): void {
    const dialog = this.dialog("name")
    const field = dialog?.querySelector<HTMLInputElement>("input[name=name]")
    const form = dialog?.querySelector("form")
    if (!dialog || !field || !form) return location.assign(address)
    dialog.querySelector(".dialog__head")!.textContent = title
    dialog.querySelector("[data-deed]")!.textContent = deed
    form.action = address
    field.value = name
    // What the person saw: if somebody renames it meanwhile, the server says so instead of renaming it again.
    const was = form.querySelector<HTMLInputElement>("input[name=was]")
    if (was) was.value = name
    field.removeAttribute("aria-invalid")
    dialog.showModal()
    field.focus()
    field.setSelectionRange(0, stem(name, folder).length)
  }

  async named(form: HTMLFormElement): Promise<void> {
    let failed = false
    const note = (): void => void (failed = true)
    form.addEventListener("htmx:response:error", note, { once: true })
    await htmx.ajax("POST", form.action, { source: form, swap: "none" })
    form.removeEventListener("htmx:response:error", note)
    // A name that cannot be used stays in the field; the toast says why.
    const field = form.querySelector<HTMLInputElement>("input[name=name]")
    field?.setAttribute("aria-invalid", String(failed))
    if (!failed) this.dialog("name")?.close()
  }

  private dialog(name: string): HTMLDialogElement | null {
    return this.root.querySelector<HTMLDialogElement>(`dialog#${name}`)
  }
}
