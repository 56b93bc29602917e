// SPDX-License-Identifier: AGPL-3.0-or-later
/** A page of the shop inside another site's page: says how high it is, which page it is, and which cart it carries.
 *
 * Browsers keep nothing for a frame of another site, so the page around it keeps the cart. It asks first: what it is
 * told goes to a site that the shop names, and to no other. An order is nobody's but the buyer's, and is not told.
 */

const sheet = document.querySelector<HTMLElement>(".shop")!
const sites = [location.origin, ...(sheet.dataset["sites"] ?? "").split(" ")]
let site = ""

function say(what: object): void {
  if (site) window.parent.postMessage({ from: "mazot-shop", ...what }, site)
}

function height(): number {
  return Math.ceil(sheet.getBoundingClientRect().height)
}

function where(): { cart: string; page: string } {
  const path = location.pathname.slice(sheet.dataset["shop"]!.length)
  const page = /^(checkout|event\/[\w-]+)(?=\/|$)/.exec(path)?.[0]
  if (page === undefined && path !== "") return { cart: "", page: "" }
  return { cart: new URLSearchParams(location.search).get("cart") ?? "", page: page ?? "" }
}

if (window.parent !== window) {
  addEventListener("message", ({ data, source, origin }) => {
    if (source !== window.parent || (data as { to?: string } | null)?.to !== "mazot-shop") return
    if (site || !sites.includes(origin)) return
    site = origin
    say({ opened: true, height: height(), ...where() })
    new ResizeObserver(() => say({ height: height() })).observe(sheet)
  })
}
