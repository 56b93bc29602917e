# SPDX-License-Identifier: AGPL-3.0-or-later
"""A cart: open one, hold places with it for some minutes, let go, and name a promo code."""

import secrets
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.ids import new_secret
from mazot.foundation.statements import insert, update
from mazot.foundation.text import folded
from mazot.products.tickets.actions.claims import (
    MOST,
    Want,
    check_most,
    check_room_for,
    check_sells,
    label_seats,
    lock_cart,
    lock_performances,
    lock_wanted,
    no_room,
    seats_gone,
    too_many_at_once,
)
from mazot.products.tickets.actions.holding import drop_expired
from mazot.products.tickets.models import Cart, Order, Price, PromoCode, Shop, Ticket
from mazot.products.tickets.queries.availability import letters_of, seating_of, shared_of
from mazot.products.tickets.queries.carts import tickets_in, unlocked_by
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.queries.links import digest_of
from mazot.products.tickets.queries.offers import check_code, code_in
from mazot.products.tickets.queries.sides import SIDE_IS_KEPT, check_side
from mazot.products.tickets.rights import SALES, channel_of
from mazot.products.tickets.rules.best import best_seats
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=SALES)
def open_cart(
    actor: Actor,
    shop: Shop,
    *,
    language: str,
    wants: Sequence[Want] | None = None,
    picks_best: bool = False,
    turn: int | None = None,
    side: str = "",
) -> tuple[Cart, str]:
    """A new cart and the token that opens it, with the places it begins with: with all of them, or there is no cart.

    `turn` is the buyer's number in the waiting room: one cart at a time, and one order, for each. `side` says where a
    stranger comes from (`side_behind`): the places of one side have a limit.
    """
    token = new_secret()
    moment = clock.now()
    cart = Cart(
        organization_id=shop.organization_id,
        instance_id=shop.instance_id,
        shop=shop,
        digest=digest_of(token),
        channel=channel_of(actor),
        seller_id=actor.person_id,
        language=language[:10],
        side=side,
        expires_at=moment + timedelta(minutes=shop.hold_minutes),
        turn=turn,
        created_at=moment,
    )
    if wants is None:
        _write(cart)
    else:
        _hold(cart, wants, picks_best=picks_best)
    return cart, token


@action(needs=SALES)
def hold_places(
    actor: Actor,  # noqa: ARG001 - a deed has one
    cart: Cart,
    *,
    wants: Sequence[Want],
    picks_best: bool = False,
) -> list[Ticket]:
    """Hold places until the cart runs out: all that is wanted, or nothing and the reason.

    `picks_best` chooses the seats where a price with numbered seats is wanted without naming them.
    """
    return _hold(cart, wants, picks_best=picks_best)


@action(needs=SALES)
def hold_best(actor: Actor, cart: Cart, *, price: Price, count: int) -> list[Ticket]:  # noqa: ARG001 - a deed has one
    """Hold the best free seats at a price: together where that can be."""
    if not 1 <= count <= MOST:
        raise too_many_at_once()
    return _hold(cart, [Want(price.id, count)], picks_best=True)


def _hold(cart: Cart, wants: Sequence[Want], *, picks_best: bool) -> list[Ticket]:
    """Claim what is wanted for a cart, which is written here if it is new."""
    if not wants or any(want.size < 1 for want in wants):
        raise Invalid("nothing", _("Choose at least one place."), field="wants")
    if sum(want.size for want in wants) > MOST or len(wants) > MOST:
        raise too_many_at_once()
    prices = lock_wanted(cart.shop, wants)
    performance_ids = sorted({price.zone.performance_id for price in prices.values()})
    at = clock.now()  # after the wait for the locks
    drop_expired(performance_ids, at)
    check_sells(prices.values(), cart.channel, at, unlocked_by(cart))
    check_side(cart.side, sum(want.size for want in wants), at)
    check_room_for(wants, prices, at)
    if picks_best:
        wants = _with_best_seats(cart, wants, prices, at)
    is_new = cart._state.adding
    if is_new:
        cart.expires_at = at + timedelta(minutes=cart.shop.hold_minutes)
    held, before = (cart, []) if is_new else _locked_with_tickets(cart, at)
    made = [ticket for want in wants for ticket in _tickets_for(held, prices[want.price_id], want, at)]
    check_most([*before, *made], prices | {ticket.price_id: ticket.price for ticket in before})
    if is_new:
        _write(held)
    try:
        for ticket in made:
            insert(ticket)
    except IntegrityError as error:  # the database knew better than the counts: nobody gets a seat twice
        raise seats_gone([ticket.seat for ticket in made if ticket.seat]) from error
    return made


