# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is seen of a letter while whoever brings it waits: who vouches for it, what speaks against it, viruses.

Asked once for all its recipients, outside of any transaction and off the event loop; what it is worth to each of them,
`judging` says.
"""

import ipaddress
import logging
import re
from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings

from mazot.foundation import clock
from mazot.foundation.resolver import Patient, resolver
from mazot.products.mail.queries.authentication import Vouched, vouched_for
from mazot.products.mail.queries.scanners import Envelope, Silent, opinions_on, virus_in
from mazot.products.mail.rules.signs import MOST_HTML, Seen, Sign, author_of, signs_of, sum_of
from mazot.wire.mime import Parts, Reading, UnknownEncoding, decoded, text_of
from mazot.wire.mime.headers import end_of_header, values

logger = logging.getLogger(__name__)

SECONDS = 4.0  # for all lists of the name system together
LISTED = 4.0
_FIELDS = re.compile(rb"(?im)^x-spam-[a-z-]{1,30}[ \t]*:(?:[^\r\n]|\r?\n[ \t])*(?:\r?\n|\Z)")


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was seen; nothing at all of a letter that somebody before us has looked at."""

    vouched: Vouched | None = None
    signs: tuple[Sign, ...] = ()
    author: str = ""  # the address in From, where somebody vouches for it
    virus: str = ""
    is_unscanned: bool = False  # clamd is named, and did not answer

    def field(self) -> bytes:
        """As X-Spam-Status, for programs that read it."""
        if self.vouched is None:
            return b""
        names = ",".join(sign.name for sign in self.signs)
        return f"X-Spam-Status: score={sum_of(self.signs)} tests={names or 'none'}\r\n".encode()


NOTHING = Inspected()


def inspected(content: bytes, reading: Reading, envelope: Envelope) -> Inspected:
    """Look at a letter of another server."""
    virus, is_unscanned = scanned(content)
    if virus:
        return Inspected(virus=virus)
    vouched = vouched_for(content, address=envelope.address, helo=envelope.helo, sender=envelope.sender)
    fields = values(content[: end_of_header(content, 0, len(content))[0]])
    dkim = [one.word for one in vouched.dkim]
    signs = list(
        signs_of(
            Seen(
                fields,
                clock.now(),
                helo=envelope.helo,
                sender=envelope.sender,
                spf=vouched.spf,
                dkim="pass" if "pass" in dkim else next(iter(dkim), "none"),
                dmarc=vouched.dmarc.word,
                page=_page(content, reading),
                text=_text(content, reading),
                files=[one.name for one in reading.attachments],
            )
        )
    )
    signs += _listed(envelope.address)
    signs += [Sign(name, opinion.weight) for name, opinion in opinions_on(content, envelope) if opinion.weight]
    author = author_of(fields)
    return Inspected(vouched, tuple(signs), author if _is_vouched(vouched, author) else "", is_unscanned=is_unscanned)


def scanned(content: bytes) -> tuple[str, bool]:
    """The virus in a letter, and whether nobody could tell."""
    try:
        return virus_in(content), False
    except Silent as error:
        logger.warning("%s", error)
        return "", True


def without_foreign(header: bytes) -> bytes:
    """A header without what others say in X-Spam fields: rules of people may trust ours."""
    return _FIELDS.sub(b"", header)


def _is_vouched(vouched: Vouched, author: str) -> bool:
    """Whether it is by them: their domain says so, or its server brought it in their very name."""
    return vouched.dmarc.word == "pass" or (vouched.spf == "pass" and vouched.sender.lower() == author)


def _page(content: bytes, reading: Reading) -> str:
    parts = Parts.unpack(reading.parts)
    for path in parts.paths():
        place = parts.place(path)
        if place is None or not path:
            continue
        kind = values(content[place.head : place.body]).get(b"content-type", [b""])[0]
        if kind[:9].lower() == b"text/html":
            with suppress(UnknownEncoding):
                return decoded(content[: place.body + 2 * MOST_HTML], parts, path)[:MOST_HTML].decode(
                    "utf-8", "replace"
                )
    return ""


def _text(content: bytes, reading: Reading) -> str:
    return "\n".join(text_of(content, Parts.unpack(reading.parts), most=MOST_HTML))[:MOST_HTML]


def _listed(address: str) -> list[Sign]:
    """Whether lists of the name system that the operator trusts have the network address (RFC 5782)."""
    zones = [zone.strip() for zone in settings.MAZOT.blocklists.split(",") if zone.strip()]
    if not zones:
        return []
    try:
        asked = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return []
    if not asked.is_global:
        return []
    look_up = Patient(resolver(), SECONDS).look_up
    name = asked.reverse_pointer.rpartition(".")[0].rpartition(".")[0]  # without in-addr.arpa, or ip6.arpa
    if any(value.startswith("127.") for zone in zones for value in look_up(f"{name}.{zone}", "A").values):
        return [Sign("listed", LISTED)]
    return []
