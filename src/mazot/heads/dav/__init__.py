# SPDX-License-Identifier: AGPL-3.0-or-later
"""The WebDAV door (RFC 4918 classes 1, 2 and 3): `/dav/<product>/<instance>/…` onto the tree the product offers.

`door` receives and answers, `request` is one request, `entrance` turns credentials into a tree, `conditions` builds
what a tree re-checks inside its transaction, `refusals` is the one table from errors to answers, `methods` has one
file a method, `content` and `intake` move bodies out and in. The grammar is `mazot.wire.dav`; nothing here writes rows.
"""

from mazot.heads.dav.door import app

__all__ = ["app"]
