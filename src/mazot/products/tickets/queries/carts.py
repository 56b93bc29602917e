# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carts by their token, what is in them, and the actor a stranger in the shop is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mazot.foundation.errors import NotFound
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Cart, Channel, Offer, Shop, Ticket
from mazot.products.tickets.queries.links import digest_of
from mazot.products.tickets.rights import channel_of
from mazot.products.tickets.rules.money import each_off, percent_off, total_off
from mazot.tenancy.actor import Actor

A_BUYER = "a buyer in the shop"


@dataclass(frozen=True, slots=True)
class Bill:
    """A cart's tickets with what each costs after its code."""

    tickets: list[Ticket]
    cuts: list[int]

    @property
    def total(self) -> int:
        return sum(ticket.list_amount for ticket in self.tickets) - sum(self.cuts)

    @property
    def discount(self) -> int:
        return sum(self.cuts)


def buyer_in(shop: Shop) -> Actor:
    """Whoever comes from the street: the shop sells to them online, and they may nothing else."""
    return Actor.system(shop.organization_id, because=A_BUYER)


def cart_behind(shop: Shop, token: str) -> Cart:
    """The cart of a buyer's token, also one that has run out; one of another shop or of a counter is absent."""
    found = _cart_behind(shop, token)
    if found.channel != Channel.ONLINE:
        raise NotFound("not_found")
    return found


def cart_at_counter(actor: Actor, shop: Shop, token: str) -> Cart:
    """The cart that this seller opened and may still sell as then; anybody else's is absent."""
    found = _cart_behind(shop, token)
    if found.seller_id is None or found.seller_id != actor.person_id or found.channel != channel_of(actor):
        raise NotFound("not_found")
    return found


def _cart_behind(shop: Shop, token: str) -> Cart:
    found = _CART.first(digest_of(token[:100]), shop.id)
    if found is None:
        raise NotFound("not_found")
    found.shop = shop
    return found


_CART = Prepared[Cart](
    lambda digest, shop_id: Cart.objects.select_related("code__offer").filter(digest=digest, shop_id=shop_id)
)


def tickets_in(cart: Cart, at: datetime) -> list[Ticket]:
    """What a cart still holds, in the order it was taken, each with its price, zone, date and event."""
    found = _HELD(cart.id, at)
    for ticket in found:
        ticket.performance.event.shop = cart.shop
        ticket.zone.performance = ticket.performance
        ticket.price.zone = ticket.zone
    return found


_HELD = Prepared[Ticket](
    lambda cart_id, at: (
        Ticket.objects.filter(cart_id=cart_id, state=Ticket.State.HELD, hold_until__gt=at)
        .select_related("price", "zone", "performance__event")
        .order_by("id")
    )
)


def bill_of(tickets: list[Ticket], offer: Offer | None) -> Bill:
    """What the tickets cost with an offer; lines it does not touch stay as they are."""
    cuts = [0] * len(tickets)
    if offer is not None:
        named = prices_of(offer)
        touched = [at for at, ticket in enumerate(tickets) if not named or ticket.price_id in named]
        amounts = [tickets[at].list_amount for at in touched]
        cut = {"percent": percent_off, "per_ticket": each_off, "total": total_off}[offer.kind]
        for at, off in zip(touched, cut(amounts, offer.value), strict=True):
            cuts[at] = off
    return Bill(tickets, cuts)


def given_away(tickets: list[Ticket]) -> Bill:
    """What invitations cost: nothing, whatever their prices are."""
    return Bill(tickets, [ticket.list_amount for ticket in tickets])


def prices_of(offer: Offer) -> frozenset[UUID]:
    """The prices an offer is limited to; none means all of the shop."""
    return frozenset(offer.prices.values_list("id", flat=True))


def unlocked_by(cart: Cart | None) -> frozenset[UUID]:
    """The secret prices that the cart's code shows."""
    if cart is None or cart.code is None or not cart.code.offer.shows_secret or not cart.code.offer.is_on:
        return frozenset()
    return prices_of(cart.code.offer)
