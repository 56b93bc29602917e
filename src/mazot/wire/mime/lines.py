# SPDX-License-Identifier: AGPL-3.0-or-later
import re

_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def crlf(content: bytes) -> bytes:
    """The content with CRLF at every end of a line, as the wire has it."""
    n_whole = content.count(b"\r\n")
    if n_whole == content.count(b"\n") == content.count(b"\r"):  # nearly all are; a pattern looks at each byte slowly
        return content
    return _BARE.sub(b"\r\n", content)
