// SPDX-License-Identifier: AGPL-3.0-or-later
// Loaded by every page: htmx and the islands that any page may carry.
import "htmx.org/dist/htmx.esm.min.js"
