# SPDX-License-Identifier: AGPL-3.0-or-later
"""The zone and access editor of a date."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation.errors import Conflict, Invalid, NotFound
from mazot.products.tickets.actions.seating import attach_plan, set_seats
from mazot.products.tickets.queries.plans import newest_version, plan_for, plans_for
from mazot.products.tickets.queries.seating import Seats, card_of, seating_in, seats_of_date, tray_of
from mazot.products.tickets.rights import SALES, TECHNICAL
from mazot.products.tickets.rules.currencies import shown, typed_amount
from mazot.products.tickets.web.frame import attempt, may, on_date, page
from mazot.products.tickets.web.views.halls import drawn

CHANGES = 2 * 1024 * 1024  # bytes of one change of seats


@require_safe
@on_date(TECHNICAL, SALES)
def seating(request: Any, performance: Any) -> HttpResponse:
    """The plan of a date; without one, a choice of the shop's plans."""
    shop = performance.event.shop
    found = seating_in(performance)
    context = {
        "performance": performance,
        "event": performance.event,
        "place": "events",
        "dates": performance.event.performances.order_by("starts_at", "id")[:60],
        "plans": plans_for(request.actor, shop),
    }
    if found is None:
        return page(request, shop, "seating_choose", context)
    context["seating"] = found
    context["tray"] = [
        {"zone": zone, "prices": _listed(prices, shop.currency), "key": number if number < 10 else ""}
        for number, (zone, prices) in enumerate(tray_of(performance), 1)
    ]
    context["newest"] = newest_version(found.version.plan)
    return page(request, shop, "seating", context)


@require_POST
@on_date(TECHNICAL)
def seating_attach(request: Any, performance: Any) -> HttpResponse:
    """Give the date the newest version of a plan."""

    def attach() -> None:
        plan = plan_for(request.actor, _plan_chosen(request))
        attach_plan(request.actor, performance, version=newest_version(plan))

    back = reverse("tickets:seating", args=[performance.id])
    return attempt(request, attach, said=_("The date sells the seats of this plan."), back=back)


@require_safe
@on_date(TECHNICAL, SALES)
def seating_map(request: HttpRequest, performance: Any) -> HttpResponse:
    """Where everything stands: the same for ever for one version of a plan."""
    return drawn(request, _seating(performance).version_id)


@require_safe
@on_date(TECHNICAL, SALES)
def seating_seats(_request: HttpRequest, performance: Any) -> JsonResponse:
    """One letter for each seat: its zone, who sells it, and its state."""
    return JsonResponse(_told(seats_of_date(_seating(performance))))


@require_POST
@on_date(TECHNICAL)
def seating_set(request: Any, performance: Any) -> JsonResponse:
    """Change seats; the answer always holds what the seats are now, so that no change of another is lost unseen."""
    try:
        asked = _asked(request)
        set_seats(request.actor, performance, **asked)
    except (Conflict, Invalid) as error:
        problem = " ".join(filter(None, (str(error.sentence), str(error.way_out))))
        status = 409 if isinstance(error, Conflict) else 422
        return JsonResponse({"problem": problem, "seats": _told(seats_of_date(_seating(performance)))}, status=status)
    saved = _("Saved %(time)s") % {"time": date_format(timezone.localtime(), "H:i")}
    return JsonResponse({"saved": saved, "seats": _told(seats_of_date(_seating(performance)))})


@require_safe
@on_date(TECHNICAL, SALES)
def seating_card(request: Any, performance: Any, at: int) -> HttpResponse:
    """Who has a seat."""
    found = _seating(performance)
    found.performance = performance
    shop = performance.event.shop
    card = card_of(request.actor, found, at)
    price = ""
    if card is not None:
        price = f"{card.ticket.price.name}, {shown(card.ticket.amount, shop.currency)}"
    context = {"card": card, "price": price, "may": may(request, shop)}
    return render(request, "tickets/fragments/seat_card.html", context)


def _plan_chosen(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("plan", ""))
    except ValueError:
        raise Invalid("plan", _("Choose a plan.")) from None


def _seating(performance: Any) -> Any:
    found = seating_in(performance)
    if found is None:
        raise NotFound("not_found")
    return found


def _told(seats: Seats) -> dict[str, Any]:
    return {"stamp": seats.stamp, "zones": seats.zones, "access": seats.access, "states": seats.states}


def _asked(request: HttpRequest) -> dict[str, Any]:
    """What the editor sends: seats, one of zone and access, and the stamp."""
    sentence = _("This change of seats cannot be read.")
    if len(request.body) > CHANGES:
        raise Invalid("too_large", sentence)
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Invalid("not_json", sentence) from None
    if not isinstance(asked, dict) or not isinstance(asked.get("seats"), list) or type(asked.get("stamp")) is not int:
        raise Invalid("shape", sentence)
    texts = {key: asked[key] for key in ("zone", "access") if key in asked}
    if not all(isinstance(text, str) and text for text in texts.values()):
        raise Invalid("shape", sentence)
    return {"seats": asked["seats"], "stamp": asked["stamp"], **texts}


def _listed(prices: list[Any], currency: str) -> str:
    amounts = [(price.name, typed_amount(price.amount, currency).removesuffix(".00")) for price in prices[:4]]
    return ", ".join(f"{name} {amount}" for name, amount in amounts)
