# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who vouches for a letter that came in: SPF, DKIM, DMARC and ARC, asked through the resolver of this server.

It asks the network and hashes the letter: call it outside of a transaction, off the event loop.
"""

import contextlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from mazot.foundation.resolver import Patient, resolver
from mazot.wire.authentication.asking import LookUp
from mazot.wire.authentication.dmarc import Judgement, judge
from mazot.wire.authentication.ed25519 import lend
from mazot.wire.authentication.results import Result, results_field
from mazot.wire.authentication.spf import check_sender
from mazot.wire.mime.headers import end_of_header, raw_fields, value_of
from mazot.wire.mime.mailboxes import Mailbox, addresses_of

logger = logging.getLogger(__name__)

SECONDS = 6.0  # for all questions about one letter: whoever brings it waits for our 250 meanwhile
MOST_SIGNATURES = 5
MOST_SEALS = 20
# The DKIM library splits a letter into its lines, and is quadratic in runs of blanks: what is beyond is not verified.
MOST_BYTES, MOST_LINES, LONGEST_BLANK, LONGEST_SIGNATURE = 64 << 20, 400_000, 2_000, 8_192
_ASKS_CALM = frozenset({b"dkim-signature", b"arc-seal", b"arc-message-signature", b"arc-authentication-results"})
_TAG = re.compile(rb"(?:^|;)\s*([a-z]+)\s*=([^;]*)")


@dataclass(frozen=True, slots=True)
class Signature:
    word: str
    domain: str = ""
    selector: str = ""
    algorithm: str = ""
    beginning: str = ""  # of the signature itself, to tell several apart (RFC 6008)


@dataclass(frozen=True, slots=True)
class Vouched:
    """What each way of vouching says."""

    spf: str
    spf_domain: str
    sender: str
    dkim: tuple[Signature, ...]
    dmarc: Judgement
    author: str
    arc: str

    @property
    def words(self) -> str:
        """In a few words, for the log of an address."""
        dkim = "pass" if any(one.word == "pass" for one in self.dkim) else next((one.word for one in self.dkim), "none")
        return f"spf={self.spf} dkim={dkim} dmarc={self.dmarc.word}"

    @property
    def is_forged(self) -> bool:
        """Whether the author's domain disowns it. ARC does not help: anybody may seal that somebody once passed."""
        return self.dmarc.word == "fail" and self.dmarc.asks in ("quarantine", "reject")

    def field(self, server: str) -> bytes:
        """As Authentication-Results, for the top of the letter."""
        identity = ("smtp.mailfrom", self.sender) if self.sender else ("smtp.helo", self.spf_domain)
        said: list[Result] = [("spf", self.spf, [identity])]
        for one in self.dkim:
            named = ("header.d", one.domain), ("header.s", one.selector), ("header.a", one.algorithm)
            said.append(("dkim", one.word, [*named, ("header.b", one.beginning)]))
        if not self.dkim:
            said.append(("dkim", "none", []))
        said.append(("dmarc", self.dmarc.word, [("policy.dmarc", self.dmarc.asks), ("header.from", self.author)]))
        said.append(("arc", self.arc, []))
        return results_field(server, said)


class _Silent(Exception):
    """The name system did not answer."""


def vouched_for(content: bytes, *, address: str, helo: str, sender: str) -> Vouched:
    """Judge a letter by its bytes as they came, the address of the client, its greeting and the envelope's sender."""
    look_up = Patient(resolver(), SECONDS).look_up
    spf, spf_domain = check_sender(address, sender=sender, helo=helo, look_up=look_up)
    header = content[: end_of_header(content, 0, len(content))[0]]
    fields = [(name.lower(), value_of(field)) for name, field in raw_fields(header)]
    dkim, arc = _signatures(content, fields, look_up)
    author = _author(fields)
    passed = [one.domain for one in dkim if one.word == "pass"]
    if author:
        dmarc = judge(author, spf=spf_domain if spf == "pass" else "", dkim=passed, look_up=look_up)
    else:
        dmarc = Judgement("permerror")
    return Vouched(spf, spf_domain, sender, dkim, dmarc, author, arc)


