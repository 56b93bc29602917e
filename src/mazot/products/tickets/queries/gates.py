# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check-in lists with their figures, and scanners by their code or token."""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import CheckinList, Device, Performance, Scan, Shop, Ticket
from mazot.products.tickets.queries.links import digest_of
from mazot.products.tickets.queries.shops import shop_for
from mazot.products.tickets.rights import CONTROL
from mazot.products.tickets.rules import scanning
from mazot.products.tickets.rules.scanning import Passage, Shown, Terms
from mazot.tenancy.actor import Actor

A_SCANNER = "a scanner at the gate"
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
MAY_STILL_TELL = timedelta(days=7)
NEWEST = 100  # scans of a list, as its page shows them
SHOWN = 20  # dates on the page of the gate


@dataclass(frozen=True, slots=True)
class Figures:
    """How many people a list expects, how many are in or came, and how many scans were refused or are doubtful."""

    expected: int
    came: int
    inside: int
    refused: int
    conflicts: int


@dataclass(frozen=True, slots=True)
class Gate:
    """A date with its lists and how many came on each."""

    performance: Performance
    sold: int
    lists: list[tuple[CheckinList, int]]


def scanner_at(device: Device) -> Actor:
    """Who scans: the gate needs no account, and may nothing else."""
    return Actor.system(device.organization_id, because=A_SCANNER)


def lists_for(actor: Actor, shop_id: UUID) -> QuerySet[CheckinList]:
    """The check-in lists of a shop, those of the next dates first."""
    shop = shop_for(actor, shop_id, CONTROL)
    rows = CheckinList.objects.filter(performance__event__shop=shop)
    return rows.select_related("performance__event__shop").order_by("performance__starts_at", "name", "id")


def list_for(actor: Actor, list_id: UUID) -> CheckinList:
    """One list; where the actor has no control at the gate it is absent."""
    rows = CheckinList.objects.select_related("performance__event__shop")
    found = rows.filter(id=list_id, organization_id=actor.organization_id).first()
    if found is None:
        raise NotFound("not_found")
    shop_for(actor, found.performance.event.shop_id, CONTROL)
    return found


def devices_of(shop: Shop) -> QuerySet[Device]:
    """The scanners of a shop that work or wait for their code, newest first."""
    rows = Device.objects.filter(shop=shop, revoked_at__isnull=True)
    return rows.select_related("list__performance__event").order_by("-id")


def device_for(actor: Actor, device_id: UUID) -> Device:
    found = Device.objects.select_related("list__performance__event", "shop").filter(id=device_id).first()
    if found is None or found.organization_id != actor.organization_id:
        raise NotFound("not_found")
    shop_for(actor, found.shop_id, CONTROL)
    return found


def device_with_code(code: str) -> Device:
    """The scanner that waits for a code."""
    rows = Device.objects.filter(pairing=pairing_digest(code[:40]), revoked_at__isnull=True)
    found = rows.filter(shop__instance__ended_at__isnull=True).first()
    if found is None:
        raise NotFound("not_found")
    return found


def gates_of(shop: Shop) -> list[Gate]:
    """The dates of yesterday and the next ones, with their lists and how many came."""
    rows = Performance.objects.filter(event__shop=shop, state=Performance.State.ON).select_related("event")
    dates = list(rows.filter(starts_at__gte=clock.now() - timedelta(days=1)).order_by("starts_at", "id")[:SHOWN])
    lists = list(CheckinList.objects.filter(performance__in=dates).order_by("id"))
    came = dict(
        Scan.objects.filter(list__in=lists, let_in=True, is_exit=False)
        .values_list("list")
        .annotate(count=Count("ticket", distinct=True))
        .order_by()
    )
    states = (Ticket.State.VALID, Ticket.State.USED)
    sold = dict(
        Ticket.objects.filter(performance__in=dates, state__in=states, order__is_test__in=(False, shop.is_test))
        .values_list("performance")
        .annotate(count=Count("id"))
        .order_by()
    )
    return [
        Gate(date, sold.get(date.id, 0), [(one, came.get(one.id, 0)) for one in lists if one.performance_id == date.id])
        for date in dates
    ]


def zones_of(performance: Performance) -> list[tuple[str, str]]:
    return [(str(zone.id), zone.name) for zone in performance.zones.order_by("position", "id")]


def device_behind(token: str) -> Device:
    """The scanner a token belongs to; one that was ended is absent."""
    found = _LIVE.first(digest_of(token[:100])) if token else None
    if found is None:
        raise NotFound("not_found")
    return found


