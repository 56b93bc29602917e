// SPDX-License-Identifier: AGPL-3.0-or-later
// Loaded by every page: htmx and the islands that any page may carry.
import htmx from "htmx.org"
import "./answers"
import "@ui/components/appearance/appearance"
import "@ui/components/copy-field/copy-field"
import "@ui/components/dialog/dialog"
import "@ui/components/menu/menu"
import "@ui/components/palette/palette"
import "@ui/components/password/password"
import "@ui/components/shell/shell"
import "@ui/components/shortcuts/shortcuts"
import "@ui/components/toast/toast"
import "@ui/components/tooltip/tooltip"

// A node that an island drew may carry hx- attributes.
document.addEventListener("mazot:added", (event) => htmx.process((event as CustomEvent<{ node: Element }>).detail.node))