def _author(fields: list[tuple[bytes, bytes]]) -> str:
    """The domain in From; empty when the field is missing, stands twice, or names several domains."""
    found = [value for name, value in fields if name == b"from"]
    if len(found) != 1:
        return ""
    domains = {
        box.domain.decode("utf-8", "replace").lower() for box in addresses_of(found[0]) if isinstance(box, Mailbox)
    }
    return domains.pop() if len(domains) == 1 else ""


def _signatures(
    content: bytes, fields: list[tuple[bytes, bytes]], look_up: LookUp
) -> tuple[tuple[Signature, ...], str]:
    key = partial(_key, look_up)
    signed = [value for name, value in fields if name == b"dkim-signature"]
    n_seals = sum(name == b"arc-seal" for name, _value in fields)
    if not signed and not n_seals:
        return (), "none"
    if not _is_calm(content, fields):
        return tuple(_told(value, "policy") for value in signed[:MOST_SIGNATURES]), "fail" if n_seals else "none"
    try:
        import dkim

        lend(dkim)
        letter = dkim.DKIM(content, minkey=1024)
    except Exception:  # what it cannot read it cannot verify; the letter itself is taken all the same
        return tuple(_told(value, "permerror") for value in signed[:MOST_SIGNATURES]), "fail" if n_seals else "none"
    verified = tuple(
        _verified(value, lambda at=at: letter.verify(at, dnsfunc=key))  # type: ignore[misc]
        for at, value in enumerate(signed[:MOST_SIGNATURES])
    )
    return verified, _chain(content, n_seals, key)


def _is_calm(content: bytes, fields: list[tuple[bytes, bytes]]) -> bool:
    if len(content) > MOST_BYTES or content.count(b"\n") > MOST_LINES:
        return False
    if any(name in _ASKS_CALM and len(value) > LONGEST_SIGNATURE for name, value in fields):
        return False
    return b" " * 8 not in content.replace(b"\t", b" ") or _longest_blank(content) <= LONGEST_BLANK


def _longest_blank(content: bytes) -> int:
    return max((match.end() - match.start() for match in re.finditer(rb"[ \t]{8,}", content)), default=0)


def _verified(value: bytes, verify: Callable[[], bool]) -> Signature:
    tags = _tags(value)
    signs = [name.strip().lower() for name in tags.get(b"h", b"").split(b":")]
    if b"from" not in signs:  # RFC 6376 section 5.4
        return _told(value, "permerror")
    if b"l" in tags:  # anybody may add to a letter whose end is not signed (RFC 6376 section 8.2)
        return _told(value, "policy")
    try:
        return _told(value, "pass" if verify() else "fail")
    except _Silent:
        return _told(value, "temperror")
    except Exception as error:
        from dkim import ValidationError

        return _told(value, "fail" if isinstance(error, ValidationError) else "permerror")


def _chain(content: bytes, n_seals: int, key: Callable[..., bytes | None]) -> str:
    if not n_seals:
        return "none"
    if n_seals > MOST_SEALS:
        return "fail"
    with contextlib.suppress(Exception):
        from dkim import ARC

        if ARC(content, minkey=1024).verify(dnsfunc=key)[0] == b"pass":
            return "pass"
    return "fail"


def _key(
    look_up: LookUp,
    name: bytes | str,
    timeout: float = 5,  # noqa: ARG001 - the resolver has its own patience
) -> bytes | None:
    asked = (name.decode("ascii") if isinstance(name, bytes) else name).rstrip(".")
    found = look_up(asked, "TXT")
    if found.failed:
        raise _Silent(asked)
    return found.values[0].encode() if found.values else None


def _tags(value: bytes) -> dict[bytes, bytes]:
    return {match[1]: match[2].strip() for match in _TAG.finditer(value)}


def _told(value: bytes, word: str) -> Signature:
    tags = {key: b"".join(tag.split()).decode("ascii", "replace") for key, tag in _tags(value).items()}
    named = (tags.get(key, "") for key in (b"d", b"s", b"a"))
    domain, selector, algorithm = named
    return Signature(word, domain.lower(), selector, algorithm, tags.get(b"b", "")[:8])
