# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a scanner keeps for when it is alone, and what of it changed since it asked last.

Tickets lie in 64 parts by the first letter of their salted code; the scanner says the mark of each part it has and
gets the parts whose mark is another one. Who went through comes apart, since a moment that the scanner was told.
"""

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from string import ascii_letters, digits

from django.conf import settings

from mazot.products.tickets.models import Device, Scan, Ticket
from mazot.products.tickets.queries.gates import terms_of
from mazot.products.tickets.rules.scanning import OK, Passage, Shown, entitled, standing

PARTS = ascii_letters + digits + "-_"
MARK = 4  # letters
OVERLAP = timedelta(minutes=1)  # a scan may be written after its moment: what is that young is told again
OLDEST = timedelta(days=1)
Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class News:
    """The parts that changed, with their marks, and each ticket that went through; `whole`: all that did, ever."""

    parts: dict[str, tuple[str, list[Line]]]
    through: list[tuple[str, str]]
    whole: bool
    heard: datetime


def news_for(device: Device, at: datetime, *, marks: str = "", mode: str = "", since: datetime | None = None) -> News:
    """What a scanner needs to know that has the parts of these marks and heard of those who went through until then."""
    is_whole = since is None or mode != device.list.mode or not at - OLDEST <= since <= at
    known = marks if len(marks) == MARK * len(PARTS) else " " * MARK * len(PARTS)
    parts = _parts(device)
    changed = {}
    for number, letter in enumerate(PARTS):
        lines = parts.get(letter, [])
        mark = _mark(lines)
        if mark != known[MARK * number : MARK * (number + 1)]:
            changed[letter] = (mark, lines)
    return News(changed, _through(device, None if is_whole else since), is_whole, at - OVERLAP)


def salted(salt: bytes, code: str) -> str:
    """A code as a scanner keeps it: it can be recognised there, and not read from a lost one."""
    digest = hashlib.sha256(salt + code.encode()).digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()


def salt_of(device: Device) -> bytes:
    key = settings.MAZOT_CREDENTIAL_KEY.encode()
    return hmac.new(key, b"tickets-salt:" + device.id.bytes, hashlib.sha256).digest()[:16]


def _parts(device: Device) -> dict[str, list[Line]]:
    """Every ticket of the date: its salted code, its place, and why the list never lets it in, if so."""
    checkin, salt = device.list, salt_of(device)
    terms = replace(terms_of(checkin), opens_at=None, closes_at=None)  # the scanner has a clock of its own
    is_real = not checkin.performance.event.shop.is_test
    rows = Ticket.objects.filter(performance_id=checkin.performance_id, order__isnull=False)
    rows = rows.exclude(state=Ticket.State.HELD)
    said = ("code", "zone_id", "state", "order__is_test", "seat_label", "zone__name", "price__name")
    parts: dict[str, list[Line]] = defaultdict(list)
    for code, zone_id, state, is_test, seat, zone, price in rows.values_list(*said):
        fault = entitled(terms, Shown(checkin.performance_id, zone_id, state, is_test and is_real), _NO_MATTER)
        line = (salted(salt, code), seat or f"{zone}, {price}", "" if fault == OK else fault)
        parts[line[0][0]].append(line)
    return {letter: sorted(lines) for letter, lines in parts.items()}


_NO_MATTER = datetime.min.replace(tzinfo=UTC)


def _mark(lines: list[Line]) -> str:
    if not lines:
        return "-" * MARK
    text = json.dumps(lines, separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:3]).decode()


def _through(device: Device, since: datetime | None) -> list[tuple[str, str]]:
    """The tickets that went through, or of which anything was heard since then, and where their holders are."""
    salt, mode = salt_of(device), device.list.mode
    scans = Scan.objects.filter(list=device.list, ticket__isnull=False)
    if since is not None:
        young = scans.filter(received_at__gte=since)
        scans = scans.filter(ticket_id__in=young.values("ticket_id"))
    else:
        scans = scans.filter(let_in=True, result=OK)
    passages: dict[str, list[Passage]] = defaultdict(list)
    said = scans.order_by("at", "id").values_list("ticket__code", "at", "is_exit", "let_in", "result")
    for code, at, is_exit, let_in, result in said:
        passages[code] += [Passage(at, is_exit)] if let_in and result == OK else []
    return [(salted(salt, code), standing(mode, line)) for code, line in passages.items()]
