// SPDX-License-Identifier: AGPL-3.0-or-later
/** One change of seats, with the letters they had before, one for each. */
export interface Change {
  field: "zone" | "access"
  seats: number[]
  before: string
  after: string
}

/** What can be taken back, and done again. */
export class History {
  private done: Change[] = []
  private undone: Change[] = []

  note(change: Change): void {
    this.done.push(change)
    this.undone = []
  }

  get canUndo(): boolean {
    return this.done.length > 0
  }

  get canRedo(): boolean {
    return this.undone.length > 0
  }

  /** The next change to send; it counts as taken back once `settle` says that it was. */
  next(way: "undo" | "redo"): Change | undefined {
    const change = (way === "undo" ? this.done : this.undone).at(-1)
    return change && way === "undo" ? { ...change, before: change.after, after: change.before } : change
  }

  settle(way: "undo" | "redo"): void {
    const change = (way === "undo" ? this.done : this.undone).pop()
    if (change) (way === "undo" ? this.undone : this.done).push(change)
  }

  /** Somebody else changed seats: what was before is no longer what undo would bring back. */
  forget(): void {
    this.done = []
    this.undone = []
  }
}
