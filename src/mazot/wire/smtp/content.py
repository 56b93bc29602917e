# SPDX-License-Identifier: AGPL-3.0-or-later
"""The bytes of a letter as they come: where it ends, and which dots were put before its lines (RFC 5321 section 4.5.2).

Only CRLF.CRLF ends a letter. A bare CR or LF beside a dot ends nothing, here or on the next server: it becomes CRLF in
what is kept, and each line that then begins with a dot gets its dot again when the letter leaves. So nobody can hide a
second letter in a first (SMTP smuggling).
"""

import re

END = b"\r\n.\r\n"
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


class Unstuffed:
    """Takes what DATA brings, in any pieces, and gives what is to be kept."""

    def __init__(self) -> None:
        self._held = b"\r\n"  # the first line begins a line too
        self._is_first = True
        self.is_over = False
        self.rest = b""  # what the client sent behind the end

    def feed(self, piece: bytes) -> bytes:
        """The content that is certain now."""
        held = self._held + piece
        # The end may lie across the pieces, so what is held reaches back far enough to find it.
        end = held.find(END)
        if end >= 0:
            self.is_over, self.rest, self._held = True, held[end + len(END) :], b""
            return self._given(held[: end + 2])
        cut = max(0, len(held) - len(END) + 1)
        for end_of_line in (b"\r", b"\r\n"):  # a dot may follow: keep the line's end beside it
            if held[:cut].endswith(end_of_line):
                cut -= len(end_of_line)
                break
        self._held = held[cut:]
        return self._given(held[:cut])

    def _given(self, content: bytes) -> bytes:
        content = content.replace(b"\r\n.", b"\r\n")
        if self._is_first and len(content) >= 2:
            self._is_first, content = False, content[2:]
        return _BARE.sub(b"\r\n", content)


class Mended:
    """Takes the pieces of BDAT, and gives them with CRLF at each end of a line."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, piece: bytes) -> bytes:
        whole = self._held + piece
        self._held = b"\r" if whole.endswith(b"\r") else b""
        return _BARE.sub(b"\r\n", whole.removesuffix(b"\r") if self._held else whole)

    def end(self) -> bytes:
        held, self._held = self._held, b""
        return b"\r\n" if held else b""
