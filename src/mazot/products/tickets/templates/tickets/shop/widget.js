// SPDX-License-Identifier: AGPL-3.0-or-later
// Shows a ticket shop inside another page: <script src="…/widget.js" data-shop="season" data-event="requiem" async>
;(() => {
  const script = document.currentScript
  const home = new URL(script.src).origin
  const { shop, event, title } = script.dataset
  if (!shop) {
    console.error("The ticket widget needs data-shop.")
    return
  }
  // Browsers keep nothing for a frame of another site: this page keeps the cart, as long as its tab is open.
  const name = `mazot-cart:${home}:${shop}:${event || ""}`
  const isCart = (cart) => typeof cart === "string" && /^[\w-]{0,100}$/.test(cart)
  const isPage = (page) => typeof page === "string" && /^(checkout|event\/[\w-]{1,200})?$/.test(page)
  const start = { cart: "", page: event ? `event/${encodeURIComponent(event)}` : "" }
  const { cart, page } = read() || start
  const frame = document.createElement("iframe")
  frame.src = `${home}/shop/${encodeURIComponent(shop)}/${page}?cart=${cart}`
  frame.title = title || "Tickets"
  frame.style.cssText = "display:block;inline-size:100%;block-size:40rem;border:0;color-scheme:normal"
  frame.addEventListener("load", () => frame.contentWindow.postMessage({ to: "mazot-shop" }, home))
  script.after(frame)
  let first = true
  addEventListener("message", (message) => {
    const said = message.data
    if (message.origin !== home || message.source !== frame.contentWindow || said?.from !== "mazot-shop") return
    if (typeof said.height === "number") frame.style.blockSize = `${Math.min(20000, Math.max(200, said.height))}px`
    if (isCart(said.cart) && isPage(said.page)) keep(said)
    if (said.opened && !first && frame.getBoundingClientRect().top < 0) frame.scrollIntoView()
    if (said.opened) first = false
  })

  function read() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(name))
      return kept && isCart(kept.cart) && isPage(kept.page) ? kept : null
    } catch {
      return null
    }
  }

  function keep({ cart, page }) {
    try {
      if (cart) sessionStorage.setItem(name, JSON.stringify({ cart, page }))
      else sessionStorage.removeItem(name)
    } catch {
      // A page that may keep nothing still sells; the cart only does not outlast it.
    }
  }
})()
