# SPDX-License-Identifier: AGPL-3.0-or-later
"""The waiting room of a shop with hot sales: where somebody stands, and the sealed token that says who they are."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef

from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Cart, Channel, Order, Shop, WaitingRoom
from mazot.products.tickets.queries.availability import lines_of
from mazot.products.tickets.queries.dates_shown import event_at
from mazot.products.tickets.rules.turns import LOOKS, Crowd, is_past, place_by_lot

SALT = b"tickets-turn:"
GATHERS = timedelta(hours=1)  # before the opening those who come take part in the draw
STAYS_INSIDE = timedelta(minutes=20)  # without a cart; with one until it runs out
FRESH = timedelta(seconds=1)  # how old an answer about the room may be
NOT_YET = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody's number, and until when it lets them choose places; `NOT_YET` while they wait."""

    number: int
    until: datetime = NOT_YET


def turn_token(shop: Shop, turn: Turn) -> str:
    """What a browser keeps of a turn: the number, the end, and a seal over both."""
    said = turn.number.to_bytes(4, "big") + int(turn.until.timestamp()).to_bytes(5, "big")
    return base64.urlsafe_b64encode(said + _seal(shop, said)).decode()


def turn_behind(shop: Shop, token: str) -> Turn | None:
    """The turn of a token; None for one that this server did not seal for this shop."""
    try:
        told = base64.b64decode(token[:60], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    said, seal = told[:9], told[9:]
    if len(seal) != 15 or not hmac.compare_digest(seal, _seal(shop, said)):
        return None
    return Turn(int.from_bytes(said[:4], "big"), datetime.fromtimestamp(int.from_bytes(said[4:], "big"), UTC))


def _seal(shop: Shop, said: bytes) -> bytes:
    key = settings.MAZOT_CREDENTIAL_KEY.encode()
    return hmac.new(key, SALT + shop.id.bytes + said, hashlib.sha256).digest()[:15]


def gathers(shop: Shop, at: datetime) -> bool:
    """Whether those who come now draw their places when the sale opens."""
    return shop.queue_opens_at is not None and shop.queue_opens_at - GATHERS <= at < shop.queue_opens_at


def room_of(shop: Shop, at: datetime) -> WaitingRoom:
    """The waiting room as it was within the last second; hundreds ask at once."""
    known = _KNOWN.get(shop.id)
    if known is not None and timedelta(0) <= at - known[0] < FRESH:
        return known[1]
    found = _ROOM.first(shop.id) or WaitingRoom(shop_id=shop.id, moved_at=NOT_YET)
    _KNOWN[shop.id] = (at, found)
    return found


def forget_room(shop_id: UUID) -> None:
    """What was known of a room is over: it was changed."""
    _KNOWN.pop(shop_id, None)


_KNOWN: dict[UUID, tuple[datetime, WaitingRoom]] = {}
_ROOM = Prepared[WaitingRoom](lambda shop_id: WaitingRoom.objects.filter(shop_id=shop_id))


def place_of(room: WaitingRoom, number: int) -> int:
    """Where a number stands: by lot among those who gathered for the opening, else in the order they came."""
    if room.last is None or not room.first < number <= room.last:
        return number
    return room.first + place_by_lot(number - room.first, room.last - room.first, bytes.fromhex(room.seed))


def is_over(room: WaitingRoom, turn: Turn, at: datetime) -> bool:
    """Whether a turn is used up: it was inside and its time ran out, or it came and nobody was there."""
    if turn.until != NOT_YET:
        return turn.until <= at
    return turn.number > room.given or is_past(place_of(room, turn.number), room.marks, int(at.timestamp()))


def may_enter(shop: Shop, room: WaitingRoom, number: int, at: datetime) -> bool:
    """Whether it is the turn of a number."""
    return not gathers(shop, at) and place_of(room, number) <= room.allowed


def crowd_in(shop: Shop, at: datetime) -> Crowd:
    """Who chooses or pays in a shop now."""
    carts = Cart.objects.filter(shop=shop, channel=Channel.ONLINE)
    held = carts.filter(~Exists(Order.objects.filter(cart_id=OuterRef("id"))), expires_at__gt=at)
    return Crowd(held.count(), carts.filter(created_at__gt=at - timedelta(seconds=LOOKS)).count())


def sells_any(shop: Shop, event_slug: str, at: datetime) -> bool:
    """Whether a buyer could choose a place of an event's next dates, as it was within the last five seconds."""
    known = _SELLS.get((shop.id, event_slug))
    if known is not None and timedelta(0) <= at - known[0] < STILL_TRUE:
        return known[1]
    _dates, first = event_at(shop, event_slug, at)
    dates = [date.id for date in first]
    answer = any(line.sells for line in lines_of(shop, dates, "online", at))
    if len(_SELLS) > MOST_EVENTS:
        _SELLS.clear()
    _SELLS[shop.id, event_slug] = (at, answer)
    return answer


STILL_TRUE = timedelta(seconds=5)
MOST_EVENTS = 2000
_SELLS: dict[tuple[UUID, str], tuple[datetime, bool]] = {}
