// SPDX-License-Identifier: AGPL-3.0-or-later
/** A native dialog: opened by any [data-opens="its id"], or at once when the server sends it with data-open. */
export class Dialog extends HTMLElement {
  private opener: HTMLElement | null = null

  connectedCallback(): void {
    this.dialog?.addEventListener("close", this.closed)
    this.dialog?.addEventListener("click", this.clicked)
    if (this.hasAttribute("data-open")) this.open(document.activeElement)
  }

  disconnectedCallback(): void {
    this.dialog?.removeEventListener("close", this.closed)
    this.dialog?.removeEventListener("click", this.clicked)
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog")
  }

  open(opener: Element | null): void {
    if (!this.dialog || this.dialog.open) return
    this.opener = opener instanceof HTMLElement ? opener : null
    this.dialog.showModal()
    const wanted = this.dialog.querySelector<HTMLElement>("[autofocus], input:not([type=hidden]), select, textarea")
    wanted?.focus()
    if (wanted instanceof HTMLInputElement && wanted.type === "text") wanted.select()
  }

  private clicked = (event: MouseEvent): void => {
    const target = event.target as Element
    const outside =
      target === this.dialog && this.dialog?.getAttribute("role") !== "alertdialog" && this.isOutside(event)
    if (outside || target.closest("[data-close]")) this.dialog?.close()
  }

  private isOutside(event: MouseEvent): boolean {
    const box = this.dialog!.getBoundingClientRect()
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom
    return !inside && event.detail > 0
  }

  private closed = (): void => {
    if (this.opener?.isConnected) this.opener.focus()
    // One that the server sent for this occasion goes with it.
    if (this.hasAttribute("data-open")) this.remove()
  }
}

customElements.define("mazot-dialog", Dialog)

document.addEventListener("click", (event) => {
  const opener = (event.target as Element | null)?.closest<HTMLElement>("[data-opens]")
  if (!opener || opener.getAttribute("aria-disabled") === "true") return
  const island = document.getElementById(opener.dataset["opens"] ?? "")?.closest("mazot-dialog")
  if (island instanceof Dialog) island.open(opener)
})

document.addEventListener("mazot:close", () => {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) dialog.close()
})
