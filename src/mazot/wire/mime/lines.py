# SPDX-License-Identifier: AGPL-3.0-or-later
import re

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def crlf(content: bytes) -> bytes:
    """The content with CRLF at every end of a line, as the wire has it."""
    return _BARE.sub(b"\r\n", content) if _BARE.search(content) else content
