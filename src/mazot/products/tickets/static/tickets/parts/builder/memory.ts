// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Drawing } from "./drawing"

export interface Kept {
  number: number // the version it was drawn on
  drawing: Drawing
  at: number // milliseconds
  tab: string
}

const PREFIX = "mazot.drawing."
const LONGEST = 30 * 24 * 3600 * 1000 // a draft that nobody came back for

/** A drawing that is not saved yet, kept in the browser: a closed tab, a crash or a lost line costs nothing of it. */
export class Memory {
  private readonly key: string

  constructor(
    private readonly store: Storage | null,
    plan: string, // and whose: two people may share a computer
    readonly tab: string,
  ) {
    this.key = PREFIX + plan
    this.forgetOld(Date.now())
  }

  /** False when the browser has no room for it, or no memory at all. */
  keep(drawing: Drawing, number: number, at: number): boolean {
    try {
      this.store!.setItem(this.key, JSON.stringify({ number, drawing, at, tab: this.tab } satisfies Kept))
      return true
    } catch {
      this.forget() // what is there is older than what is drawn, and would be offered as if it were not
      return false
    }
  }

  kept(): Kept | null {
    return this.read(this.key)
  }

  /** Another tab may have kept its own meanwhile: that one stays. */
  forget(isAll = false): void {
    if (isAll || this.kept()?.tab === this.tab) this.store?.removeItem(this.key)
  }

  private read(key: string): Kept | null {
    try {
      const kept = JSON.parse(this.store!.getItem(key) ?? "null") as Kept | null
      return kept && Array.isArray(kept.drawing?.sections) && Number.isInteger(kept.number) ? kept : null
    } catch {
      return null
    }
  }

  private forgetOld(now: number): void {
    try {
      for (const key of Object.keys(this.store!))
        if (key.startsWith(PREFIX) && now - (this.read(key)?.at ?? 0) > LONGEST) this.store!.removeItem(key)
    } catch {
      // a browser that keeps nothing has nothing old
    }
  }
}

/** The browser's memory, unless whoever uses it forbids it. */
export function browserStore(): Storage | null {
  try {
    return localStorage
  } catch {
    return null
  }
}
