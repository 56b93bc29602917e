// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Chosen } from "../hall/chosen"
import type { Backdrop } from "./backdrop"
import type { Choice, Draft } from "./draft"
import type { Thing } from "./drawing"
import type { Plane } from "./plane"

/** What the parts of the builder share. */
export interface Desk {
  readonly draft: Draft
  readonly chosen: Chosen
  readonly things: Set<Thing>
  readonly choice: Choice
  readonly plane: Plane
  backdrop: Backdrop | null
  said(key: string): string
  tell(text: string): void
  choose(seats: number[], things: Thing[], isMore?: boolean): void
  /** Seats are chosen by their ids: after a change they stand at other places of the plan. */
  chooseIds(ids: string[], things: Thing[]): void
  change(how: (draft: Draft, choice: Choice) => void): void
}
