# SPDX-License-Identifier: AGPL-3.0-or-later
"""The records that a domain needs for its mail, beside those its zone has now.

Asks the network: never inside a transaction.
"""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazot.foundation.resolver import Records, resolver
from mazot.products.mail.models import Service, SigningKey
from mazot.products.mail.queries.settings import doors_for_programs
from mazot.products.mail.queries.signing import keys_of
from mazot.products.mail.rules.records import (
    DKIM,
    DMARC,
    MX,
    SETUP,
    SPF,
    SRV,
    Expected,
    about,
    expected,
    fault,
)

AT_ONCE = 8  # questions to the name system
PURPOSES: dict[str, str | Promise] = {
    MX: _("Brings the mail of the domain to this server."),
    SPF: _("Says who may send in the name of the domain, so that others believe it."),
    DKIM: _("Shows the key with which letters of the domain are signed, so that nobody can change them on the way."),
    DMARC: _("Says what others do with letters that pretend to be of the domain."),
    SETUP: _("Lets mail programs find their settings by themselves."),
    SRV: _("Tells mail programs which server to ask, and where."),
}
MISSING: dict[str, str | Promise] = {
    MX: _("The zone names no mail server, so mail for the domain does not come here."),
    SPF: _("The zone does not say who may send for the domain, so many servers distrust its letters."),
    DKIM: _("The zone does not show this key, so nobody can verify what it signs."),
    DMARC: _("The zone does not say what to do with forged letters, so others decide by themselves."),
    SETUP: _("There is no such name, so people type the settings of their mail programs by hand."),
    SRV: _("There is no such record, so some mail programs ask people for the name of the server."),
}
FAULTS: dict[tuple[str, str], str | Promise] = {
    (MX, "elsewhere"): _("Mail for the domain goes to another server first."),
    (MX, "refuses"): _("The zone says that the domain takes no mail at all."),
    (SPF, "several"): _("There are several such records, and others then believe none of them."),
    (SPF, "not_us"): _("The record does not name this server, so letters that leave from here look forged."),
    (SPF, "no_end"): _("The record does not end by saying what others do with letters of other servers."),
    (DKIM, "several"): _("There are several records under this name; only the one below belongs there."),
    (DKIM, "other_key"): _("The record shows another key, so signatures made here do not count."),
    (DKIM, "revoked"): _("The record says that this key is revoked, so signatures made here do not count."),
    (DMARC, "several"): _("There are several such records, and others then follow none of them."),
    (DMARC, "unreadable"): _("The record does not say what others do with forged letters."),
    (DMARC, "lets_through"): _("The record asks others to let forged letters through."),
    (SETUP, "elsewhere"): _("The name leads to another server."),
    (SRV, "elsewhere"): _("The record names another server or another port."),
}
FINE: str | Promise = _("The zone says what it should.")
UNKNOWN: str | Promise = _("Nobody could tell what the zone says at this moment.")
OLD_KEY: str | Promise = _("An older key: letters signed with it are still on their way.")


@dataclass(frozen=True, slots=True)
class Record:
    """One record: what it should be, and, where somebody looked, what was seen and whether that does."""

    kind: str
    name: str
    type: str
    wanted: str
    purpose: str | Promise
    stays_until: datetime | None = None
    seen: tuple[str, ...] = ()
    state: str = ""  # fine, missing, other, unknown; empty: nobody looked
    said: str | Promise = ""


def records_for(service: Service, *, looks: bool = True, seen: Mapping[str, Records] | None = None) -> list[Record]:
    """What the zone of a service's domain should say, beside what it says: at this moment, if somebody `looks`.

    Or beside what was `seen` before, by type and name.
    """
    keys = list(keys_of(service))
    ends = {f"{key.selector}._domainkey.{service.domain}": key.ended_at for key in keys}
    wanted = _wanted(service, keys)
    if seen is None:
        seen = _looked_up_all(wanted) if looks else {}
    return [_beside(one, seen.get(_name(one)), ends.get(one.name)) for one in wanted]


def look_at_zone(service: Service) -> dict[str, Records]:
    """What the zone says at this moment, by type and name; it waits for the network."""
    return _looked_up_all(_wanted(service, list(keys_of(service))))


def _looked_up_all(wanted: Sequence[Expected]) -> dict[str, Records]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(_looked_up, wanted)
        return {_name(one): seen for one, seen in zip(wanted, found, strict=True)}


def _name(one: Expected) -> str:
    return f"{one.type} {one.name}"


def _wanted(service: Service, keys: Sequence[SigningKey]) -> list[Expected]:
    mazot = settings.MAZOT
    return expected(
        service.domain,
        mazot.mail_host,
        site=_site(),
        keys=[(key.selector, key.record) for key in keys],
        doors=[(door.key, door.port) for door in doors_for_programs()],
    )


def _site() -> str:
    """The name under which programs reach the pages of this server; empty while it is only an address."""
    name = urlsplit(settings.MAZOT.address).hostname or ""
    return name if is_name(name) else ""


def is_name(host: str) -> bool:
    """Whether records of a zone can lead to this server: it has a name, and not only an address."""
    return re.fullmatch(r"[a-z0-9.-]+\.[a-z][a-z0-9-]*", host) is not None


def _looked_up(one: Expected) -> Records:
    found = resolver().look_up(one.name, one.type)
    if one.type != "CNAME" or found.failed or found.values or not found.exists:
        return found
    # A name may also lead to the same server without saying that it is another name of it.
    there, here = (set(resolver().look_up(name, "A").values) for name in (one.name, one.wanted.rstrip(".")))
    if there and there <= here:
        return Records((one.wanted,))
    return Records(tuple(sorted(there)))


def _beside(wanted: Expected, found: Records | None, ends_at: datetime | None) -> Record:
    purpose = OLD_KEY if ends_at else PURPOSES[wanted.kind]
    record = Record(wanted.kind, wanted.name, wanted.type, wanted.wanted, purpose, ends_at)
    if found is None:
        return record
    seen = about(wanted.kind, found.values)
    state, said = _judged(wanted, seen, is_known=not found.failed)
    return replace(record, seen=seen, state=state, said=said)


def _judged(wanted: Expected, values: tuple[str, ...], *, is_known: bool) -> tuple[str, str | Promise]:
    if not is_known:
        return "unknown", UNKNOWN
    wrong = fault(wanted, values, host=settings.MAZOT.mail_host)
    if wrong == "missing":
        return "missing", MISSING[wanted.kind]
    return ("other", FAULTS[wanted.kind, wrong]) if wrong else ("fine", FINE)