def _write(cart: Cart) -> None:
    """Write a new cart; one of the same turn that ran out gives the turn back."""
    if cart.turn is not None:
        before = Cart.objects.filter(shop=cart.shop, turn=cart.turn, expires_at__lte=cart.created_at)
        before.exclude(id__in=Order.objects.filter(shop=cart.shop).values("cart_id")).update(turn=None)
    try:
        insert(cart)
    except IntegrityError as error:
        sentence = _("Places were chosen with your turn already, perhaps in another window.")
        raise Conflict("turn_used", sentence, way_out=_("Go on there, or wait for another turn.")) from error


def _locked_with_tickets(cart: Cart, at: datetime) -> tuple[Cart, list[Ticket]]:
    """The cart under its lock and what it holds; one that holds nothing gets its whole time from now on."""
    held = lock_cart(cart, at)
    before = tickets_in(held, at)
    if not before:
        _begin_again(held, at)
    return held, before


def _with_best_seats(cart: Cart, wants: Sequence[Want], prices: Mapping[UUID, Price], at: datetime) -> list[Want]:
    """The same wishes, with the best free seats named where a price needs seats and none were."""
    chosen: list[Want] = []
    named = {seat for want in wants for seat in want.seats}
    for want in wants:
        zone = prices[want.price_id].zone
        seating = seating_of(zone.performance_id) if zone.is_numbered and not want.seats else None
        if seating is None:
            chosen.append(want)
            continue
        hall = hall_of(seating.version_id)
        letters = letters_of(seating, cart.channel, at, numbered={zone.code})
        free = {place for place, letter in enumerate(letters) if letter == zone.code and hall.ids[place] not in named}
        choice = best_seats(hall.benches, free, want.count)
        if choice is None:
            raise no_room(prices[want.price_id], len(free))
        seats = tuple(hall.ids[place] for place in choice.seats)
        named.update(seats)
        chosen.append(replace(want, count=0, seats=seats))
    return chosen


@action(needs=SALES)
def drop_places(actor: Actor, cart: Cart, *, tickets: Sequence[UUID]) -> int:  # noqa: ARG001 - a deed has one
    """Let places go that the cart holds; says how many."""
    rows = Ticket.objects.filter(cart_id=cart.id, id__in=tickets, state=Ticket.State.HELD)
    performance_ids = sorted(set(rows.values_list("performance_id", flat=True)))
    if not performance_ids:
        raise NotFound("not_found")
    lock_performances(performance_ids)
    lock_cart(cart, clock.now())
    return rows.delete()[0]


