# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Tickets does by itself. Each job may run twice, and goes on with the next shop when one is busy."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import structlog

from mazot.exchange.facts.tickets.sales import (
    OrderCancelled,
    OrderExpired,
    OrderLetterAsked,
    OrderNeedsAttention,
    OrderPaid,
    OrderPlaced,
    OrderReminded,
)
from mazot.foundation.errors import Busy, DomainError, Refused
from mazot.foundation.facts import Heard
from mazot.foundation.jobs import job
from mazot.foundation.letters import send_letter
from mazot.products.tickets.actions import carts, letters, orders
from mazot.products.tickets.actions.cancelling import cancel_date_of_order
from mazot.products.tickets.actions.refunds import finish_refund, note_refund_fault
from mazot.products.tickets.queries.cards import give_back, refunds_to_send
from mazot.products.tickets.queries.customers import customer_at
from mazot.products.tickets.queries.letters import letter_of, letter_with_link, order_to_write, waits, was_sent
from mazot.products.tickets.queries.orders import orders_of_date
from mazot.products.tickets.queries.programme import performance_at
from mazot.products.tickets.queries.shops import every_shop
from mazot.tenancy.actor import Actor

AGAIN = "again"  # where the order stands now
STANDING = {
    "pending": "placed",
    "paid": "paid",
    "partly_cancelled": "paid",
    "cancelled": "cancelled",
    "expired": "expired",
}
LETTERS = {
    OrderPlaced.kind(): "placed",
    OrderPaid.kind(): "paid",
    OrderExpired.kind(): "expired",
    OrderCancelled.kind(): "cancelled",
    OrderNeedsAttention.kind(): "attention",
    OrderLetterAsked.kind(): AGAIN,
    OrderReminded.kind(): "reminder",
}

log = structlog.get_logger(__name__)


def sweep_holds() -> int:
    """Let places go that forgotten carts still hold."""
    return _in_every_shop(carts.sweep_holds, because="carts hold places for the minutes of their shop")


def expire_orders() -> int:
    """Cancel orders that were not paid by their deadline."""
    return _in_every_shop(orders.expire_orders, because="unpaid orders hold places until their deadline")


def remind_orders() -> int:
    """Remind those whose invoice is due soon."""
    return _in_every_shop(letters.remind_orders, because="a forgotten invoice costs somebody their places")


def _in_every_shop(deed: Callable[[Actor, Any], int], *, because: str) -> int:
    total = 0
    for shop in every_shop():
        try:
            total += deed(Actor.system(shop.organization_id, because=because), shop)
        except DomainError as error:
            log.warning("tickets job passed over a shop", shop=str(shop.id), reason=error.reason)
    return total


def hear_order(heard: Heard) -> None:
    """Have the buyer written what happened to their order, unless whoever cancelled it said not to."""
    kind = LETTERS[heard.kind]
    if kind in ("cancelled", AGAIN):
        if kind == AGAIN or heard.details["tells"]:
            send_order.later(heard.details["order_id"], kind, f"{kind}:{heard.id.hex[-8:]}")
        return
    if kind == "placed" and not waits(UUID(heard.details["order_id"])):
        return  # paid as it was placed: the letter with the tickets says all
    send_order.later(heard.details["order_id"], kind, kind)


def hear_date(heard: Heard) -> None:
    """Settle the orders of a date that does not take place, as it was chosen."""
    said = heard.details
    if said.get("voids") or said.get("tells"):
        settle_date.later(said["performance_id"], said["voids"], said["refunds"], said["tells"], said["reason"])


def hear_refund(heard: Heard) -> None:
    """Have the provider asked."""
    send_refunds.later(heard.details["order_id"])


@job(retries=(60, 600, 3600, 6 * 3600))
def send_refunds(order_id: str) -> None:
    """Give money of an order back through its providers; a silent one is asked again, and somebody is told."""
    silent: Busy | None = None
    for refund in refunds_to_send(UUID(order_id)):
        system = Actor.system(refund.order.organization_id, because="money of an order goes back")
        try:
            give_back(refund)
        except Refused as error:
            note_refund_fault(system, refund.order, payment=refund, why=str(error.sentence))
        except Busy as error:
            silent = error
        else:
            finish_refund(system, refund.order, payment=refund, by_provider=True)
    if silent is not None:
        raise silent


@job()
def settle_date(performance_id: str, voids: bool, refunds: bool, tells: bool, reason: str) -> None:
    """Cancel the tickets of a date or write to their buyers, order by order; run again it does what is left.

    An unpaid order with other dates too is not cancelled in part: its buyer is written to, and somebody decides.
    """
    performance = performance_at(UUID(performance_id))
    if performance is None or performance.state == "on":
        return
    actor = Actor.system(performance.organization_id, because="a date does not take place")
    for order in orders_of_date(performance.id):
        try:
            if voids:
                cancel_date_of_order(actor, order, performance=performance, refunds=refunds, tells=tells, reason=reason)
                continue
        except DomainError as error:
            log.warning("an order of a cancelled date was passed over", order=order.number, reason=error.reason)
        if tells:
            send_order.later(str(order.id), "date", f"date:{performance.id.hex[-8:]}:{performance.state}")


@job()
def send_order(order_id: str, kind: str, mark: str) -> None:
    """Write one letter about an order, with its papers; run again with the same mark it sends nothing."""
    order = order_to_write(UUID(order_id))
    if order is None or (kind in ("placed", "reminder") and order.state != "pending") or was_sent(order, mark):
        return
    kind = STANDING[order.state] if kind == AGAIN else kind
    system = Actor.system(order.organization_id, because="a letter about an order goes out")
    if not letters.claim_letter(system, order, letter=mark):
        return
    try:
        letter = letter_of(order, kind)
        send_letter(letter.to, letter.subject, letter.text, reply_to=letter.reply_to, papers=letter.papers)
    except Exception:
        letters.drop_letter(system, order, letter=mark)
        raise
    letters.note_letter(system, order, letter=mark)


@job(retries=())
def send_link(shop_slug: str, email: str, language: str) -> None:
    """Send somebody the link to their orders in a shop, if they have any."""
    customer = customer_at(shop_slug, email)
    if customer is None:
        return
    system = Actor.system(customer.organization_id, because="somebody asked for the link to their orders")
    if letters.claim_link(system, customer):
        letter = letter_with_link(customer, language)
        send_letter(letter.to, letter.subject, letter.text, reply_to=letter.reply_to)
