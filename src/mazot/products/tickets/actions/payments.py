# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money that comes in for an order: once per event of its provider, whatever is late, twice, too little or too much."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.sales import OrderNeedsAttention
from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_id
from mazot.foundation.statements import insert, update
from mazot.products.tickets.actions.claims import drop_expired, lock_performances
from mazot.products.tickets.actions.settling import settle
from mazot.products.tickets.models import Entry, Order, Payment, Seating, Ticket
from mazot.products.tickets.queries.availability import left_of, shared_of, taken_of, taken_seats
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.rights import SALES
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

BY_HAND = "hand"
GONE = (Order.State.EXPIRED, Order.State.CANCELLED)


@action(needs=SALES)
def record_payment(actor: Actor, order: Order, *, amount: int, provider: str = BY_HAND, event: str = "") -> Order:
    """Note money that came in; paid in full, the order's tickets are valid. The same event twice is noted once.

    An order that had expired takes its places again if all of them are still free; if not, somebody has to look at
    it and the money goes back.
    """
    if amount < 1:
        raise Invalid("amount", _("An amount is more than nothing."), field="amount")
    at = clock.now()
    performance_ids = sorted(set(order.tickets.values_list("performance_id", flat=True)))
    lock_performances(performance_ids)
    held = _hold(order)
    paid = Payment(
        order=held,
        kind=Payment.Kind.PAYMENT,
        provider=provider,
        event=event or str(new_id()),
        amount=amount,
        by_id=actor.person_id,
        at=at,
    )
    try:
        with transaction.atomic():
            insert(paid)
    except IntegrityError:  # the provider tells again what it told before
        return held
    held.paid += amount
    update(held, "paid")
    drop_expired(performance_ids, at)
    _judge(actor, held, amount, at)
    return held


def _judge(actor: Actor, order: Order, amount: int, at: datetime) -> None:
    """What the sum means for the order, in the state it is in."""
    was_open = order.state == Order.State.PENDING
    if was_open and order.paid < order.total:
        _flag(actor, order, _("less than its total was paid."))
    elif was_open or (order.state == Order.State.EXPIRED and order.paid >= order.total):
        if order.state == Order.State.EXPIRED and not _take_places_again(order, at):
            _owe(actor, order, order.paid - order.refunded, _("It was paid after its places were gone."), at)
            return
        order.attention = ""
        update(order, "attention")
        settle(actor, order, at)
        if order.paid > order.total:
            _owe(actor, order, order.paid - order.total, _("More than its total was paid."), at)
    else:
        _owe(actor, order, amount, _("It was paid although it waited for nothing."), at)


def _take_places_again(order: Order, at: datetime) -> bool:
    """Give an expired order its places back, all of them or none; its performances are locked."""
    tickets = list(
        Ticket.objects.filter(order=order).select_related("price__zone__performance", "performance").order_by("number")
    )
    if not _are_free(tickets, at):
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
        if left == 0 or (ticket.seat and (ticket.seat in seats[ticket.performance_id] or not _is_in_plan(ticket))):
            return False
        counts.total += 1
        counts.zones[ticket.zone_id] = counts.zones.get(ticket.zone_id, 0) + 1
        counts.prices[ticket.price_id] = counts.prices.get(ticket.price_id, 0) + 1
        shared = [
            type(one)(one.quota, one.prices, one.taken + 1) if ticket.price_id in one.prices else one for one in shared
        ]
    return True


def _is_in_plan(ticket: Ticket) -> bool:
    seating = Seating.objects.filter(performance_id=ticket.performance_id).first()
    return seating is not None and ticket.seat in hall_of(seating.version_id).index


def _owe(actor: Actor, order: Order, amount: int, why: str, at: datetime) -> None:
    """Write down money that has to go back, and have somebody look at the order."""
    refund = Payment(
        order=order,
        kind=Payment.Kind.REFUND,
        provider=BY_HAND,
        event=str(new_id()),
        amount=amount,
        reason=str(why)[:200],
        is_done=False,
        by_id=actor.person_id,
        at=at,
    )
    insert(refund)
    _flag(actor, order, why)


def _flag(actor: Actor, order: Order, why: str) -> None:
    order.attention = str(why)[:200]
    update(order, "attention")
    insert(Entry(order=order, what="attention", details={"why": order.attention}, by_id=None, at=clock.now()))
    tell(actor, OrderNeedsAttention(order.id, order.shop_id, order.number, why=order.attention))


def _hold(order: Order) -> Order:
    rows = Order.objects.select_for_update(no_key=True, of=("self",)).select_related("shop")
    found = rows.filter(id=order.id, organization_id=order.organization_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


@action(needs=SALES)
def finish_refund(actor: Actor, order: Order, *, payment: Payment) -> Order:
    """Note that money that was owed has gone back."""
    held = _hold(order)
    row = Payment.objects.select_for_update().filter(id=payment.id, order=held, kind=Payment.Kind.REFUND).first()
    if row is None:
        raise NotFound("not_found")
    if row.is_done:
        return held
    row.is_done, row.by_id = True, actor.person_id
    row.save(update_fields=["is_done", "by"])
    held.refunded += row.amount
    if not Payment.objects.filter(order=held, is_done=False).exists():
        held.attention = ""
    update(held, "refunded", "attention")
    insert(Entry(order=held, what="refunded", details={"amount": row.amount}, by_id=actor.person_id, at=clock.now()))
    return held
