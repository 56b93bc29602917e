// SPDX-License-Identifier: AGPL-3.0-or-later
// What the page does with answers and clicks, whatever it shows.

type Context = { response?: { status: number; headers: Headers }; swap?: string; hx?: Record<string, string> }

// An error page must not land in the corner of a list. Our own errors come with HX-Reswap and a toast, and a
// refused form (422) is the form again; anything else is a stranger's page, a proxy's for example.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = (event as CustomEvent<{ ctx: Context }>).detail
  const status = ctx.response?.status ?? 0
  if (status < 400 || status === 422 || ctx.hx?.["reswap"]) return
  ctx.swap = "none"
  if (!ctx.hx?.["trigger"]) document.dispatchEvent(new CustomEvent("htmx:error"))
})

// A control that is off says why, and does nothing.
document.addEventListener(
  "click",
  (event) => {
    const control = (event.target as Element | null)?.closest?.('[aria-disabled="true"]')
    if (!control) return
    event.preventDefault()
    event.stopImmediatePropagation()
  },
  true,
)

document.addEventListener("change", (event) => {
  const field = event.target
  if (field instanceof HTMLSelectElement && field.matches("[data-submits]")) field.form?.requestSubmit()
})

// Busy: the button keeps its width and shows that it works; a form is not sent twice.
document.addEventListener("submit", (event) => {
  const button = (event as SubmitEvent).submitter
  if (event.defaultPrevented || !(button instanceof HTMLButtonElement) || !button.matches(".button")) return
  setTimeout(() => button.setAttribute("aria-busy", "true"))
})
function rest(): void {
  for (const button of document.querySelectorAll(".button[aria-busy]")) button.removeAttribute("aria-busy")
}
document.addEventListener("htmx:finally:request", rest)
addEventListener("pageshow", (event) => event.persisted && rest()) // back from another page
