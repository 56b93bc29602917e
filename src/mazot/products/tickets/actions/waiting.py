# SPDX-License-Identifier: AGPL-3.0-or-later
"""Take a number in the waiting room of a shop, and let the next ones in."""

from datetime import datetime, timedelta
from secrets import token_hex

from mazot.foundation import clock
from mazot.foundation.prepared import Prepared
from mazot.foundation.pressure import PRESSURE
from mazot.foundation.statements import update
from mazot.products.tickets.models import Shop, WaitingRoom
from mazot.products.tickets.queries.waiting import NOT_YET, crowd_in, forget_room, gathers
from mazot.products.tickets.rights import SALES
from mazot.products.tickets.rules.turns import TURN_LASTS, let_in, with_mark
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

BEAT = timedelta(seconds=1)
ALL_GONE = timedelta(minutes=3)  # browsers ask every few seconds, one in a hidden page once a minute


@action(needs=SALES)
def take_turn(actor: Actor, shop: Shop) -> int:  # noqa: ARG001 - a deed has one
    """The next number, for somebody who wants to choose places."""
    room = _locked(shop)
    at = clock.now()
    if gathers(shop, at):
        _gather(room, shop, at)
    else:
        _move(room, shop, at)
    room.given += 1
    room.marks = with_mark(room.marks, min(room.allowed, room.given), int(at.timestamp()))
    _keep(room)
    return room.given


@action(needs=SALES)
def move_on(actor: Actor, shop: Shop) -> None:  # noqa: ARG001 - a deed has one
    """Let as many in as there is room for, at most once a second however many ask."""
    room = _locked(shop)
    at = clock.now()
    if not gathers(shop, at) and _move(room, shop, at):
        _keep(room)
    forget_room(shop.id)  # moved on here or, a moment ago, elsewhere


def _gather(room: WaitingRoom, shop: Shop, at: datetime) -> None:
    """Begin a draw: whoever stood here before is let in or gone; a draw that was put off keeps its people."""
    if room.opens_at == shop.queue_opens_at and room.last is None:
        return
    if room.opens_at is None or room.last is not None:
        room.first = room.allowed = room.given
        room.marks = with_mark(room.marks, room.given, int(at.timestamp()))
    room.opens_at, room.last, room.seed = shop.queue_opens_at, None, ""


def _move(room: WaitingRoom, shop: Shop, at: datetime) -> bool:
    if at - room.moved_at < BEAT:
        return False
    if room.opens_at is not None and room.last is None:
        room.last, room.seed = room.given, token_hex(32)
        room.moved_at = at
    second = int(at.timestamp())
    if at - room.moved_at > ALL_GONE:
        room.allowed, room.marks = max(room.allowed, room.given), [(second - TURN_LASTS, room.given)]
    room.allowed = let_in(
        0 if PRESSURE.is_high else shop.queue_size or 0,  # who is inside is answered quickly before others come in
        room.given,
        room.allowed,
        marks=room.marks,
        crowd=crowd_in(shop, at),
        at=second,
        since=int((at - room.moved_at).total_seconds()),
    )
    room.marks = with_mark(room.marks, min(room.allowed, room.given), second)
    room.moved_at = at
    return True


def _locked(shop: Shop) -> WaitingRoom:
    found = _LOCKED.first(shop.id)
    if found is None:
        WaitingRoom.objects.bulk_create([WaitingRoom(shop_id=shop.id, moved_at=NOT_YET)], ignore_conflicts=True)
        (found,) = _LOCKED(shop.id)
    return found


_LOCKED = Prepared[WaitingRoom](
    lambda shop_id: WaitingRoom.objects.select_for_update(no_key=True).filter(shop_id=shop_id)
)


def _keep(room: WaitingRoom) -> None:
    update(room, "given", "allowed", "marks", "opens_at", "first", "last", "seed", "moved_at")
    forget_room(room.shop_id)
