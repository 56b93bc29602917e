// SPDX-License-Identifier: AGPL-3.0-or-later
import { isTyping } from "@ui/components/shortcuts/shortcuts"
import type { Selection } from "./selection"

type Deed = () => unknown
type Deeds = { trash: Deed; rename: Deed }

/** What a key means in the list; nothing where it belongs to a field, a menu, a dialog or the frame around. */
export function deedOf(event: KeyboardEvent, selection: Selection, deeds: Deeds): Deed | undefined {
  const target = event.target as Element
  if (isTyping(target) || event.altKey || target.closest(".sidebar, .topbar, .rail, .bottom-nav")) return undefined
  if (event.ctrlKey || event.metaKey) return event.key === "a" ? () => selection.all() : undefined
  const letters = !document.documentElement.hasAttribute("data-no-letters")
  return byKey(event, selection, deeds) ?? (letters ? byLetter(event.key, selection) : undefined)
}

function byKey(event: KeyboardEvent, selection: Selection, deeds: Deeds): Deed | undefined {
  const some = selection.chosen.length > 0
  const onRow = (event.target as Element).matches("tr[data-id]")
  const keys: Record<string, Deed | false> = {
    ArrowDown: () => selection.move(1, event.shiftKey),
    ArrowUp: () => selection.move(-1, event.shiftKey),
    Enter: onRow && (() => selection.here?.querySelector<HTMLElement>("a.file__name")?.click()),
    " ": onRow && (() => selection.here && selection.toggle(selection.here)),
    Escape: some && (() => selection.none()),
    Delete: some && deeds.trash,
    F2: some && deeds.rename,
  }
  return keys[event.key] || undefined
}

function byLetter(key: string, selection: Selection): Deed | undefined {
  const press = (selector: string) => () => document.querySelector<HTMLElement>(selector)?.click()
  const letters: Record<string, Deed> = {
    j: () => selection.move(1, false),
    k: () => selection.move(-1, false),
    x: () => selection.here && selection.toggle(selection.here),
    n: press("[data-new-folder]"),
    u: press('[data-upload="files"]'),
  }
  return letters[key.toLowerCase()]
}
