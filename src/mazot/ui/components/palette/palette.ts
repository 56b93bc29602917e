// SPDX-License-Identifier: AGPL-3.0-or-later
import { match, within, type Span } from "./fuzzy"

type Item = {
  title: string
  where: string
  icon: string
  url?: string
  post?: string
  value?: string
  product?: string
}
type Group = { title: string; items: Item[] }

/** Search and commands, opened by Ctrl K or ⌘ K: products, places, organizations, whatever the page's JSON names. */
export class Palette extends HTMLElement {
  private groups: Group[] = []
  private searches: Group = { title: "", items: [] }
  private chosen = 0

  connectedCallback(): void {
    const data = this.querySelector("script")?.textContent ?? "{}"
    const told = JSON.parse(data) as { groups?: Group[]; searches?: Group }
    this.groups = told.groups ?? []
    this.searches = told.searches ?? this.searches
    this.field?.addEventListener("input", this.draw)
    this.dialog?.addEventListener("keydown", this.keyed)
    this.dialog?.addEventListener("click", this.clicked)
    document.addEventListener("keydown", this.summoned)
    document.addEventListener("click", this.asked)
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.summoned)
    document.removeEventListener("click", this.asked)
  }

  private get dialog(): HTMLDialogElement | null {
    return this.querySelector("dialog")
  }

  private get field(): HTMLInputElement | null {
    return this.querySelector("input")
  }

  private get options(): HTMLElement[] {
    return Array.from(this.querySelectorAll<HTMLElement>('[role="option"]'))
  }

  open(): void {
    if (!this.field || !this.dialog || this.dialog.open) return
    this.field.value = ""
    this.draw()
    this.dialog.showModal()
    this.field.focus()
  }

  private summoned = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
    event.preventDefault()
    if (this.dialog?.open) this.dialog.close()
    else this.open()
  }

  private asked = (event: Event): void => {
    if ((event.target as Element | null)?.closest("[data-palette]")) this.open()
  }

  private draw = (): void => {
    const list = this.querySelector(".palette__list")
    const query = this.field?.value ?? ""
    const drawn = this.groups.map((group) => drawGroup(group, query)).filter((group) => group !== null)
    const words = query.trim()
    if (words && this.searches.items.length)
      drawn.push(drawAll({ ...this.searches, items: filled(this.searches.items, words) }))
    list?.replaceChildren(...drawn)
    this.querySelector<HTMLElement>(".palette__none")!.hidden = drawn.length > 0
    this.options.forEach((option, index) => (option.id = `palette-${index}`))
    this.choose(0)
  }

  private choose(index: number): void {
    const options = this.options
    this.chosen = options.length ? (index + options.length) % options.length : 0
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.chosen)))
    const current = options[this.chosen]
    if (current) {
      this.field?.setAttribute("aria-activedescendant", current.id)
      if (this.dialog?.open) current.scrollIntoView({ block: "nearest" })
    } else this.field?.removeAttribute("aria-activedescendant")
  }

  private keyed = (event: KeyboardEvent): void => {
    const moves: Record<string, number> = { ArrowDown: this.chosen + 1, ArrowUp: this.chosen - 1 }
    // Home and End belong to the text while there is some.
    if (!this.field?.value) Object.assign(moves, { Home: 0, End: -1 })
    const move = moves[event.key]
    if (move !== undefined) {
      event.preventDefault()
      this.choose(move)
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault()
      this.go(this.options[this.chosen], event.ctrlKey || event.metaKey)
    }
  }

  private clicked = (event: MouseEvent): void => {
    const option = (event.target as Element).closest<HTMLElement>('[role="option"]')
    if (option) this.go(option, event.ctrlKey || event.metaKey)
    else if (event.target === this.dialog) this.dialog?.close()
  }

  private go(option: HTMLElement | undefined, aside: boolean): void {
    if (!option) return
    const { url, post, value } = option.dataset
    if (post) return this.send(post, value ?? "")
    if (!url) return
    if (aside) window.open(url, "_blank", "noopener")
    else location.assign(url)
    this.dialog?.close()
  }

  private send(address: string, organization: string): void {
    const known = document.querySelector<HTMLInputElement>('form input[name="csrfmiddlewaretoken"]')
    const form = Object.assign(document.createElement("form"), { method: "post", action: address, hidden: true })
    for (const [name, value] of Object.entries({ organization, csrfmiddlewaretoken: known?.value ?? "" }))
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }))
    document.body.append(form)
    form.submit()
  }
}

function drawGroup(group: Group, query: string): HTMLElement | null {
  const found = group.items
    .map((item) => ({ item, hit: match(query, item.title) ?? within(query, item.where) }))
    .filter((row) => row.hit !== null)
    .sort((a, b) => b.hit!.score - a.hit!.score)
  return found.length ? drawAll({ title: group.title, items: found.map(({ item }) => item) }, query) : null
}

/** The searches of products, with what was typed in their sentence and in their address. */
function filled(items: Item[], words: string): Item[] {
  return items.map((item) => ({
    ...item,
    title: item.title.replace("#", words),
    url: (item.url ?? "") + encodeURIComponent(words),
  }))
}

function drawAll(group: Group, query = ""): HTMLElement {
  const box = make("div", "palette__group")
  box.setAttribute("role", "group")
  box.setAttribute("aria-label", group.title)
  const title = make("p", "palette__title", group.title)
  title.setAttribute("aria-hidden", "true")
  box.append(title, ...group.items.map((item) => drawItem(item, match(query, item.title)?.spans ?? [])))
  return box
}

function drawItem(item: Item, spans: Span[]): HTMLElement {
  const option = make("div", "palette__item")
  option.setAttribute("role", "option")
  Object.assign(option.dataset, { url: item.url ?? "", post: item.post ?? "", value: item.value ?? "" })
  if (item.product) option.dataset["product"] = item.product
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  icon.setAttribute("class", "icon")
  icon.setAttribute("viewBox", "0 0 24 24")
  icon.setAttribute("aria-hidden", "true")
  icon.innerHTML = item.icon // a drawing of our own build
  option.append(icon, marked(item.title, spans), make("span", "palette__where", item.where))
  return option
}

function marked(title: string, spans: Span[]): HTMLElement {
  const text = make("span", "truncate")
  let at = 0
  for (const [from, to] of spans) {
    text.append(title.slice(at, from), make("mark", "", title.slice(from, to)))
    at = to
  }
  text.append(title.slice(at))
  return text
}

function make(tag: string, name: string, text = ""): HTMLElement {
  return Object.assign(document.createElement(tag), { className: name, textContent: text })
}

customElements.define("mazot-palette", Palette)
