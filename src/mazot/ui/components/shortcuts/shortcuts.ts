// SPDX-License-Identifier: AGPL-3.0-or-later
const kept = "mazot:letters"
const patience = 1200

/** Single letters on every page: ? the list of keys, / search, Z undo, G and a letter a product. They can be turned off. */
export class Shortcuts extends HTMLElement {
  private wentAt = -Infinity

  connectedCallback(): void {
    document.addEventListener("keydown", this.keyed)
    document.addEventListener("click", this.clicked)
    this.addEventListener("change", this.changed)
    this.reflect()
    nameTheKeys()
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.keyed)
    document.removeEventListener("click", this.clicked)
  }

  get letters(): boolean {
    return localStorage.getItem(kept) !== "off"
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog")
  }

  private reflect(): void {
    const choice = this.querySelector<HTMLInputElement>("input[data-letters]")
    if (choice) choice.checked = this.letters
    this.querySelector(".keys")?.setAttribute("data-letters", this.letters ? "on" : "off")
    document.documentElement.toggleAttribute("data-no-letters", !this.letters)
  }

  private changed = (event: Event): void => {
    const choice = event.target as HTMLInputElement
    if (!choice.matches("[data-letters]")) return
    localStorage.setItem(kept, choice.checked ? "on" : "off")
    this.reflect()
  }

  private clicked = (event: Event): void => {
    const target = event.target as Element | null
    if (target?.closest("[data-shortcuts]")) this.dialog?.showModal()
    else if (target?.closest("[data-close]") && this.contains(target)) this.dialog?.close()
  }

  private keyed = (event: KeyboardEvent): void => {
    if (!this.letters || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    const deed = this.deed(event.key)
    if (!deed) return
    event.preventDefault()
    deed()
  }

  private deed(key: string): (() => void) | undefined {
    const letter = key.toLowerCase()
    const going = performance.now() - this.wentAt < patience
    this.wentAt = -Infinity
    if (going) {
      const place = this.querySelector<HTMLElement>(`[data-letter="${CSS.escape(letter.toUpperCase())}"]`)
      return place?.dataset["url"] ? () => location.assign(place.dataset["url"]!) : undefined
    }
    if (key === "?") return () => this.dialog?.showModal()
    if (key === "/") return () => document.querySelector<HTMLElement>("[data-search], [data-palette]")?.click()
    if (letter === "g") return () => void (this.wentAt = performance.now())
    const undo = document.querySelector<HTMLElement>(".toasts .toast:last-of-type .toast__undo button")
    return letter === "z" && undo ? () => undo.click() : undefined
  }
}

/** Whether the key belongs to a field, or to something that lies over the page. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  return Boolean(
    target.closest(
      "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog, [role=menu]",
    ),
  )
}

function nameTheKeys(): void {
  const mac = /Mac|iPhone|iPad/.test(navigator.platform)
  if (!mac) return
  for (const key of document.querySelectorAll<HTMLElement>("[data-keys]"))
    key.textContent = (key.dataset["keys"] ?? "").replace("mod+", "⌘ ")
}

customElements.define("mazot-shortcuts", Shortcuts)
