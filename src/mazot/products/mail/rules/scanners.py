# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said to programs that look for viruses and spam, and how their answers read: clamd, rspamd, spamd."""

import json
import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

PIECE = 64 * 1024
MOST_ANSWER = 1 << 20
USUAL = 5.0  # the sum from which our own signs say spam: those of others are brought to it
MOST_WEIGHT = 10.0

_VERDICT = re.compile(r"(?im)^Spam:\s*(?:True|False|Yes|No)\s*;\s*(-?[0-9.]{1,12})\s*/\s*(-?[0-9.]{1,12})")
_NAME = re.compile(r"[^A-Za-z0-9._:/-]+")


class Unreadable(Exception):
    """An answer that is none."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """How a program weighs a letter, on our scale, and what it saw."""

    weight: float
    seen: tuple[str, ...] = ()


def to_clamd(content: bytes) -> Iterator[bytes]:
    """INSTREAM (clamd(8)): the letter in pieces, each behind its length, and an empty one."""
    yield b"zINSTREAM\0"
    for start in range(0, len(content), PIECE):
        piece = content[start : start + PIECE]
        yield struct.pack("!I", len(piece)) + piece
    yield struct.pack("!I", 0)


def virus_in(answer: bytes) -> str:
    """The name of what was found; empty where nothing was."""
    said = answer.rstrip(b"\0\r\n").decode("utf-8", "replace").removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return _NAME.sub("_", said.removesuffix(" FOUND"))[:80] or "virus"
    raise Unreadable(said[:200])


def opinion_of_rspamd(answer: bytes) -> Opinion:
    """What /checkv2 answers: a score beside the one from which it would do something."""
    try:
        told = json.loads(answer)
        score, symbols = float(told["score"]), told.get("symbols") or {}
        required = float(told.get("required_score") or 15)
        is_refused = told.get("action") in ("reject", "soft reject")
        seen = tuple(sorted(_NAME.sub("_", str(name))[:40] for name in symbols))[:10]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unreadable(str(error)) from error
    if not math.isfinite(score) or not math.isfinite(required) or required <= 0:
        raise Unreadable("the score is no number")
    return Opinion(MOST_WEIGHT if is_refused else _weight(score, required), seen)


def to_spamd(content: bytes) -> bytes:
    """SYMBOLS (the protocol SPAMC/1.5)."""
    return b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n" % len(content) + content


def opinion_of_spamd(answer: bytes) -> Opinion:
    head, _, body = answer.partition(b"\r\n\r\n")
    text = head.decode("ascii", "replace")
    found = _VERDICT.search(text)
    if not text.startswith("SPAMD/") or " 0 EX_OK" not in text.split("\r\n", 1)[0] or found is None:
        raise Unreadable(text[:200])
    try:
        score, required = float(found[1]), float(found[2])
    except ValueError as error:
        raise Unreadable(found[0]) from error
    if required <= 0:
        raise Unreadable(found[0])
    names = body.decode("ascii", "replace").strip().split(",")
    return Opinion(_weight(score, required), tuple(_NAME.sub("_", name)[:40] for name in names if name)[:10])


def _weight(score: float, required: float) -> float:
    return round(min(max(score * USUAL / required, -USUAL), MOST_WEIGHT), 1)
