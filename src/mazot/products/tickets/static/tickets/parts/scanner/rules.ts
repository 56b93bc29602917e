// SPDX-License-Identifier: AGPL-3.0-or-later
/** What a gate answers, as rules/scanning.py has it; tests/gate_verdicts.json holds both to the same. */

export type State = "-" | "i" | "o" // nobody came, inside, out again
export type Terms = { mode: string; opens: number | null; closes: number | null }
export type Ticket = { place: string; fault: string }

export function verdict(terms: Terms, ticket: Ticket | undefined, state: State, isExit: boolean, at: number): string {
  if (!ticket) return "unknown"
  if (ticket.fault) return ticket.fault
  if ((terms.opens !== null && at < terms.opens) || (terms.closes !== null && at >= terms.closes)) return "closed"
  if (allowed(terms.mode, state, isExit)) return "ok"
  return isExit ? "not_inside" : "already_used"
}

function allowed(mode: string, state: State, isExit: boolean): boolean {
  if (mode === "single") return isExit || state === "-"
  return mode !== "reentry" || (state === "i") === isExit
}

/** Where somebody is after going through. */
export function after(state: State, isExit: boolean): State {
  if (!isExit) return "i"
  return state === "-" ? "-" : "o"
}
