// SPDX-License-Identifier: AGPL-3.0-or-later
/** A page of the shop inside another site's page: says how high it is, and that it opened. */

if (window.parent !== window) {
  const sheet = document.querySelector<HTMLElement>(".shop")!
  const say = (what: object): void => window.parent.postMessage({ from: "mazot-shop", ...what }, "*")
  new ResizeObserver(() => say({ height: Math.ceil(sheet.getBoundingClientRect().height) })).observe(sheet)
  say({ opened: location.pathname })
}
