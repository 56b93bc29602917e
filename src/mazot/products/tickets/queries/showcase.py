# SPDX-License-Identifier: AGPL-3.0-or-later
"""What strangers see of a shop: the prices of a date by zone, its seats, and amounts as people read them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Performance, Question, Shop, Ticket, Zone
from mazot.products.tickets.queries.availability import Line, seating_of
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.rules.currencies import decimals_of


@dataclass(slots=True)
class Area:
    """One zone of a date with its prices, as a buyer reads them."""

    zone: Zone
    lines: list[Line] = field(default_factory=list)


def shop_at(slug: str) -> Shop:
    """The shop of an address, open or not; one whose product ended is absent."""
    found = _SHOP.first(slug)
    if found is None:
        raise NotFound("not_found")
    return found


_SHOP = Prepared[Shop](
    lambda slug: Shop.objects.select_related("organization").filter(
        slug=slug, instance__ended_at__isnull=True, organization__deleted_at__isnull=True
    )
)


def areas_of(lines: Sequence[Line]) -> list[Area]:
    """The lines a buyer may see, by zone."""
    areas: dict[UUID, Area] = {}
    for line in lines:
        if line.state != "hidden":
            areas.setdefault(line.price.zone_id, Area(line.price.zone)).lines.append(line)
    return list(areas.values())


def has_seats(performance: Performance) -> bool:
    """Whether a plan says where the seats of a date are."""
    return seating_of(performance.id) is not None


def seat_at(performance: Performance, index: int) -> str:
    """The seat at a place of the plan, as the picker names it."""
    seating = seating_of(performance.id)
    ids = hall_of(seating.version_id).ids if seating is not None else ()
    if not 0 <= index < len(ids):
        raise NotFound("not_found")
    return ids[index]


QUESTIONS = Prepared[Question](
    lambda forms: (
        Question.objects.filter(form_id__in=forms).exclude(state=Question.State.HIDDEN).order_by("position", "id")
    )
)


def questions_for(tickets: Sequence[Ticket]) -> dict[UUID | None, list[Question]]:
    """What the forms of these tickets ask, by form, in the order in which it is asked."""
    forms = {ticket.price.form_id for ticket in tickets} | {ticket.performance.event.form_id for ticket in tickets}
    found: dict[UUID | None, list[Question]] = {}
    if wanted := forms - {None}:
        for question in QUESTIONS(wanted):
            found.setdefault(question.form_id, []).append(question)
    return found


def zones_for_picker(areas: Sequence[Area]) -> str:
    """The numbered zones with their prices, as the picker in the browser reads them."""
    found = {
        area.zone.code: {
            "name": area.zone.name,
            "tint": area.zone.tint,
            "prices": [
                {"id": str(line.price.id), "name": line.price.name, "amount": line.price.amount}
                for line in area.lines
                if line.sells
            ],
        }
        for area in areas
        if area.zone.is_numbered
    }
    return json.dumps({code: zone for code, zone in found.items() if zone["prices"]})


def said_amount(amount: int, currency: str) -> str:
    """An amount as people read it in their language: "CHF 28.00"."""
    decimals = decimals_of(currency)
    value = number_format(Decimal(amount) / (10**decimals), decimals, use_l10n=True, force_grouping=True)
    return f"{currency}\u00a0{value}"


def said_state(line: Line) -> str:
    """Why a price cannot be chosen, or how much of it is left where the organizer shows that."""
    if line.state == "before":
        return _("Not on sale yet")
    if line.state == "over":
        return _("No longer on sale")
    if line.state == "cancelled":
        return _("Does not take place as planned")
    if line.state == "full" or line.left == 0:
        return _("Sold out")
    if line.left is not None and line.price.zone.performance.event.shows_left:
        return ngettext("%(n)d place left", "%(n)d places left", line.left) % {"n": line.left}
    return ""
