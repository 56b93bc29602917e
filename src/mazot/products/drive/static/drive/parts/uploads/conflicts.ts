// SPDX-License-Identifier: AGPL-3.0-or-later
// A name that is taken already: keep both, replace (a new version), or leave it out. Asked before anything is sent.
import type { Piece } from "./batch"

type Choice = "both" | "replace" | "skip"

/** The pieces that shall be sent, after the person has decided about names that are taken. */
export async function settled(
  pieces: Piece[],
  address: string,
  token: string,
  dialog: HTMLDialogElement,
): Promise<Piece[]> {
  const tops = new Set(pieces.map(topOf))
  const taken = await takenOf(Array.from(tops), address, token)
  const chosen = new Map<string, Choice>()
  let forAll: Choice | undefined
  for (const [at, name] of taken.entries()) {
    const answer = forAll ?? (await ask(dialog, name, taken.length - at - 1))
    if (dialog.querySelector<HTMLInputElement>("[data-for-all]")?.checked) forAll ??= answer
    chosen.set(name, answer)
  }
  return pieces
    .filter((piece) => chosen.get(topOf(piece)) !== "skip")
    .map((piece) => ({ ...piece, replaces: chosen.get(topOf(piece)) === "replace" }))
}

function topOf(piece: Piece): string {
  return (piece.folders[0] ?? piece.name).normalize("NFC")
}

async function takenOf(names: string[], address: string, token: string): Promise<string[]> {
  if (!names.length || !address) return []
  const body = new URLSearchParams(names.map((name) => ["name", name]))
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token, Accept: "application/json" },
    })
    return answer.ok ? ((await answer.json()) as { taken: string[] }).taken : []
  } catch {
    return [] // offline: the upload itself will wait, and keep both
  }
}

function ask(dialog: HTMLDialogElement, name: string, others: number): Promise<Choice> {
  dialog.querySelector("[data-name]")!.textContent = name
  const more = dialog.querySelector<HTMLElement>("[data-more-taken]")!
  more.hidden = others === 0
  dialog.returnValue = "skip"
  dialog.showModal()
  return new Promise((done) => {
    const clicked = (event: Event): void => {
      const button = (event.target as Element).closest<HTMLElement>("[data-choice]")
      if (button) dialog.close(button.dataset["choice"])
    }
    dialog.addEventListener("click", clicked)
    dialog.addEventListener(
      "close",
      () => {
        dialog.removeEventListener("click", clicked)
        done((dialog.returnValue || "skip") as Choice)
      },
      { once: true },
    )
  })
}
