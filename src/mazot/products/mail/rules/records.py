# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the zone of a domain should say about its mail, and whether what it says does."""

import re


def mx_wanted(host: str) -> str:
    return f"10 {host}."


def spf_wanted() -> str:
    """Whoever takes the domain's mail also sends it (RFC 7208 section 5.4), and nobody else does."""
    return "v=spf1 mx -all"


def is_mx_here(values: tuple[str, ...], host: str) -> bool:
    """Whether the first of the mail servers is this one."""
    pairs = [value.split() for value in values]
    named = sorted(
        (int(pair[0]), pair[1].rstrip(".").lower()) for pair in pairs if len(pair) == 2 and pair[0].isdigit()
    )
    return bool(named) and named[0][1] == host.lower().rstrip(".")


def is_spf_fine(values: tuple[str, ...], host: str) -> bool:
    """Whether exactly one record lets the domain's mail server send and says what to do with others."""
    if len(values) != 1:  # RFC 7208 section 4.5: more than one is an error
        return False
    terms = values[0].lower().split()[1:]
    lets_us = any(
        term.lstrip("+") in ("mx", f"a:{host.lower()}") or term.lstrip("+").startswith("include:") for term in terms
    )
    return lets_us and bool(terms) and re.fullmatch(r"[-~?]all|redirect=\S+", terms[-1]) is not None
