// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Hall } from "../hall/hall"

export interface PriceOffer {
  id: string
  name: string
  amount: number
}

export interface ZoneOffer {
  name: string
  tint: number
  prices: PriceOffer[]
}

interface Line {
  zone: ZoneOffer
  price: PriceOffer
}

/** The seats a buyer chose, each with its price: a line to read, and a hidden input that the form sends. */
export class Basket {
  private readonly lines = new Map<number, Line>()

  constructor(
    private readonly root: HTMLElement,
    private readonly hall: Hall,
    private readonly zones: Record<string, ZoneOffer>,
    private readonly changed: () => void,
  ) {
    root.addEventListener("change", this.priced)
    root.addEventListener("click", this.clicked)
  }

  zone(letter: string): ZoneOffer | undefined {
    return this.zones[letter]
  }

  has(seat: number): boolean {
    return this.lines.has(seat)
  }

  add(seat: number, letters: string): void {
    const zone = this.zones[letters[seat] ?? ""]
    const price = zone?.prices[0]
    const most = Number(this.root.dataset["max"] ?? 20)
    if (!zone || !price) return
    if (this.lines.size >= most) return this.say(this.root.dataset["saidMost"] ?? "")
    this.lines.set(seat, { zone, price })
    this.tell()
  }

  drop(seat: number): void {
    this.lines.delete(seat)
    this.tell()
  }

  private tell(): void {
    this.say("")
    this.root.querySelector("[data-chosen]")?.replaceChildren(...[...this.lines].map(([seat]) => this.line(seat)))
    const total = [...this.lines.values()].reduce((sum, { price }) => sum + price.amount, 0)
    const shown = this.root.querySelector("[data-total]")
    if (shown) shown.textContent = this.money(total)
    const seats = [...this.lines].map(([index, { price }]) => ({ index, price: price.id, amount: price.amount }))
    this.changed()
    this.root.dispatchEvent(new CustomEvent("chosen", { detail: { seats, total }, bubbles: true }))
  }

  private line(seat: number): HTMLElement {
    const { zone, price } = this.lines.get(seat)!
    const row = this.hall.rows[this.hall.rowOf[seat]!]!
    const said = (key: string, word: string): string => (this.root.dataset[key] ?? "#").replace("#", word)
    const place = `${said("saidRow", row.name)}, ${said("saidSeat", this.hall.names[seat]!)}`
    const line = element("div", "seat-line")
    const names = element("span", "seat-line__text")
    names.append(element("b", "", zone.name), element("span", "seat-line__place", place))
    const input = element("input", "") as HTMLInputElement
    Object.assign(input, { type: "hidden", name: "seat", value: `${seat}:${price.id}` })
    const drop = element("button", "button button--icon button--small")
    drop.setAttribute("type", "button")
    drop.setAttribute("aria-label", said("saidDrop", place))
    drop.dataset["drop"] = String(seat)
    drop.textContent = "×"
    line.append(
      element("span", "seat-line__seat", `${row.name} ${this.hall.names[seat]}`),
      names,
      this.choice(seat, place),
      element("span", "seat-line__price", this.money(price.amount, false)),
      drop,
      input,
    )
    return line
  }

  private choice(seat: number, place: string): HTMLElement {
    const { zone, price } = this.lines.get(seat)!
    if (zone.prices.length === 1) return element("span", "seat-line__only", price.name)
    const select = element("select", "seat-line__choice") as HTMLSelectElement
    select.dataset["priced"] = String(seat)
    select.setAttribute("aria-label", place)
    select.append(...zone.prices.map(({ id, name }) => new Option(name, id, false, id === price.id)))
    return select
  }

  private priced = (event: Event): void => {
    const select = (event.target as Element).closest<HTMLSelectElement>("[data-priced]")
    const line = this.lines.get(Number(select?.dataset["priced"]))
    const price = line?.zone.prices.find(({ id }) => id === select!.value)
    if (!line || !price) return
    line.price = price
    this.tell()
    this.root.querySelector<HTMLElement>(`[data-priced="${select!.dataset["priced"]}"]`)?.focus()
  }

  private clicked = (event: Event): void => {
    const seat = (event.target as Element).closest<HTMLElement>("[data-drop]")?.dataset["drop"]
    if (seat) this.drop(Number(seat))
  }

  /** Amounts are whole numbers of the smallest unit; Intl knows how many of them make one. */
  money(amount: number, withCurrency = true): string {
    const currency = this.root.dataset["currency"] ?? "CHF"
    const format = new Intl.NumberFormat(document.documentElement.lang || "en", { style: "currency", currency })
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2
    const parts = format.formatToParts(amount / 10 ** digits)
    return parts
      .map((part) => (part.type === "currency" && !withCurrency ? "" : part.value))
      .join("")
      .trim()
  }

  say(text: string): void {
    const said = this.root.querySelector("[data-said]")
    if (said) said.textContent = text
  }
}

function element(name: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(name)
  if (className) made.className = className
  if (text) made.textContent = text
  return made
}
