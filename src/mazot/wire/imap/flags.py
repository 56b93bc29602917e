# SPDX-License-Identifier: AGPL-3.0-or-later
"""Flags as commands write them (RFC 9051 section 9, `flag`)."""

import re

from mazot.wire.imap.cursor import ATOM, Cursor, Malformed

SYSTEM = {flag.lower(): flag for flag in ("\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft")}
MOST_FLAGS = 100
FLAG = re.compile(rb"\\?" + ATOM.pattern)


def read_flag_list(cursor: Cursor, *, may_lack_brackets: bool = False) -> tuple[str, ...]:
    if may_lack_brackets and not cursor.is_at(b"("):
        flags = [_flag(cursor)]
        while cursor.takes(b" "):
            flags.append(_flag(cursor))
    else:
        flags = list(cursor.bracketed(_flag, may_be_empty=True))
    if len(flags) > MOST_FLAGS:
        raise Malformed(f"A message takes {MOST_FLAGS} flags at most in one command")
    return tuple(flags)


def _flag(cursor: Cursor) -> str:
    raw = cursor.match(FLAG, "a flag").decode()
    if not raw.startswith("\\"):
        return raw
    known = SYSTEM.get(raw.lower())
    if known is None and raw.lower() != "\\recent":
        raise Malformed(f"There is no flag {raw}; others than {', '.join(SYSTEM.values())} have no backslash")
    return known or "\\Recent"
