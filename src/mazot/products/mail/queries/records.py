# SPDX-License-Identifier: AGPL-3.0-or-later
"""The records that a domain needs for its mail, beside those its zone has now.

Asks the network: never inside a transaction.
"""

from dataclasses import dataclass

from mazot.foundation.resolver import Records, resolver
from mazot.products.mail.rules.records import is_mx_here, is_spf_fine, mx_wanted, spf_wanted


@dataclass(frozen=True, slots=True)
class Record:
    """One record: what it should be, what was seen, and whether that does."""

    kind: str  # MX, SPF
    name: str
    type: str  # as a zone's editor calls it
    wanted: str
    seen: tuple[str, ...]
    state: str  # fine, missing, other, unknown


def records_for(domain: str, host: str) -> list[Record]:
    """MX and SPF of a domain, as they are seen at this moment."""
    mx, texts = resolver().look_up(domain, "MX"), resolver().look_up(domain, "TXT")
    spf = Records(tuple(text for text in texts.values if text.lower().startswith("v=spf1")), failed=texts.failed)
    return [
        Record("MX", domain, "MX", mx_wanted(host), mx.values, _state(mx, is_mx_here(mx.values, host))),
        Record("SPF", domain, "TXT", spf_wanted(), spf.values, _state(spf, is_spf_fine(spf.values, host))),
    ]


def _state(found: Records, is_fine: bool) -> str:
    if found.failed:
        return "unknown"
    if not found.values:
        return "missing"
    return "fine" if is_fine else "other"
