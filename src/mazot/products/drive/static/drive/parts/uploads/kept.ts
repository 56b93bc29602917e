// SPDX-License-Identifier: AGPL-3.0-or-later
// Uploads that a reload interrupts: what they are, where they go on, and small files themselves.
import type { Piece } from "./batch"

const small = 32 * 1024 * 1024
const base = "mazot-uploads"
const table = "pieces"

function opened(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(base, 1)
    asked.onupgradeneeded = () => asked.result.createObjectStore(table, { keyPath: "key" })
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => failed(asked.error)
  })
}

async function within<T>(
  mode: IDBTransactionMode,
  deed: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  // A private window may have no such store: uploads then work, and a reload forgets them.
  try {
    const database = await opened()
    return await new Promise<T>((done, failed) => {
      const asked = deed(database.transaction(table, mode).objectStore(table))
      asked.onsuccess = () => done(asked.result)
      asked.onerror = () => failed(asked.error)
    })
  } catch {
    return undefined
  }
}

export async function keep(piece: Piece, person: string): Promise<void> {
  await within("readwrite", (store) => store.put({ ...piece, person, file: piece.size <= small ? piece.file : null }))
}

export async function forget(piece: Piece): Promise<void> {
  await within("readwrite", (store) => store.delete(piece.key))
}

/** What this person left unfinished in this browser. */
export async function left(person: string): Promise<Piece[]> {
  const found = ((await within("readonly", (store) => store.getAll())) ?? []) as (Piece & { person: string })[]
  return found
    .filter((piece) => piece.person === person && piece.url)
    .map((piece) => ({ ...piece, state: piece.file ? "waiting" : "missing", problem: "" }))
}

/** Have the server drop what it has of an upload; if it does not hear this, it drops it after three days. */
export async function terminate(url: string, token: string): Promise<void> {
  const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token }
  await fetch(url, { method: "DELETE", headers }).catch(() => undefined)
}

/** The page's token against forged requests, as htmx sends it. */
export function token(): string {
  const told = document.body.getAttribute("hx-headers:inherited") ?? "{}"
  return (JSON.parse(told) as Record<string, string>)["X-CSRFToken"] ?? ""
}
