# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text as people mean it: composed (NFC) when stored, folded when compared."""

import unicodedata


def composed(text: str) -> str:
    """The same text in Unicode's composed form (NFC), as we store it."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """The text as it is compared: composed, without case, with outer space removed."""
    return composed(composed(text).casefold()).strip()


# What turns the text that follows it around, on screens and in letters (Unicode UAX 9, explicit directions).
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def sought(text: str) -> str:
    """The text as people look for it and order it: folded, and without accents."""
    apart = unicodedata.normalize("NFKD", folded(text))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def hidden_letter(text: str) -> str:
    """The first letter that does not show but changes what is read (a control, a line end, a turning), or nothing."""
    return next(
        (letter for letter in text if letter in TURNING or unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")), ""
    )
