# SPDX-License-Identifier: AGPL-3.0-or-later
"""Money that goes back: by hand and noted, or through the provider it came from, which is asked and may refuse."""

from django.db.models import Sum
from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.sales import RefundAsked
from mazot.foundation import clock
from mazot.foundation.errors import NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_id
from mazot.foundation.statements import insert, update
from mazot.products.tickets.actions.payments import hold_order
from mazot.products.tickets.actions.settling import BY_HAND, flag
from mazot.products.tickets.models import Entry, Order, Payment
from mazot.products.tickets.rights import SALES
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action


@action(needs=SALES)
def finish_refund(actor: Actor, order: Order, *, payment: Payment, by_provider: bool = False) -> Order:
    """Note that money that was owed has gone back; by hand not while its provider may still be giving it back."""
    held = hold_order(order)
    row = _locked(held, payment)
    if row.is_done:
        return held
    if row.provider != BY_HAND and not row.fault and not by_provider:
        raise Refused("on_its_way", _("The card provider is giving this money back at this moment."))
    row.is_done, row.by_id = True, actor.person_id
    update(row, "is_done", "by")
    _note(actor, held, row.amount)
    return held


@action(needs=SALES)
def note_refund_fault(actor: Actor, order: Order, *, payment: Payment, why: str) -> Order:
    """Note that a provider did not give money back; somebody has to look at it."""
    held = hold_order(order)
    row = _locked(held, payment)
    if not row.is_done and row.fault != why[:200]:
        row.fault = why[:200]
        update(row, "fault")
        flag(actor, held, _("The card provider did not give money back: %(why)s") % {"why": row.fault})
    return held


@action(needs=SALES)
def ask_refund_again(actor: Actor, order: Order, *, payment: Payment) -> Order:
    """Ask the provider once more for what it refused."""
    held = hold_order(order)
    row = _locked(held, payment)
    if row.is_done or row.provider == BY_HAND or not row.fault:
        raise Refused("not_refused", _("There is nothing to ask for again."))
    # A provider answers one name always alike, its refusal too: the next asking has a name of its own.
    row.fault, row.event = "", str(new_id())
    update(row, "fault", "event")
    tell(actor, RefundAsked(held.id, held.shop_id, held.number))
    return held


@action(needs=SALES)
def note_returned(actor: Actor, order: Order, *, provider: str, reference: str, amount: int) -> Order:
    """Note what went back of a payment at the provider itself, beyond what was asked for here."""
    held = hold_order(order)
    came = Payment.objects.filter(order=held, kind=Payment.Kind.PAYMENT, provider=provider, reference=reference).first()
    if came is None:
        return held
    known = Payment.objects.filter(order=held, kind=Payment.Kind.REFUND, provider=provider, reference=reference)
    more = min(amount, came.amount) - (known.aggregate(sum=Sum("amount"))["sum"] or 0)
    if more <= 0:
        return held
    why = _("Money went back at the card provider.")
    row = Payment(
        order=held,
        kind=Payment.Kind.REFUND,
        provider=provider,
        event=str(new_id()),
        reference=reference,
        amount=more,
        reason=why,
        at=clock.now(),
    )
    insert(row)
    _note(actor, held, row.amount)
    flag(actor, held, why)
    return held


@action(needs=SALES)
def note_came_back(
    actor: Actor, order: Order, *, provider: str, reference: str, key: str, amount: int, why: str
) -> Order:
    """Note that money which had gone back was not taken, and is owed again; told a second time it changes nothing.

    Without the key it was asked for under it went back at the provider itself: the last such amount counts.
    """
    held = hold_order(order)
    rows = Payment.objects.select_for_update().filter(order=held, kind=Payment.Kind.REFUND, provider=provider)
    rows = rows.filter(reference=reference, amount=amount)
    row = rows.filter(event=key).first() if key else rows.filter(is_done=True).order_by("-at", "-id").first()
    if row is None or row.fault:
        return held
    if row.is_done:
        held.refunded -= row.amount
        update(held, "refunded")
    row.is_done, row.fault = False, (why or "failed")[:200]
    update(row, "is_done", "fault")
    details = {"amount": row.amount, "why": row.fault}
    insert(Entry(order=held, what="came_back", details=details, by_id=actor.person_id, at=clock.now()))
    flag(actor, held, _("Money that went back came back from the bank: %(why)s") % {"why": row.fault})
    return held


def _locked(order: Order, payment: Payment) -> Payment:
    row = Payment.objects.select_for_update().filter(id=payment.id, order=order, kind=Payment.Kind.REFUND).first()
    if row is None:
        raise NotFound("not_found")
    return row


def _note(actor: Actor, order: Order, amount: int) -> None:
    order.refunded += amount
    if not Payment.objects.filter(order=order, is_done=False).exists():
        order.attention = ""
    update(order, "refunded", "attention")
    insert(Entry(order=order, what="refunded", details={"amount": amount}, by_id=actor.person_id, at=clock.now()))
