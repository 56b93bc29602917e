// SPDX-License-Identifier: AGPL-3.0-or-later
/** The frame's drawer: on a narrow screen the sidebar comes from the side and goes with Escape, a tap beside, or a choice. */
export class Shell extends HTMLElement {
  private opener: HTMLElement | null = null

  connectedCallback(): void {
    this.addEventListener("click", this.clicked)
    this.addEventListener("keydown", this.keyed)
  }

  disconnectedCallback(): void {
    this.removeEventListener("click", this.clicked)
    this.removeEventListener("keydown", this.keyed)
  }

  private get sidebar(): HTMLElement | null {
    return this.querySelector(".sidebar")
  }

  private get isOpen(): boolean {
    return this.dataset["sidebar"] === "open"
  }

  private turn(open: boolean): void {
    if (open) this.dataset["sidebar"] = "open"
    else delete this.dataset["sidebar"]
    for (const button of this.querySelectorAll("[data-drawer]")) button.setAttribute("aria-expanded", String(open))
    for (const part of this.querySelectorAll<HTMLElement>(".topbar, .rail, .shell__sheet, .bottom-nav"))
      part.inert = open
    if (open) this.sidebar?.querySelector<HTMLElement>("[data-drawer-close]")?.focus()
    else this.opener?.focus()
  }

  private clicked = (event: Event): void => {
    const target = event.target as Element
    const opener = target.closest<HTMLElement>("[data-drawer]")
    if (opener) {
      this.opener = opener
      this.turn(true)
    } else if (this.isOpen && (target.closest("[data-drawer-close]") || target.closest(".sidebar a[href]")))
      this.turn(false)
  }

  private keyed = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && this.isOpen) this.turn(false)
  }
}

customElements.define("mazot-shell", Shell)
