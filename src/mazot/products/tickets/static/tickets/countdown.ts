// SPDX-License-Identifier: AGPL-3.0-or-later
// The time a cart is held, counted down in the page; without this script the page says until when.
// At its end the page is asked for again, unless it stays (`data-stays`).

class Countdown extends HTMLElement {
  #timer = 0

  connectedCallback(): void {
    const end = Date.now() + Number(this.dataset["seconds"] ?? "0") * 1000
    const tell = (): void => {
      const left = Math.max(0, Math.round((end - Date.now()) / 1000))
      this.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`
      if (left === 0) {
        window.clearInterval(this.#timer)
        if (!("stays" in this.dataset)) window.location.reload()
      }
    }
    tell()
    this.#timer = window.setInterval(tell, 1000)
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer)
  }
}

customElements.define("mazot-countdown", Countdown)