@action(needs=SALES)
def change_price(actor: Actor, cart: Cart, *, ticket: UUID, price: Price) -> Ticket:  # noqa: ARG001 - a deed has one
    """Give a held place another price of its zone; the place stays held."""
    wanted = lock_wanted(cart.shop, [Want(price.id, 1)])[price.id]
    at = clock.now()
    drop_expired([wanted.zone.performance_id], at)
    check_sells([wanted], cart.channel, at, unlocked_by(cart), are_held=True)
    shared_of([wanted.id], at, lock=True)  # quotas before the cart, as every claim locks them
    held = lock_cart(cart, at)
    inside = tickets_in(held, at)
    found = next((one for one in inside if one.id == ticket), None)
    if found is None or found.zone_id != wanted.zone_id:
        raise NotFound("not_found")
    if found.price_id == wanted.id:
        return found
    found.takes_place = False  # its own place does not stand in its way while the room is counted
    found.save(update_fields=["takes_place"])
    check_room_for([Want(wanted.id, 1)], {wanted.id: wanted}, at)
    found.price, found.takes_place = wanted, True
    found.list_amount = found.amount = wanted.amount
    found.vat_permille = wanted.vat_permille
    check_most(inside, {wanted.id: wanted})
    found.save(update_fields=["price", "takes_place", "list_amount", "amount", "vat_permille"])
    return found


@action(needs=SALES)
def set_code(actor: Actor, cart: Cart, *, code: str) -> PromoCode | None:  # noqa: ARG001 - a deed has one
    """Use a promo code for this cart, or none when the text is empty; each refusal says its own reason (rule A8.2)."""
    at = clock.now()
    held = lock_cart(cart, at)
    found: PromoCode | None = None
    if folded(code):
        found = code_in(cart.shop, code)
        check_code(found, tickets_in(held, at), at)
    held.code = found
    held.save(update_fields=["code"])
    return found


@action(needs=SALES)
def extend_cart(actor: Actor, cart: Cart) -> Cart:  # noqa: ARG001 - a deed has one
    """Give the buyer the time of the shop once more, a single time."""
    rows = Ticket.objects.filter(cart_id=cart.id, state=Ticket.State.HELD)
    lock_performances(sorted(set(rows.values_list("performance_id", flat=True))))
    at = clock.now()
    held = lock_cart(cart, at)
    if held.extended:
        raise Refused("extended", _("The time was extended once already."))
    held.extended = True
    _begin_again(held, at)
    held.save(update_fields=["extended"])
    rows.update(hold_until=held.expires_at)
    return held


@action(needs=SALES)
def sweep_holds(actor: Actor, shop: Shop) -> int:  # noqa: ARG001 - a deed has one
    """Forget carts of this shop that ran out a day ago, and let their places go; says how many carts."""
    at = clock.now()
    over = Ticket.objects.filter(
        state=Ticket.State.HELD, hold_until__lte=at, performance__event__shop_id=shop.id, instance_id=shop.instance_id
    )
    ids = sorted(set(over.values_list("performance_id", flat=True)))
    lock_performances(ids)
    drop_expired(ids, at)
    old = Cart.objects.filter(shop=shop, expires_at__lte=at - timedelta(days=1), tickets__isnull=True)
    Cart.objects.filter(shop=shop, created_at__lte=at - SIDE_IS_KEPT).exclude(side="").update(side="")
    return old.delete()[0]


def _begin_again(cart: Cart, at: datetime) -> None:
    """The time of the shop, from now on."""
    cart.expires_at = at + timedelta(minutes=cart.shop.hold_minutes)
    update(cart, "expires_at")


def _tickets_for(cart: Cart, price: Price, want: Want, at: datetime) -> list[Ticket]:
    labels = label_seats(price, want.seats, cart.channel, at)
    seats: list[tuple[str | None, str]] = (
        list(zip(want.seats, labels, strict=True)) if want.seats else [(None, "")] * want.count
    )
    return [
        Ticket(
            organization_id=cart.organization_id,
            instance_id=cart.instance_id,
            performance_id=price.zone.performance_id,
            zone=price.zone,
            price=price,
            cart=cart,
            state=Ticket.State.HELD,
            hold_until=cart.expires_at,
            seat=seat,
            seat_label=label,
            list_amount=price.amount,
            amount=price.amount,
            vat_permille=price.vat_permille,
            code=new_code(),
        )
        for seat, label in seats
    ]


def new_code() -> str:
    """What a ticket's QR says: 128 bits of chance in 26 letters that a scanner and a person can read."""
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
