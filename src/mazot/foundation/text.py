# SPDX-License-Identifier: AGPL-3.0-or-later
"""Text as people mean it: composed (NFC) when stored, folded when compared."""

import unicodedata


def composed(text: str) -> str:
    """The same text in Unicode's composed form (NFC), as we store it."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """The text as it is compared: composed, without case, with outer space removed."""
    return composed(composed(text).casefold()).strip()
