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
MAX_KEYWORDS_TEXT = 1000  # letters of all of them, with a blank between
EVERY = sum(NAMES)
NOT_IN_ATOM = set('(){%*"\\]')  # RFC 9051 section 9: atom-specials


def read_flags(names: Iterable[str]) -> tuple[int, frozenset[str]]:
    """Bits and keywords of flags by name; \\Recent and unknown names with a backslash are nobody's to set."""
    bits, keywords = 0, set()
    for name in names:
        if bit := BITS.get(name.lower()):
            bits |= bit
        elif not name.startswith("\\"):
            keywords.add(name)
    return bits, frozenset(keywords)


def keyword_fault(keyword: str) -> str:
    """Why a keyword cannot be kept; an empty text when it can."""
    if not keyword or any(not " " < letter <= "~" or letter in NOT_IN_ATOM for letter in keyword):
        return "keyword_letters"
    return "keyword_long" if len(keyword) > MAX_KEYWORD else ""


def changed_flags(flags: int, mode: str, wanted: int) -> int:
    """Flags after they were set, added or removed."""
    if mode == "set":
        return wanted
    return flags | wanted if mode == "add" else flags & ~wanted


def changed_keywords(keywords: str, mode: str, wanted: Iterable[str]) -> str:
    """Keywords after the same; their case does not matter, and the first spelling stays (RFC 9051 section 2.3.2)."""
    held = {keyword.lower(): keyword for keyword in keywords.split()}
    given = {keyword.lower(): held.get(keyword.lower(), keyword) for keyword in sorted(wanted)}
    if mode == "set":
        return " ".join(sorted(given.values()))
    left = held | given if mode == "add" else {low: word for low, word in held.items() if low not in given}
    return " ".join(sorted(left.values()))


def are_too_many(keywords: str) -> bool:
    return len(keywords) > MAX_KEYWORDS_TEXT or keywords.count(" ") >= MAX_KEYWORDS


def names_of(bits: int, keywords: str = "") -> list[str]:
    """Flags by name, for the wire."""
    return [name for bit, name in NAMES.items() if bits & bit] + keywords.split()
