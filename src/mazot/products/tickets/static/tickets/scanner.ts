// SPDX-License-Identifier: AGPL-3.0-or-later
import { listenToCable } from "./parts/scanner/cable"
import { Camera } from "./parts/scanner/camera"
import { Line, type Told } from "./parts/scanner/line"
import { folded, Memory } from "./parts/scanner/memory"
import { signal } from "./parts/scanner/signal"

const AGAIN = 4000 // milliseconds in which the same code before the camera is the same ticket
const SHOWN = 6000
const PACE = 15_000
const PAST = 12
const LONGEST = 200 // letters; a ticket's code has fewer, and other people's pictures hold thousands

/** The gate: a code comes from the camera, a cable or the keyboard, and the answer is seen, heard and felt. */
class Scanner extends HTMLElement {
  private memory!: Memory
  private line!: Line
  private camera!: Camera
  private last = { code: "", at: 0 }
  private hide: ReturnType<typeof setTimeout> | undefined
  private beat: ReturnType<typeof setInterval> | undefined
  private deaf: () => void = () => undefined

  connectedCallback(): void {
    const { scan, late, known } = this.dataset as { scan: string; late: string; known: string }
    this.memory = new Memory(localStorage, this.dataset["device"]!)
    this.line = new Line({ scan, late, known }, this.memory, () => this.drawLine())
    this.camera = new Camera(this.piece<HTMLVideoElement>("video"), (code) => this.seen(code))
    this.deaf = listenToCable((code) => this.seen(code, true))
    this.piece("camera").addEventListener("click", () => void this.turnCamera())
    this.piece("torch").addEventListener("click", () => void this.turnTorch())
    this.piece("verdict").addEventListener("click", () => this.clear())
    this.piece("typed").addEventListener("submit", (event) => {
      event.preventDefault()
      const field = (event.currentTarget as HTMLFormElement).elements.namedItem("code") as HTMLInputElement
      if (field.value.trim()) this.seen(field.value, true)
      field.value = ""
    })
    addEventListener("online", this.catchUp)
    this.beat = setInterval(this.catchUp, PACE)
    this.catchUp()
    this.piece("leave").addEventListener("submit", (event) => this.stay(event))
    void this.install()
    this.dataset["ready"] = "yes"
  }

  disconnectedCallback(): void {
    clearInterval(this.beat)
    removeEventListener("online", this.catchUp)
    this.deaf()
    this.camera.stop()
  }

  private catchUp = (): void => void this.line.catchUp()

  private piece<T extends HTMLElement = HTMLElement>(name: string): T {
    return this.querySelector<T>(`[data-${name}]`)!
  }

  private word(name: string): string {
    return this.getAttribute(`data-word-${name}`) ?? ""
  }

  /** A code before the camera is read many times; one that somebody typed is meant each time. */
  private seen(code: string, isMeant = false): void {
    const now = Date.now()
    code = code.slice(0, LONGEST)
    const isSame = folded(code) === this.last.code && now - this.last.at < AGAIN
    this.last = { code: folded(code), at: now }
    if (!isSame || isMeant) void this.judge(code)
  }

  private async judge(code: string): Promise<void> {
    const isExit = this.querySelector<HTMLInputElement>('input[name="way"]:checked')?.value === "out"
    const nonce = crypto.randomUUID()
    const at = Date.now()
    const told = this.line.ended ? null : await this.line.ask(code, nonce, isExit)
    if (this.line.ended) return this.show({ tone: "no", sentence: this.word("ended"), place: "", holder: "", more: "" })
    if (told) {
      if (told.result === "ok") await this.memory.mark(code, isExit)
      return this.show(told)
    }
    const { result, place } = await this.memory.decide(code, isExit)
    const letIn = result === "ok"
    this.memory.keep({ code, at, nonce, is_exit: isExit, let_in: letIn })
    if (letIn) await this.memory.mark(code, isExit)
    const sentence = letIn && isExit ? this.word("goodbye") : this.word(result)
    const tone = letIn ? "ok" : ["already_used", "not_inside"].includes(result) ? "again" : "no"
    this.show({ tone, sentence, place, holder: "", more: this.age() })
    this.drawLine()
  }

  private show(told: Omit<Told, "result">): void {
    const panel = this.piece("verdict")
    panel.dataset["tone"] = told.tone
    this.piece("said").textContent = told.sentence
    this.piece("place").textContent = [told.place, told.holder].filter(Boolean).join(" · ")
    this.piece("detail").textContent = told.more
    panel.hidden = false
    signal(told.tone)
    clearTimeout(this.hide)
    this.hide = setTimeout(() => this.clear(), SHOWN)
    const line = document.createElement("li")
    line.className = "scanner__line-past"
    line.dataset["tone"] = told.tone
    const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" })
    line.textContent = [time, told.sentence, told.place].filter(Boolean).join(" · ")
    const past = this.piece("past")
    past.prepend(line)
    while (past.children.length > PAST) past.lastElementChild!.remove()
  }

  /** Who leaves while scans wait here would take them along. */
  private stay(event: Event): void {
    if ((this.line.ended || this.line.online) && !this.memory.waiting.length) return
    event.preventDefault()
    this.catchUp()
    this.show({ tone: "again", sentence: this.word("stay"), place: "", holder: "", more: "" })
  }

  private clear(): void {
    this.piece("verdict").hidden = true
  }

  private age(): string {
    if (!this.memory.ready) return this.word("never")
    const minutes = Math.round((Date.now() - this.memory.at) / 60_000)
    return minutes ? this.word("age").replace("#", String(minutes)) : ""
  }

  private drawLine(): void {
    const waiting = this.memory.waiting.length
    const state = this.line.ended ? "ended" : this.line.online ? "online" : "offline"
    this.piece("line").dataset["state"] = state
    const words = [
      this.word(state),
      waiting ? this.word("waiting").replace("#", String(waiting)) : "",
      state === "offline" ? this.age() : "",
      this.line.doubts ? this.word("doubt").replace("#", String(this.line.doubts)) : "",
    ]
    this.piece("line-text").textContent = words.filter(Boolean).join(" · ")
  }

  private async turnCamera(): Promise<void> {
    if (this.camera.isOn) this.camera.stop()
    else if (!(await this.camera.start())) this.piece("hint-text").textContent = this.word("camera")
    this.piece("camera").setAttribute("aria-pressed", String(this.camera.isOn))
    this.piece("aim").hidden = !this.camera.isOn
    this.piece("hint").hidden = this.camera.isOn
    this.piece("torch").hidden = !this.camera.hasTorch
  }

  private async turnTorch(): Promise<void> {
    const button = this.piece("torch")
    const isOn = button.getAttribute("aria-pressed") !== "true"
    await this.camera.torch(isOn)
    button.setAttribute("aria-pressed", String(isOn))
  }

  /** Keep the page and what it is made of, so that it opens without a network. */
  private async install(): Promise<void> {
    if (!("serviceWorker" in navigator)) return
    await navigator.serviceWorker.register(this.dataset["worker"]!).catch(() => undefined)
    const { active } = await navigator.serviceWorker.ready
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name)
    navigator.serviceWorker.addEventListener("message", () => (this.dataset["kept"] = "yes"))
    await import("qr/decode.js") // so that it is there when the network is not
    const parts = performance.getEntriesByType("resource").map((entry) => entry.name)
    const kept = [...loaded, ...parts].filter((name) => name.includes("/static/"))
    active?.postMessage([location.pathname, ...new Set(kept)])
  }
}

customElements.define("mazot-scanner", Scanner)
