// SPDX-License-Identifier: AGPL-3.0-or-later
/** A scanner with a cable types like a fast keyboard and ends with Enter. */
export function listenToCable(seen: (code: string) => void): () => void {
  let typed = ""
  let last = 0
  const heard = (event: KeyboardEvent): void => {
    const isField = event.target instanceof HTMLInputElement && event.target.type !== "radio"
    if (isField || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.timeStamp - last > 400) typed = ""
    last = event.timeStamp
    if (event.key === "Enter" && typed.length >= 8) {
      event.preventDefault()
      seen(typed)
      typed = ""
    } else if (event.key.length === 1) typed += event.key
  }
  document.addEventListener("keydown", heard)
  return () => document.removeEventListener("keydown", heard)
}
