# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which letters a domain signs, how its keys are called, and the records that show them."""

import base64
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Protocol, TypeVar

from mazot.products.mail.rules.addressing import BadDomain, domain_from
from mazot.wire.mime.headers import value_of
from mazot.wire.mime.mailboxes import Mailbox, addresses_of

# A letter that left with the old key is tried for five days, and read by programs that verify it later still.
STAYS = timedelta(days=14)
MOST_KEYS = 12  # of a domain at once: three renewals within the two weeks
RSA, ED25519 = "rsa-sha256", "ed25519-sha256"
_OF = {RSA: ("m", "rsa"), ED25519: ("e", "ed25519")}


class Key(Protocol):
    selector: str
    algorithm: str


K = TypeVar("K", bound=Key)


def selector_for(algorithm: str, day: date, taken: Collection[str]) -> str:
    """A name for a new key: its kind, year and month, and a number where a month has several."""
    name = f"{_OF[algorithm][0]}{day:%Y%m}"
    found, number = name, 1
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found


def record_name(selector: str, domain: str) -> str:
    return f"{selector}._domainkey.{domain}"


def record_value(algorithm: str, public: bytes) -> str:
    """The TXT record: RFC 6376 section 3.6.1 (SubjectPublicKeyInfo), RFC 8463 section 4 (the 32 bytes alone)."""
    return f"v=DKIM1; k={_OF[algorithm][1]}; p={base64.b64encode(public).decode()}"


def is_same_key(seen: str, wanted: str) -> bool:
    """Whether a record shows this key, however its blanks and tags are set."""
    theirs, ours = tags_of(seen), tags_of(wanted)
    return theirs.get("p", "") == ours["p"] and theirs.get("k", "rsa") == ours["k"]


def tags_of(record: str) -> dict[str, str]:
    """The tags of a record, by name; blanks do not count (zones cut long texts where they like)."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _is, value in pairs}


def signed_domain(fields: Iterable[tuple[bytes, bytes]], *, came_in: bool) -> str:
    """The domain that may sign a letter: the one in its From; empty when it is not for us to speak for it.

    A letter that is passed on says so in its head and stays what others made it; one of the server's own (`came_in`
    says that this may be something else) was received from nobody.
    """
    found: dict[bytes, list[bytes]] = {}
    for name, field in fields:
        found.setdefault(name.lower(), []).append(field)
    authors = found.get(b"from", [])
    if b"delivered-to" in found or (came_in and b"received" in found) or len(authors) != 1:
        return ""
    boxes = [box for box in addresses_of(value_of(authors[0])) if isinstance(box, Mailbox)]
    try:
        domains = {domain_from(box.domain.decode("utf-8", "replace")) for box in boxes}
    except BadDomain:
        return ""
    return domains.pop() if len(domains) == 1 else ""


def signing_keys(keys: Iterable[K], shown: Collection[str]) -> list[K]:
    """With which keys (the newest first) a letter is signed: of each kind the newest whose record is `shown`.

    Until the zone shows one, RSA signs all the same: the letter is on its way while the record is being added. An
    Ed25519 signature that nobody can verify would only be noise beside it.
    """
    by_kind: dict[str, list[K]] = {}
    for key in keys:
        by_kind.setdefault(key.algorithm, []).append(key)
    chosen = []
    for algorithm, ours in sorted(by_kind.items(), reverse=True):
        seen = next((key for key in ours if key.selector in shown), None)
        if seen is not None or algorithm == RSA:
            chosen.append(seen or ours[0])
    return chosen
