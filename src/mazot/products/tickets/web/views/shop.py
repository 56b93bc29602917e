# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shop as strangers see it: its programme, an event, and the places they choose."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, DomainError, Invalid, NotFound, Refused, TooMany
from mazot.foundation.ids import read_id
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import MOST, Want, too_many_at_once
from mazot.products.tickets.queries.availability import lines_of
from mazot.products.tickets.queries.carts import buyer_in, unlocked_by
from mazot.products.tickets.queries.dates_shown import Dates, event_at
from mazot.products.tickets.queries.showcase import (
    areas_of,
    has_seats,
    said_amount,
    said_state,
    seat_at,
    shop_at,
    zones_for_picker,
)
from mazot.products.tickets.queries.sides import side_behind
from mazot.products.tickets.web.calendars import programme_context, wall_of_event
from mazot.products.tickets.web.carrying import cart_of, keep_cart, may_be_framed, onward, shown, unforged
from mazot.products.tickets.web.guesses import address_of, told_when
from mazot.products.tickets.web.reading import one_turn_each
from mazot.products.tickets.web.waiting import how_it_stands, in_turn

if TYPE_CHECKING:
    from mazot.products.tickets.models import Performance, Shop

View = Callable[..., HttpResponse]


def in_the_shop(view: View, *, even_closed: bool = False) -> View:
    """Find the shop of the address and tell the time of its place; a closed one says so and shows nothing."""

    @wraps(view)
    def enter(request: HttpRequest, slug: str, **parts: Any) -> HttpResponse:
        shop = shop_at(slug)
        if not (shop.is_open or even_closed):
            answer = shown(request, "closed", {"shop": shop})
        else:
            with timezone.override(ZoneInfo(shop.timezone)):
                try:
                    answer = view(request, shop, **parts)
                except NotFound:
                    answer = shown(request, "absent", {"shop": shop}, status=404)
                except TooMany as error:
                    answer = told_when(shown(request, "slowed", {"shop": shop, "error": error}), error)
        return may_be_framed(request, answer, shop)

    return enter


def behind_the_shop(view: View) -> View:
    """The same for what somebody bought: a shop that closes keeps nobody from their tickets."""
    return in_the_shop(view, even_closed=True)


@require_safe
def widget(_request: HttpRequest) -> HttpResponse:
    """The script that another site includes to show a shop in its page."""
    text = render_to_string("tickets/shop/widget.js")
    return HttpResponse(text, content_type="text/javascript", headers={"Cache-Control": "public, max-age=3600"})


@require_safe
@gzip_page
@in_the_shop
def programme(request: HttpRequest, shop: Shop) -> HttpResponse:
    return shown(request, "programme", programme_context(request, shop, clock.now()))


@require_safe
@gzip_page
@in_the_shop
@one_turn_each
@in_turn
def event(request: HttpRequest, shop: Shop, event_slug: str) -> HttpResponse:
    return event_page(request, shop, *event_at(shop, event_slug, clock.now()))


@require_safe
@in_the_shop
def waiting(request: HttpRequest, shop: Shop, event_slug: str) -> HttpResponse:
    """Where somebody stands in the waiting room, as their page asks every few seconds."""
    return JsonResponse(how_it_stands(request, shop, event_slug), headers={"Cache-Control": "no-store"})


@unforged
@require_POST
@in_the_shop
@one_turn_each
@in_turn
def choose(request: HttpRequest, shop: Shop, event_slug: str) -> HttpResponse:
    """Hold what was chosen, and go on to the order; refused, the page says why and nothing is held."""
    dates, first = event_at(shop, event_slug, clock.now())
    performance = _wanted(dates, first, request.POST.get("date", "")) or first[0]
    buyer, token = buyer_in(shop), ""
    try:
        wants = wants_of(request.POST, performance)
        cart = cart_of(request, shop)
        if cart is None:
            language = request.LANGUAGE_CODE  # type: ignore[attr-defined]
            turn, side = getattr(request, "turn", None), side_behind(address_of(request))
            cart, token = open_cart(buyer, shop, language=language, wants=wants, picks_best=True, turn=turn, side=side)
        else:
            hold_places(buyer, cart, wants=wants, picks_best=True)
    except (Conflict, Invalid, Refused) as error:
        answer = event_page(request, shop, dates, first, error=error)
        answer.status_code = 409 if isinstance(error, Conflict) else 422
    except TooMany as error:
        answer = told_when(event_page(request, shop, dates, first, error=error), error)
    else:
        answer = onward(request, "shop-checkout", shop.slug, token=token)
    if token:
        keep_cart(request, answer, shop, token)
    return answer


def event_page(
    request: HttpRequest, shop: Shop, dates: Dates, first: list[Performance], *, error: DomainError | None = None
) -> HttpResponse:
    at, wall = clock.now(), None
    wanted = _wanted(dates, first, request.POST.get("date") or request.GET.get("date", ""))
    performance = wanted or first[0]
    if len(first) > 1:
        wall, performance = wall_of_event(request, dates, first, wanted, at)
    cart = cart_of(request, shop)
    lines = lines_of(shop, [performance.id], "online", at, unlocked=unlocked_by(cart))
    areas = areas_of(lines)
    has_plan = any(area.zone.is_numbered for area in areas) and has_seats(performance)
    context = {
        "shop": shop,
        "event": performance.event,
        "performance": performance,
        "wall": wall,
        "areas": [
            (
                area.zone,
                [(line, said_amount(line.price.amount, shop.currency), said_state(line)) for line in area.lines],
            )
            for area in areas
        ],
        "sells": any(line.sells for line in lines),
        "has_plan": has_plan,
        "zones_json": zones_for_picker(areas) if has_plan else "",
        "most": MOST // 5,
        "mine": "",
        "cart": cart,
        "error": error,
    }
    answer = shown(request, "event", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def wants_of(said: QueryDict, performance: Performance) -> list[Want]:
    """What a form asks for: `count-<price>` places, and `seat` as `<index>:<price>` from the plan."""
    seats: dict[Any, list[str]] = {}
    if len(said.getlist("seat")) > MOST:
        raise too_many_at_once()
    for text in said.getlist("seat"):
        index, _colon, price = text.partition(":")
        price_id = read_id(price)
        if price_id is None or not index.isascii() or not index.isdigit() or len(index) > 6:
            raise NotFound("not_found")
        seats.setdefault(price_id, []).append(seat_at(performance, int(index)))
    wants = [Want(price_id, seats=tuple(found), performance_id=performance.id) for price_id, found in seats.items()]
    for name, value in said.items():
        price_id = read_id(name.removeprefix("count-")) if name.startswith("count-") else None
        if price_id is not None and isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            count = int(value.strip()[:6])
            wants += [Want(price_id, count, performance_id=performance.id)] if count else []
    return wants


def _wanted(dates: Dates, first: list[Performance], text: str) -> Performance | None:
    """The date that an address names; none when it names none."""
    if not text:
        return None
    wanted = read_id(text)
    found = next((one for one in first if one.id == wanted), None) or (dates.one(wanted) if wanted else None)
    if found is None:
        raise NotFound("not_found")
    return found
