# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the zone of a domain should say about its mail, and what is wrong with what it says: a word, empty when nothing.

The words are "missing", and those that the sentences of the page stand behind (queries/records.py).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from mazot.products.mail.rules import signing

MX, SPF, DKIM, DMARC, SETUP, SRV = "MX", "SPF", "DKIM", "DMARC", "setup", "SRV"
# RFC 6186, RFC 8314 section 5.1, RFC 5804 section 1.8: what a program looks up, and the door of ours it means.
SRV_NAMES = (
    ("_imaps._tcp", "imaps"),
    ("_imap._tcp", "imap"),
    ("_submissions._tcp", "submissions"),
    ("_submission._tcp", "submission"),
    ("_sieve._tcp", "sieve"),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """One record that the zone should hold."""

    kind: str
    name: str
    type: str  # as a zone's editor calls it
    wanted: str


def expected(
    domain: str, host: str, *, site: str, keys: Iterable[tuple[str, str]], doors: Iterable[tuple[str, int]]
) -> list[Expected]:
    """The records of a domain whose mail is at `host`, signed with `keys`, set up from `site` through `doors`."""
    open_ones = dict(doors)
    found = [Expected(MX, domain, "MX", mx_wanted(host)), Expected(SPF, domain, "TXT", spf_wanted())]
    found += [Expected(DKIM, signing.record_name(selector, domain), "TXT", record) for selector, record in keys]
    found.append(Expected(DMARC, f"_dmarc.{domain}", "TXT", dmarc_wanted()))
    if site:
        found += [Expected(SETUP, f"{name}.{domain}", "CNAME", f"{site}.") for name in ("autoconfig", "autodiscover")]
    for name, door in SRV_NAMES:
        if door in open_ones:
            found.append(Expected(SRV, f"{name}.{domain}", "SRV", f"0 1 {open_ones[door]} {host}."))
    return found


def about(kind: str, texts: tuple[str, ...]) -> tuple[str, ...]:
    """Those of a name's texts that a record of this kind is among."""
    begins = {SPF: "v=spf1", DMARC: "v=dmarc1"}.get(kind, "")
    return tuple(text for text in texts if text.strip().lower().startswith(begins))


def fault(record: Expected, seen: tuple[str, ...], *, host: str) -> str:
    """What is wrong with what the zone says."""
    if not seen:
        return "missing"
    if record.kind == MX:
        return _fault_of_mx(seen, host)
    if record.kind == SPF:
        return _fault_of_spf(seen, host)
    if record.kind == DKIM:
        return _fault_of_key(seen, record.wanted)
    if record.kind == DMARC:
        return _fault_of_dmarc(seen)
    wanted = _plain(record.wanted)
    return "" if any(_plain(value) == wanted for value in seen) else "elsewhere"


def mx_wanted(host: str) -> str:
    return f"10 {host}."


def spf_wanted() -> str:
    """Whoever takes the domain's mail also sends it (RFC 7208 section 5.4), and nobody else does."""
    return "v=spf1 mx -all"


def dmarc_wanted() -> str:
    """Letters that nobody vouches for go to where spam goes (RFC 7489 section 6.3)."""
    return "v=DMARC1; p=quarantine"


def _fault_of_mx(values: tuple[str, ...], host: str) -> str:
    pairs = [value.split() for value in values]
    named = sorted(
        (int(pair[0]), pair[1].rstrip(".").lower()) for pair in pairs if len(pair) == 2 and pair[0].isdigit()
    )
    if [name for _preference, name in named] == [""]:
        return "refuses"  # RFC 7505
    if not named:
        return "elsewhere"
    first = [name for preference, name in named if preference == named[0][0]]
    return "" if _plain(host) in first else "elsewhere"


def _fault_of_spf(values: tuple[str, ...], host: str) -> str:
    if len(values) != 1:  # RFC 7208 section 4.5: more than one is an error
        return "several"
    terms = [term.lstrip("+") for term in values[0].lower().split()[1:]]
    if not any(term in ("mx", f"a:{host.lower()}") or term.startswith(("include:", "redirect=")) for term in terms):
        return "not_us"
    return "" if re.fullmatch(r"[-~?]all|redirect=\S+", terms[-1]) else "no_end"


def _fault_of_key(values: tuple[str, ...], wanted: str) -> str:
    if len(values) > 1:  # RFC 6376 section 3.6.2.2: what more than one record means is not defined
        return "several"
    if signing.tags_of(values[0]).get("p") == "":
        return "revoked"
    return "" if signing.is_same_key(values[0], wanted) else "other_key"


def _fault_of_dmarc(values: tuple[str, ...]) -> str:
    if len(values) != 1:  # RFC 7489 section 6.6.3
        return "several"
    asks = signing.tags_of(values[0]).get("p", "").lower()
    if asks not in ("none", "quarantine", "reject"):
        return "unreadable"
    return "lets_through" if asks == "none" else ""


def _plain(value: str) -> str:
    return " ".join(value.split()).rstrip(".").lower()
