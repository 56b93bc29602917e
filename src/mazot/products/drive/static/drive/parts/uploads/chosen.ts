// SPDX-License-Identifier: AGPL-3.0-or-later
// Files as a person hands them over: from a picker, or dropped, with the folders they lie in.
import type { Piece } from "./batch"

export type Chosen = { file: File; folders: string[] }

/** Ask for files, or for a folder with all that lies in it. */
export function pick(folder: boolean): Promise<Chosen[]> {
  const field = document.createElement("input")
  Object.assign(field, { type: "file", multiple: true, webkitdirectory: folder })
  return new Promise((done) => {
    field.addEventListener("change", () => done(picked(field.files ?? [])))
    field.addEventListener("cancel", () => done([]))
    field.click()
  })
}

function picked(files: Iterable<File>): Chosen[] {
  return Array.from(files, (file) => ({
    file,
    folders: file.webkitRelativePath.split("/").slice(0, -1).filter(Boolean),
  }))
}

/** Everything of a drop; the list of items is emptied by the browser when the event is over, so it is read at once. */
export async function dropped(data: DataTransfer): Promise<Chosen[]> {
  const entries = Array.from(data.items, (item) => (item.kind === "file" ? item.webkitGetAsEntry() : null))
  const files = Array.from(data.files)
  if (!entries.some((entry) => entry !== null)) return picked(files)
  const found = await Promise.all(entries.map((entry) => (entry ? below(entry, []) : [])))
  return found.flat()
}

async function below(entry: FileSystemEntry, folders: string[]): Promise<Chosen[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed))
    return [{ file, folders }]
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: Chosen[] = []
  // A reader gives at most a hundred entries at a time, and an empty list at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed))
    if (!some.length) return found
    for (const inner of some) found.push(...(await below(inner, [...folders, entry.name])))
  }
}

export function pieceOf({ file, folders }: Chosen, folder: string): Piece {
  return {
    key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
    file,
    name: file.name,
    folders,
    size: file.size,
    modified: file.lastModified,
    type: file.type,
    folder,
    replaces: false,
    url: "",
    sent: 0,
    state: "waiting",
    problem: "",
  }
}

/** Whether a file chosen again is the one an upload was begun with. */
export function isSame(piece: Piece, file: File): boolean {
  return piece.name === file.name && piece.size === file.size && piece.modified === file.lastModified
}
