# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door before the places of a shop with hot sales: come in, or wait for one's turn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.ids import read_id
from mazot.products.tickets.actions.waiting import BEAT, move_on, take_turn
from mazot.products.tickets.queries.carts import buyer_in
from mazot.products.tickets.queries.dates_shown import event_at
from mazot.products.tickets.queries.waiting import (
    STAYS_INSIDE,
    Turn,
    gathers,
    is_over,
    may_enter,
    place_of,
    room_of,
    sells_any,
    turn_behind,
    turn_token,
)
from mazot.products.tickets.rules.turns import ask_again_in, minutes_until
from mazot.products.tickets.web.carrying import carried, cart_of, keep_turn, onward, shown, turn_token_of

if TYPE_CHECKING:
    from mazot.products.tickets.models import Shop, WaitingRoom

View = Callable[..., HttpResponse]
ASKED_A_SECOND = 100  # how many of a crowd ask in a second when the sale opens


def in_turn(view: View) -> View:
    """Let in whose turn it is, and everybody who holds places; a shop without a waiting room has no such door."""

    @wraps(view)
    def enter(request: Any, shop: Shop, *, event_slug: str) -> HttpResponse:
        if shop.queue_size is None:
            return view(request, shop, event_slug=event_slug)
        at = clock.now()
        turn = turn_behind(shop, turn_token_of(request, shop))
        if turn is None or turn.until <= at:
            if cart_of(request, shop) is not None:
                return view(request, shop, event_slug=event_slug)
            turn = _turn_now(shop, turn, at)
        request.new_turn = turn_token(shop, turn)  # the addresses of a framed page carry it
        if turn.until > at:
            request.turn = turn.number  # what a cart is opened with
            answer = view(request, shop, event_slug=event_slug)
        elif request.method == "POST":
            answer = onward(request, "shop-event", shop.slug, event_slug)
        else:
            answer = _waiting_page(request, shop, turn, event_slug, at)
        keep_turn(request, answer, shop, request.new_turn)
        return answer

    return enter


def how_it_stands(request: HttpRequest, shop: Shop, event_slug: str) -> dict[str, Any]:
    """What somebody who waits reads now, and in how many seconds to ask again; `is_in`: the page may be opened."""
    at = clock.now()
    turn = turn_behind(shop, turn_token_of(request, shop))
    if shop.queue_size is None or turn is None:
        return {"is_in": True}
    room = _room(shop, at)
    if is_over(room, turn, at) or may_enter(shop, room, turn.number, at):
        return {"is_in": True}
    return _standing(shop, room, turn, event_slug, at)


def _turn_now(shop: Shop, turn: Turn | None, at: datetime) -> Turn:
    """The turn that somebody outside has, or takes now; inside from now on if it has come."""
    if turn is None or is_over(room_of(shop, at), turn, at):
        turn = Turn(take_turn(buyer_in(shop), shop))
    if may_enter(shop, _room(shop, at), turn.number, at):
        return Turn(turn.number, at + STAYS_INSIDE)
    return turn


def _room(shop: Shop, at: datetime) -> WaitingRoom:
    """The waiting room as it is now; who asks when a second went by moves it on."""
    if at - room_of(shop, at).moved_at >= BEAT and not gathers(shop, at):
        move_on(buyer_in(shop), shop)
    return room_of(shop, at)


def _waiting_page(request: HttpRequest, shop: Shop, turn: Turn, event_slug: str, at: datetime) -> HttpResponse:
    _dates, first = event_at(shop, event_slug, at)
    date = read_id(request.GET.get("date", ""))
    here, ends = reverse("shop-event", args=[shop.slug, event_slug]), carried(request)
    context = {
        "shop": shop,
        "event": first[0].event,
        "here": here + ends + (f"{'&' if ends else '?'}date={date}" if date else ""),
        "asks": reverse("shop-waiting", args=[shop.slug, event_slug]) + ends,
        "now": _standing(shop, room_of(shop, at), turn, event_slug, at),
        "opens_at": shop.queue_opens_at if gathers(shop, at) else None,
    }
    answer = shown(request, "waiting", context)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _standing(shop: Shop, room: WaitingRoom, turn: Turn, event_slug: str, at: datetime) -> dict[str, Any]:
    if gathers(shop, at):
        return _until_it_opens(shop, room, at)
    ahead = place_of(room, turn.number) - room.allowed - 1
    said = ngettext("%(n)d person is before you.", "%(n)d people are before you.", ahead) % {"n": ahead}
    if not ahead:
        said = _("You are next.")
    minutes = minutes_until(ahead + 1, room.marks, int(at.timestamp()))
    more = ngettext("About %(n)d minute.", "About %(n)d minutes.", minutes or 0) % {"n": minutes} if minutes else ""
    if not _sells(shop, event_slug, at):
        more = _("Nothing is left at the moment. Places that others let go of come back.")
    return {"said": said, "more": more, "ahead": ahead, "again": ask_again_in(ahead, shop.queue_size or 1)}


def _until_it_opens(shop: Shop, room: WaitingRoom, at: datetime) -> dict[str, Any]:
    """The last seconds spread the crowd's next question: a lot is not lost by asking some seconds later."""
    opens_at = localtime(shop.queue_opens_at)
    said = _("The sale opens at %(time)s.") % {"time": date_format(opens_at, "TIME_FORMAT")}
    more = _("Who is here by then draws a place by lot. Coming earlier changes nothing.")
    left = max(1, int((opens_at - at).total_seconds()))
    after = left + 1 + SystemRandom().random() * (room.given - room.first) / ASKED_A_SECOND
    return {"said": said, "more": more, "ahead": None, "again": 20 if left > 30 else round(after, 1), "left": left}


def _sells(shop: Shop, event_slug: str, at: datetime) -> bool:
    try:
        return sells_any(shop, event_slug, at)
    except NotFound:
        return False
