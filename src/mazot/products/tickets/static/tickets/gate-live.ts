// SPDX-License-Identifier: AGPL-3.0-or-later

const PACE = 5000

/** A part of a page that keeps up with the gate while somebody looks at it. */
class GateLive extends HTMLElement {
  private beat: ReturnType<typeof setInterval> | undefined
  private last = ""

  connectedCallback(): void {
    this.beat = setInterval(() => document.hidden || void this.look(), PACE)
  }

  disconnectedCallback(): void {
    clearInterval(this.beat)
  }

  private async look(): Promise<void> {
    const headers = { "HX-Request": "true", "HX-Request-Type": "partial" }
    const answer = await fetch(this.dataset["from"]!, { headers, redirect: "manual" }).catch(() => null)
    if (answer?.status !== 200) return // signed out or without a network: what stands here stays
    const text = await answer.text()
    const said = text.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "") // another one each time
    if (said === this.last || this.contains(document.activeElement)) return
    this.last = said
    this.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes)
  }
}

customElements.define("mazot-gate-live", GateLive)