_LIVE = Prepared[Device](
    lambda digest: Device.objects.select_related("list__performance__event__shop").filter(
        digest=digest, revoked_at__isnull=True, shop__instance__ended_at__isnull=True
    )
)


def late_device_behind(token: str) -> Device:
    """The same, or one that was ended in the last days: it may tell what it decided alone, and nothing else."""
    since = clock.now() - MAY_STILL_TELL
    rows = Device.objects.select_related("list__performance__event__shop").filter(digest=digest_of(token[:100]))
    found = rows.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=since)).first() if token else None
    if found is None or found.instance.ended_at is not None:
        raise NotFound("not_found")
    return found


def pairing_code(device: Device) -> str:
    """The code that a device is let in with: drawn with the server's key, so that no row keeps it."""
    until = device.pairing_until.isoformat() if device.pairing_until else ""
    drawn = _keyed(b"tickets-pairing-code:" + device.id.bytes + until.encode())
    letters = "".join(LETTERS[int.from_bytes(drawn[2 * at : 2 * at + 2]) % len(LETTERS)] for at in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def pairing_digest(code: str) -> str:
    """How a short code is looked up: with the server's key, since its letters alone could be tried one by one."""
    return _keyed(b"tickets-pairing:" + scanning.folded(code).replace("-", "").encode()).hex()


def _keyed(said: bytes) -> bytes:
    return hmac.new(settings.MAZOT_CREDENTIAL_KEY.encode(), said, hashlib.sha256).digest()


def terms_of(checkin: CheckinList) -> Terms:
    return Terms(
        checkin.performance_id,
        frozenset(checkin.zones),
        checkin.mode,
        checkin.admits_unpaid,
        checkin.opens_at,
        checkin.closes_at,
    )


def shown_by(ticket: Ticket, shop: Shop) -> Shown:
    """What the gate sees of a ticket; its order is loaded."""
    is_trial = ticket.order is not None and ticket.order.is_test and not shop.is_test
    return Shown(ticket.performance_id, ticket.zone_id, ticket.state, is_trial)


def passages(scans: Iterable[Scan]) -> list[Passage]:
    return [Passage(scan.at, scan.is_exit) for scan in scans]


def expected_on(checkin: CheckinList) -> QuerySet[Ticket]:
    """The tickets a list lets in."""
    states = [Ticket.State.VALID, Ticket.State.USED, *([Ticket.State.PENDING] if checkin.admits_unpaid else [])]
    rows = Ticket.objects.filter(performance_id=checkin.performance_id, state__in=states)
    if not checkin.performance.event.shop.is_test:
        rows = rows.filter(order__is_test=False)
    return rows.filter(zone_id__in=checkin.zones) if checkin.zones else rows


def figures_of(checkin: CheckinList) -> Figures:
    scans = Scan.objects.filter(list=checkin)
    through = scans.filter(let_in=True, ticket__isnull=False)
    counts = scans.aggregate(
        came=Count("ticket", filter=Q(let_in=True, is_exit=False), distinct=True),
        refused=Count("id", filter=Q(let_in=False)),
        conflicts=Count("id", filter=Q(conflicts=True)),
    )
    last: dict[UUID | None, bool] = {}
    for ticket_id, is_exit in through.order_by("at", "id").values_list("ticket_id", "is_exit"):
        last[ticket_id] = is_exit
    inside = sum(not is_exit for is_exit in last.values())
    return Figures(expected_on(checkin).count(), counts["came"], inside, counts["refused"], counts["conflicts"])


def scans_of(checkin: CheckinList, *, only_conflicts: bool = False) -> list[Scan]:
    """The newest scans of a list, with whom they were about."""
    rows = Scan.objects.filter(list=checkin, **({"conflicts": True} if only_conflicts else {}))
    rows = rows.select_related("device", "ticket__price", "ticket__zone", "ticket__order")
    return list(rows.order_by("-received_at", "-id")[:NEWEST])


SENTENCES: dict[str, Callable[[], str]] = {
    scanning.OK: lambda: _("Welcome."),
    scanning.USED: lambda: _("This ticket was used already."),
    scanning.NOT_INSIDE: lambda: _("Nobody is inside with this ticket."),
    scanning.VOID: lambda: _("This ticket was cancelled."),
    scanning.WRONG_DATE: lambda: _("This ticket is for another date."),
    scanning.WRONG_ZONE: lambda: _("This ticket is for another entrance."),
    scanning.UNPAID: lambda: _("This ticket is not paid."),
    scanning.NOT_OPEN: lambda: _("This entrance is not open now."),
    scanning.TRIAL: lambda: _("This ticket was only a trial."),
    scanning.UNKNOWN: lambda: _("This is not one of our tickets."),
}
