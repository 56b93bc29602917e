// SPDX-License-Identifier: AGPL-3.0-or-later
/** A page of the shop inside another site's page: says how high it is, and finds its cart again after a reload. */

const address = new URL(location.href)
const shop = address.pathname.split("/").slice(0, 3).join("/")
const token = address.searchParams.get("cart") ?? ""
const key = `mazot-cart:${shop}`

/** The frame's own memory; browsers that keep none from strangers just begin anew. */
function remembered(): string {
  try {
    if (token) sessionStorage.setItem(key, token)
    return sessionStorage.getItem(key) ?? ""
  } catch {
    return ""
  }
}

const known = remembered()
if (!token && known) {
  address.searchParams.set("cart", known)
  location.replace(address)
} else if (window.parent !== window) {
  const sheet = document.querySelector<HTMLElement>(".shop")!
  const say = (what: object): void => window.parent.postMessage({ from: "mazot-shop", ...what }, "*")
  new ResizeObserver(() => say({ height: Math.ceil(sheet.getBoundingClientRect().height) })).observe(sheet)
  say({ opened: address.pathname })
}
