# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many decimals a currency has (ISO 4217), and amounts as people type them."""

import re

DECIMALS = {"BIF": 0, "CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "VND": 0, "BHD": 3, "JOD": 3, "KWD": 3, "TND": 3}
MOST = 10**11  # smallest units
TYPED = re.compile(r"(\d{1,12})(?:[.,](\d{1,3}))?")
SEPARATORS = str.maketrans("", "", "'’\u00a0\u202f ")


def decimals_of(currency: str) -> int:
    return DECIMALS.get(currency, 2)


def amount_typed(text: str, currency: str) -> int | None:
    """Smallest units of what somebody typed ("1'250.50", "28,5"); none when it is no amount of this currency."""
    found = TYPED.fullmatch(text.translate(SEPARATORS))
    if found is None:
        return None
    decimals = decimals_of(currency)
    part = found[2] or ""
    if len(part.rstrip("0")) > decimals:
        return None
    amount = int(found[1] + part[:decimals].ljust(decimals, "0"))
    return amount if amount <= MOST else None


def typed_amount(amount: int, currency: str) -> str:
    """The amount as a field shows it for editing: "28.50"."""
    decimals = decimals_of(currency)
    if not decimals:
        return str(amount)
    return f"{amount // 10**decimals}.{amount % 10**decimals:0{decimals}}"


def shown(amount: int, currency: str) -> str:
    """An amount with its currency, the same in every language: "CHF 42.00"."""
    return f"{currency} {typed_amount(amount, currency)}"
