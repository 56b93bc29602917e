# SPDX-License-Identifier: AGPL-3.0-or-later
"""Account numbers for the money that buyers send (ISO 13616)."""

import re

SHAPE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def iban_of(text: str) -> str:
    """The account number without spaces, in capitals; empty when its check digits are wrong."""
    number = re.sub(r"\s", "", text).upper()
    if not SHAPE.fullmatch(number):
        return ""
    turned = number[4:] + number[:4]
    return number if int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1 else ""


def iban_in_groups(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
