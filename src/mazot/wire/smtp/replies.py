# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Sequence


def reply(code: int, enhanced: str, text: str) -> bytes:
    """One reply on one line; the enhanced code (RFC 2034) is empty where none stands."""
    said = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return f"{code} {f'{enhanced} ' if enhanced else ''}{said}\r\n".encode()


def lines(code: int, texts: Sequence[str]) -> bytes:
    """A reply of several lines, as EHLO answers."""
    *above, last = texts
    return "".join([*(f"{code}-{text}\r\n" for text in above), f"{code} {last}\r\n"]).encode()
