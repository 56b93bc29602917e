// SPDX-License-Identifier: AGPL-3.0-or-later
import { isTyping } from "@ui/components/shortcuts/shortcuts"
import { Details } from "./parts/details"

/** One file on the whole sheet: arrows go to its neighbours, Escape goes back to the folder. */
class Viewer extends HTMLElement {
  private details = new Details(this)

  connectedCallback(): void {
    document.addEventListener("keydown", this.keyed)
    this.addEventListener("click", this.clicked)
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.keyed)
  }

  private clicked = (event: Event): void => {
    const target = event.target as Element
    const button = target.closest<HTMLElement>("[data-details]")
    if (target.closest("[data-details-close]") || (button && this.details.isOpen)) this.details.close()
    else if (button) void this.details.show(this.dataset["folder"] ?? "")
  }

  private keyed = (event: KeyboardEvent): void => {
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    // Arrows inside a player or a text belong to it.
    if ((event.target as Element).matches("video, audio") && event.key !== "Escape") return
    const places: Record<string, string | undefined> = {
      ArrowLeft: this.dataset["previous"],
      ArrowRight: this.dataset["next"],
      Escape: document.querySelector(".menu:popover-open") ? "" : this.dataset["back"],
    }
    const place = places[event.key]
    if (place) location.assign(place)
  }
}

customElements.define("mazot-viewer", Viewer)
