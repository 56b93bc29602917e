// SPDX-License-Identifier: AGPL-3.0-or-later
// Loaded instead of page.ts where strangers come once: forms and names work, and nothing else has to travel.
import "./answers"
import "@ui/components/tooltip/tooltip"
