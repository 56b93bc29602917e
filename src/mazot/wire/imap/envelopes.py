# SPDX-License-Identifier: AGPL-3.0-or-later
"""An ENVELOPE of ours read back, as far as sorting asks: the first address of a field, and the two identities."""

import re
from datetime import date, datetime, timedelta
from email.utils import parsedate
from typing import Any

_WORD = re.compile(rb'\s*(?:(\()|(\))|"((?:[^"\\]|\\.)*)"|(NIL)|\{([0-9]+)\}\r\n)', re.DOTALL | re.IGNORECASE)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)
A_DAY = timedelta(days=1)
FIELDS = {b"FROM": 2, b"TO": 5, b"CC": 6}
IN_REPLY_TO, MESSAGE_ID = 8, 9


def read_envelope(envelope: bytes) -> list[Any]:
    """The ten members: texts as bytes, lists as lists, NIL as none; what is broken ends early."""
    stack: list[list[Any]] = [[]]
    at = 0
    while found := _WORD.match(envelope, at):
        at = found.end()
        if found[1]:
            stack.append([])
        elif found[2]:
            if len(stack) == 1:
                break
            inner = stack.pop()
            stack[-1].append(inner)
        elif found[4]:
            stack[-1].append(None)
        elif found[5]:
            size = int(found[5])
            stack[-1].append(envelope[at : at + size])
            at += size
        else:
            stack[-1].append(_ESCAPED.sub(rb"\1", found[3]))
    whole = stack[0][0] if stack[0] else []
    return [*whole, *[None] * (10 - len(whole))]


def first_address(members: list[Any], field: bytes) -> tuple[bytes, bytes, bytes]:
    """Name, local part and domain of the first address of a field; empty where there is none."""
    listed = members[FIELDS[field]]
    if not listed or not isinstance(listed[0], list) or len(listed[0]) != 4:
        return b"", b"", b""
    name, _route, local, domain = listed[0]
    return name or b"", local or b"", domain or b""


def written_day(envelope: bytes, sent_at: datetime, near: date) -> date:
    """The day a Date field names, whatever its zone (RFC 9051 section 6.4.4); read only where the zone could matter."""
    day = sent_at.date()
    if abs(day - near) > A_DAY:
        return day
    told = read_envelope(envelope)[0]
    found = parsedate(told[:200].decode("latin-1")) if isinstance(told, bytes) else None
    try:
        return date(*found[:3]) if found else day
    except ValueError:
        return day
