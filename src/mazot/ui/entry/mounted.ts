// SPDX-License-Identifier: AGPL-3.0-or-later
/** For tests: a page with this content, put in whole, as htmx does; islands find their children when they arrive. */
export function mounted(html: string): void {
  const box = document.createElement("div")
  box.innerHTML = html
  document.body.replaceChildren(box)
}
