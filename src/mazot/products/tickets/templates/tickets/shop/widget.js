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
  const path = event ? `event/${encodeURIComponent(event)}` : ""
  const frame = document.createElement("iframe")
  frame.src = `${home}/shop/${encodeURIComponent(shop)}/${path}?cart=`
  frame.title = title || "Tickets"
  frame.style.cssText = "display:block;inline-size:100%;block-size:40rem;border:0;color-scheme:normal"
  script.after(frame)
  let first = true
  addEventListener("message", (message) => {
    const said = message.data
    if (message.origin !== home || message.source !== frame.contentWindow || said?.from !== "mazot-shop") return
    if (typeof said.height === "number") frame.style.blockSize = `${Math.min(20000, Math.max(200, said.height))}px`
    if (said.opened && !first && frame.getBoundingClientRect().top < 0) frame.scrollIntoView()
    if (said.opened) first = false
  })
})()
