# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mailbox may be called: a path of levels with "/" between them, in composed form (NFC)."""

import unicodedata

INBOX = "INBOX"
MAX_NAME = 1000  # characters of the whole path
MAX_LEVEL = 200
MAX_DEPTH = 20
MAX_MAILBOXES = 2000  # in one store

# Controls, halves of surrogates, separators of lines and paragraphs, what nobody has assigned.
HIDDEN = {"Cc", "Cs", "Zl", "Zp", "Cn"}
TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # these show a name backwards


def whole_name(name: str) -> str:
    """The name as it is kept: composed, and the inbox in capitals however it was written (RFC 9051 section 5.1)."""
    first, slash, rest = unicodedata.normalize("NFC", name).partition("/")
    return (INBOX if first.upper() == INBOX else first) + slash + rest


def fault_of(name: str) -> tuple[str, str]:
    """Why a whole name cannot be kept, as a word and the character or level it is about; two blanks when it can."""
    if not name:
        return "empty", ""
    if len(name) > MAX_NAME:
        return "too_long", ""
    for character in name:
        if unicodedata.category(character) in HIDDEN or character in TURNING:
            return "hidden", character
    levels = name.split("/")
    if any(not level.strip() for level in levels):
        return "empty_level", ""
    if len(levels) > MAX_DEPTH:
        return "too_deep", ""
    too_long = next((level for level in levels if len(level) > MAX_LEVEL), "")
    return ("level_too_long", too_long) if too_long else ("", "")


def superiors_of(name: str) -> list[str]:
    """The names above it, the highest first."""
    levels = name.split("/")
    return ["/".join(levels[:depth]) for depth in range(1, len(levels))]


def is_below(name: str, superior: str) -> bool:
    return name.startswith(f"{superior}/")
