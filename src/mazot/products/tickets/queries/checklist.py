# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a shop needs before strangers can buy in it: each line passes or fails, and some of them must pass."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.products.tickets.models import (
    Channel,
    Event,
    PaymentMethod,
    Performance,
    Price,
    Seating,
    Shop,
    Visibility,
    Zone,
)
from mazot.products.tickets.queries.availability import lines_of
from mazot.products.tickets.rules.windows import FULL

SEEN = (Visibility.VISIBLE, Visibility.FULL)
MOST_LOOKED_AT = 30  # dates shown as full


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the list; `place` is where a press on it leads, `about` the event it leads to."""

    key: str
    passes: bool
    is_hard: bool
    title: str | Promise
    place: str
    about: UUID | None = None


def checklist_of(shop: Shop) -> list[Check]:
    return [*_hard(shop), *_soft(shop)]


def hard_failures(shop: Shop) -> list[Check]:
    """What must be mended before the shop opens."""
    return [check for check in _hard(shop) if not check.passes]


def prices_on_sale(shop: Shop) -> QuerySet[Price]:
    """Prices that a stranger can see once the shop is open: every layer above them is visible, the date is to come."""
    return Price.objects.filter(
        zone__performance__event__shop=shop,
        zone__performance__event__online=Visibility.VISIBLE,
        zone__performance__online=Visibility.VISIBLE,
        zone__performance__state=Performance.State.ON,
        zone__performance__starts_at__gt=clock.now(),
        zone__is_visible=True,
        is_visible=True,
        online=True,
    )


def _hard(shop: Shop) -> Iterator[Check]:
    events = Event.objects.filter(shop=shop)
    coming = events.filter(performances__starts_at__gt=clock.now(), performances__state=Performance.State.ON)
    yield Check("event", coming.exists(), True, _("An event with a date to come"), "events")
    seen = coming.exclude(online=Visibility.HIDDEN).filter(performances__online__in=SEEN)
    first = coming.values_list("id", flat=True).first()
    yield Check("visible", seen.exists(), True, _("An event that buyers can see"), "event", first)
    on_sale = prices_on_sale(shop)
    first = seen.values_list("id", flat=True).first() or first
    yield Check("price", on_sale.exists(), True, _("A price that buyers can see, in a visible zone"), "pricing", first)
    methods = PaymentMethod.objects.filter(shop=shop, is_on=True, online=True)
    if on_sale.filter(amount__gt=0).exists() or not on_sale.exists():
        methods = methods.exclude(kind=PaymentMethod.Kind.FREE)
    if not shop.is_test:
        methods = methods.exclude(provider="test")
    yield Check("method", methods.exists(), True, _("A way to pay online or on site"), "methods")
    yield Check("email", bool(shop.contact_email), True, _("An e-mail address for buyers' questions"), "contact")
    invoices = PaymentMethod.objects.filter(shop=shop, is_on=True, kind=PaymentMethod.Kind.INVOICE).exists()
    if invoices:
        has_account = bool(shop.iban and shop.creditor.get("name"))
        yield Check("account", has_account, True, _("An IBAN and an address for invoices"), "settings")


def _soft(shop: Shop) -> Iterator[Check]:
    full = _full_with_room(shop, Performance.objects.filter(event__shop=shop))
    if full is not None:
        title = _("“%(title)s” is not shown as full while it has places") % {"title": full.event.title}
        yield Check("full", False, False, title, "event", full.event_id)
    yield Check("phone", bool(shop.contact_phone), False, _("A phone number for buyers"), "contact")
    yield Check("terms", bool(shop.terms), False, _("General terms"), "contact")
    taxed = prices_on_sale(shop).filter(vat_permille__gt=0).exists()
    if taxed or not shop.vat_number:
        has_number = bool(shop.vat_number) or not taxed
        yield Check("vat", has_number, False, _("A VAT number, where prices contain VAT"), "settings")
    coming = Q(performance__event__shop=shop, performance__starts_at__gt=clock.now())
    zones = Zone.objects.filter(coming, is_visible=True, performance__state=Performance.State.ON)
    unseated = zones.filter(is_numbered=True).exclude(
        Exists(Seating.objects.filter(performance_id=OuterRef("performance_id"), zones__contains=OuterRef("code")))
    )
    if zones.filter(is_numbered=True).exists():
        about = unseated.values_list("performance__event_id", flat=True).first()
        title = _("Seats on the floor plan for every numbered zone")
        yield Check("seats", about is None, False, title, "pricing" if about else "events", about)
    unpriced = zones.exclude(Exists(Price.objects.filter(zone_id=OuterRef("id"), is_visible=True)))
    about = unpriced.values_list("performance__event_id", flat=True).first()
    yield Check(
        "zones", about is None, False, _("A price in every visible zone"), "pricing" if about else "events", about
    )
    yield Check("test", not shop.is_test, False, _("Test mode is off"), "settings")


def _full_with_room(shop: Shop, dates: QuerySet[Performance]) -> Performance | None:
    """A date to come that buyers read is sold out while it has places."""
    coming = dates.filter(starts_at__gt=clock.now(), state=Performance.State.ON).select_related("event")
    seen = coming.exclude(online=Visibility.HIDDEN).exclude(event__online=Visibility.HIDDEN)
    shown = seen.filter(Q(online=Visibility.FULL) | Q(event__online=Visibility.FULL)).order_by("starts_at", "id")
    found = {one.id: one for one in shown[:MOST_LOOKED_AT]}
    lines = lines_of(shop, list(found), Channel.ONLINE, clock.now()) if found else []
    having = {line.price.zone.performance_id for line in lines if line.state == FULL and line.left != 0}
    return next((one for one in found.values() if one.id in having), None)


def checklist_of_event(event: Event) -> list[Check]:
    """What an event still needs, by itself, before somebody can buy it online."""
    dates = Performance.objects.filter(event=event, starts_at__gt=clock.now(), state=Performance.State.ON)
    on_sale = prices_on_sale(event.shop).filter(zone__performance__event=event)
    zones = Zone.objects.filter(performance__in=dates, is_visible=True)
    seats = Seating.objects.filter(performance_id=OuterRef("performance_id"), zones__contains=OuterRef("code"))
    unseated = zones.filter(is_numbered=True).exclude(Exists(seats))
    unpriced = zones.exclude(Exists(Price.objects.filter(zone_id=OuterRef("id"), is_visible=True)))
    found = [
        Check("date", dates.exists(), True, _("A date to come"), "pricing", event.id),
        Check("visible", event.online != Visibility.HIDDEN, True, _("Visible online"), "event", event.id),
        Check("price", on_sale.exists(), True, _("A price that buyers can see"), "pricing", event.id),
        Check("zones", not unpriced.exists(), False, _("A price in every zone"), "pricing", event.id),
    ]
    if _full_with_room(event.shop, dates) is not None:
        title = _("Not shown as full while it has places")
        found.append(Check("full", False, False, title, "pricing", event.id))
    if zones.filter(is_numbered=True).exists():
        title = _("Seats for every numbered zone")
        found.append(Check("seats", not unseated.exists(), True, title, "pricing", event.id))
    return found
