# SPDX-License-Identifier: AGPL-3.0-or-later
"""What open pages hear: `GET /live?topic=drive:folder:…&topic=…` as server-sent events.

    event: open      data: {}                                    at the start: what was missed before is unknown
    event: fact      data: {"topic": …, "kind": "drive.EntryAdded", …}
    event: missed    data: {}                                    the page was too slow: load again
    event: over      data: {}                                    the session or the right is gone; the stream ends

Hints are lossy and carry ids: a page that hears one asks the server for what it shows. Nobody hears a topic the
product does not let them; both session and topics are asked again every few seconds while the stream is open.
"""

from mazot.heads.live.door import app, close

__all__ = ["app", "close"]
