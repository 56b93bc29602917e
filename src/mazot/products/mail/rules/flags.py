# SPDX-License-Identifier: AGPL-3.0-or-later
"""Flags of a message as bits, and the names they have in IMAP (RFC 9051 section 2.3.2)."""

from collections.abc import Iterable

SEEN, ANSWERED, FLAGGED, DELETED, DRAFT = 1, 2, 4, 8, 16
FORWARDED, MDN_SENT, JUNK, NOT_JUNK, PHISHING = 32, 64, 128, 256, 512

NAMES = {
    SEEN: "\\Seen",
    ANSWERED: "\\Answered",
    FLAGGED: "\\Flagged",
    DELETED: "\\Deleted",
    DRAFT: "\\Draft",
    FORWARDED: "$Forwarded",
    MDN_SENT: "$MDNSent",
    JUNK: "$Junk",
    NOT_JUNK: "$NotJunk",
    PHISHING: "$Phishing",
}
SYSTEM = (SEEN, ANSWERED, FLAGGED, DELETED, DRAFT)
BITS = {name.lower(): bit for bit, name in NAMES.items()}
MAX_KEYWORDS = 64  # on one message
MAX_KEYWORD = 64  # letters


def read_flags(names: Iterable[str]) -> tuple[int, frozenset[str]]:
    """Bits and keywords of flags by name; \\Recent and unknown names with a backslash are nobody's to set."""
    bits, keywords = 0, set()
    for name in names:
        if bit := BITS.get(name.lower()):
            bits |= bit
        elif not name.startswith("\\"):
            keywords.add(name)
    return bits, frozenset(keywords)


def names_of(bits: int, keywords: str = "") -> list[str]:
    """Flags by name, for the wire."""
    return [name for bit, name in NAMES.items() if bits & bit] + keywords.split()
