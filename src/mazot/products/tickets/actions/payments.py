# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money that comes in for an order: once per event of its provider, whatever is late, twice, too little or too much."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.ids import new_id
from mazot.foundation.statements import insert, update
from mazot.products.tickets.actions.claims import lock_performances, still_sells
from mazot.products.tickets.actions.holding import drop_expired
from mazot.products.tickets.actions.settling import BY_HAND, flag, kept_of, owe, settle
from mazot.products.tickets.models import Offer, Order, Payment, Performance, Ticket
from mazot.products.tickets.queries.availability import counted, left_of, shared_of, taken_of, taken_seats
from mazot.products.tickets.queries.offers import orders_using
from mazot.products.tickets.rights import SALES
from mazot.products.tickets.rules.windows import AT_THE_DOOR
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=SALES)
def record_payment(
    actor: Actor, order: Order, *, amount: int, provider: str = BY_HAND, event: str = "", reference: str = ""
) -> Order:
    """Note money that came in; paid in full, the order's tickets are valid. The same event twice is noted once.

    An order that had expired takes its places again if all of them are still free; if not, somebody has to look at
    it and the money goes back.
    """
    if amount < 1:
        raise Invalid("amount", _("An amount is more than nothing."), field="amount")
    performance_ids = sorted(set(order.tickets.values_list("performance_id", flat=True)))
    lock_performances(performance_ids)
    at = clock.now()
    held = hold_order(order)
    paid = Payment(
        order=held,
        kind=Payment.Kind.PAYMENT,
        provider=provider,
        event=event or str(new_id()),
        reference=reference,
        amount=amount,
        by_id=actor.person_id,
        at=at,
    )
    try:
        with transaction.atomic():
            insert(paid)
    except IntegrityError:  # the provider tells again what it told before
        return _told_again(actor, held, paid)
    held.paid += amount
    update(held, "paid")
    drop_expired(performance_ids, at)
    _judge(actor, held, amount, at)
    return held


def _told_again(actor: Actor, order: Order, paid: Payment) -> Order:
    """A repeat changes nothing; one that says something else now is for somebody to look at."""
    before = Payment.objects.get(provider=paid.provider, event=paid.event)
    why = _("The provider told a payment again, with another amount or for another order.")
    if (before.order_id, before.amount) != (order.id, paid.amount) and order.attention != why:
        flag(actor, order, why)
    return order


def _judge(actor: Actor, order: Order, amount: int, at: datetime) -> None:
    """What the sum means for the order, in the state it is in; money that is owed back already pays for nothing."""
    kept = kept_of(order)
    if order.state == Order.State.PENDING and kept < order.total:
        flag(actor, order, _("Less than its total was paid."))
    elif order.state == Order.State.PENDING:
        _settle(actor, order, kept, at)
    elif order.state == Order.State.EXPIRED and kept >= order.total:
        if _take_places_again(order, at):
            _settle(actor, order, kept, at)
        else:
            owe(actor, order, kept, _("It was paid after its places were gone."), at)
    else:
        owe(actor, order, amount, _("It was paid although it waited for nothing."), at)


def _settle(actor: Actor, order: Order, kept: int, at: datetime) -> None:
    if not Payment.objects.filter(order=order, is_done=False).exists():
        order.attention = ""
        update(order, "attention")
    settle(actor, order, at)
    if kept > order.total:
        owe(actor, order, kept - order.total, _("More than its total was paid."), at)


def _take_places_again(order: Order, at: datetime) -> bool:
    """Give an expired order its places back, all of them or none; its performances are locked."""
    tickets = list(
        Ticket.objects.filter(order=order).select_related("price__zone__performance", "performance").order_by("number")
    )
    sold_as_before = all(still_sells(ticket, order.channel) for ticket in tickets)
    if not (
        sold_as_before and _are_to_come(tickets, at) and _are_free(tickets, at) and _offer_has_room(order, tickets)
    ):
        return False
    try:
        with transaction.atomic():
            Ticket.objects.filter(order=order).update(takes_place=True, state=Ticket.State.PENDING)
    except IntegrityError:
        return False
    return True


def _are_free(tickets: list[Ticket], at: datetime) -> bool:
    performance_ids = {ticket.performance_id for ticket in tickets}
    taken = taken_of(performance_ids, at)
    shared = shared_of({ticket.price_id for ticket in tickets}, at, lock=True)
    seats = {performance_id: taken_seats(performance_id, at) for performance_id in performance_ids}
    for ticket in tickets:
        counts = taken[ticket.performance_id]
        left = left_of(ticket.price, counts, shared)
        if left == 0 or (ticket.seat and ticket.seat in seats[ticket.performance_id]):
            return False
        shared = counted(ticket.price, 1, counts, shared)
    return True


def _are_to_come(tickets: list[Ticket], at: datetime) -> bool:
    """Whether every date takes place, and somebody can still come in."""
    return all(
        ticket.performance.state == Performance.State.ON and at < ticket.performance.starts_at + AT_THE_DOOR
        for ticket in tickets
    )


def _offer_has_room(order: Order, tickets: list[Ticket]) -> bool:
    """Whether the promo code that made the order cheaper could still do so; its offer is locked from here on."""
    code = order.code
    if code is None:
        return True
    offer = Offer.objects.select_for_update(no_key=True).get(id=code.offer_id)
    cheaper = sum(1 for ticket in tickets if ticket.offer_id == offer.id)
    if offer.max_tickets is not None:
        used = Ticket.objects.filter(offer=offer, takes_place=True).count()
        if cheaper and used + cheaper > offer.max_tickets:
            return False
    return code.max_orders is None or orders_using(code) < code.max_orders


def hold_order(order: Order) -> Order:
    rows = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("shop")
    found = rows.filter(id=order.id, organization_id=order.organization_id).first()
    if found is None:
        raise NotFound("not_found")
    return found
