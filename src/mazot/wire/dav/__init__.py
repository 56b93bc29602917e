# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grammar of WebDAV (RFC 4918, RFC 4331, RFC 9110's conditions and ranges): bytes in and values out.

Nothing here knows a database, a socket or a product. What cannot be read raises `Malformed` with the status and the
precondition code that the answer carries; what is written is written by string templates, because an XML tree costs six
times the processor time and listings are the hot path.

`paths` addresses and names, `headers` the small headers, `conditions` If and etags, `documents` hardened XML reading,
`bodies` PROPFIND, PROPPATCH and LOCK, `multistatus` listings, `answers` locks and errors.
"""

from mazot.wire.dav.malformed import Malformed

__all__ = ["Malformed"]
