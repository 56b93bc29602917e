# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make the one order of a cart, and let unpaid ones expire."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.exchange.facts.tickets.sales import OrderExpired, OrderPlaced
from mazot.foundation import clock
from mazot.foundation.errors import Busy, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_id
from mazot.foundation.prepared import Prepared
from mazot.foundation.statements import insert, insert_unless_there, update
from mazot.foundation.text import folded, sought
from mazot.products.tickets.actions.answering import answers_of_order, answers_of_tickets
from mazot.products.tickets.actions.claims import (
    cart_is_over,
    check_most,
    check_sells,
    label_seats,
    lock_performances,
)
from mazot.products.tickets.actions.numbering import named_for
from mazot.products.tickets.actions.settling import kept_of, owe, tell_paid
from mazot.products.tickets.models import (
    Cart,
    Customer,
    Entry,
    Offer,
    Order,
    PaymentMethod,
    Price,
    PromoCode,
    Shop,
    Ticket,
)
from mazot.products.tickets.queries.carts import Bill, bill_of, given_away, tickets_in, unlocked_by
from mazot.products.tickets.queries.links import digest_of, link_secret
from mazot.products.tickets.queries.offers import check_code, code_unknown
from mazot.products.tickets.queries.orders import deadline_of, fee_on, is_invitation, methods_for
from mazot.products.tickets.rights import SALES, channel_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import checked_name
from mazot.tenancy.rights import action, require


@action(needs=SALES)
def place_order(
    actor: Actor,
    cart: Cart,
    *,
    customer: Mapping[str, str],
    method: PaymentMethod,
    answers: Mapping[str, Any] | None = None,
    holders: Mapping[UUID, str] | None = None,
) -> tuple[Order, str]:
    """Make the order of a cart; asked again, however often, it answers with the same order and its link's secret.

    `answers` holds those of the order below "order" and those of tickets below their ids; `holders` are names.
    """
    if cart.channel != channel_of(actor):  # a cart of the counter sells more, and only there
        raise NotFound("not_found")
    found = order_of(cart)
    if found is not None:
        return found, link_secret(found.id)
    cart = _CART.first(cart.id) or cart  # its code as it is now
    performance_ids = sorted(set(_PERFORMANCES(cart.id)))
    lock_performances(performance_ids)
    offer = _locked_offer(cart)
    at = clock.now()  # after the wait for the locks: a hold may have run out meanwhile
    held, found = _locked(cart, at)
    if found is not None:
        return found, link_secret(found.id)
    tickets = tickets_in(held, at)
    if not tickets:
        raise cart_is_over()
    if held.code_id != cart.code_id or not {ticket.performance_id for ticket in tickets}.issubset(performance_ids):
        raise Busy("changed", _("The cart was changed elsewhere. Look at it again."))
    _check_again(held, tickets, at)
    bill, offer = _billed(held, tickets, _usable(cart.code, offer) if cart.code else None, method, at)
    order = _order_of(held, bill, method, at)
    order.seller_id = actor.person_id
    order.customer = _customer(held, customer, at)
    order.answers = answers_of_order(tickets, (answers or {}).get("order", {}))
    said = answers_of_tickets(tickets, answers or {})
    order.number, order.reference = named_for(order, held.shop, at)
    insert(order)
    _enter(order, bill, offer, said, holders or {})
    held.expires_at = at
    update(held, "expires_at")
    insert(Entry(order=order, what="placed", details={"total": order.total}, by_id=actor.person_id, at=at))
    tell(actor, OrderPlaced(order.id, order.shop_id, order.number))
    if order.state == Order.State.PAID:
        tell_paid(actor, order, at)
    return order, link_secret(order.id)


def _billed(
    cart: Cart, tickets: list[Ticket], code: PromoCode | None, method: PaymentMethod, at: datetime
) -> tuple[Bill, Offer | None]:
    """What the order costs when it is paid this way; refused when it cannot be. An invitation uses no code."""
    if code is not None:
        check_code(code, tickets, at)
    offer = code.offer if code is not None else None
    bill = bill_of(tickets, offer)
    if is_invitation(cart, method, bill.total):
        bill, offer, cart.code = given_away(tickets), None, None
    if method.id not in {one.id for one in methods_for(cart, tickets, bill.total, at)}:
        raise Refused("method", _("This order cannot be paid this way. Choose another one."), field="method")
    return bill, offer


def _enter(
    order: Order, bill: Bill, offer: Offer | None, said: Mapping[UUID, Any], holders: Mapping[UUID, str]
) -> None:
    """Write the tickets into their order, each with what it costs there."""
    state = Ticket.State.VALID if order.state == Order.State.PAID else Ticket.State.PENDING
    for at_index, (ticket, cut) in enumerate(zip(bill.tickets, bill.cuts, strict=True)):
        ticket.order_id, ticket.number, ticket.state, ticket.hold_until = order.id, at_index + 1, state, None
        ticket.amount = ticket.list_amount - cut
        ticket.offer_id = offer.id if offer is not None and cut else None
        ticket.answers = said[ticket.id]
        ticket.holder_name = _holder(holders.get(ticket.id, ""))
        update(ticket, *ORDERED)


MOST_LETTERS = 254  # of an address
ORDERED = ("order", "number", "state", "hold_until", "amount", "offer", "answers", "holder_name")


def order_of(cart: Cart) -> Order | None:
    """The order a cart became."""
    return _ORDER.first(cart.id)


_ORDER = Prepared[Order](lambda cart_id: Order.objects.select_related("shop").filter(cart_id=cart_id))
_CART = Prepared[Cart](lambda cart_id: Cart.objects.select_related("code").filter(id=cart_id))
_PERFORMANCES = Prepared[UUID](
    lambda cart_id: Ticket.objects.filter(cart_id=cart_id).values_list("performance_id", flat=True)
)
_LOCKED_CART = Prepared[Cart](
    lambda cart_id: (
        Cart.objects.select_for_update(no_key=True, of=("self",))
        .select_related("shop", "code__offer")
        .filter(id=cart_id)
    )
)
_CUSTOMER = Prepared[Customer](lambda shop_id, email: Customer.objects.filter(shop_id=shop_id, email=email))


def expire_orders(actor: Actor, shop: Shop) -> int:
    """Cancel the orders of a shop that were not paid by their deadline, and free their places; says how many.

    Each for itself: together they would lock dates in the order of their deadlines, against buyers of several dates.
    """
    require(actor, SALES, shop)
    due = Order.objects.filter(shop=shop, state=Order.State.PENDING, due_at__lte=clock.now()).order_by("due_at")
    return sum(expire_order(actor, order) for order in list(due[:200]))


@action(needs=SALES)
def expire_order(actor: Actor, order: Order) -> bool:
    """Cancel an order if it was not paid by its deadline, and free its places; says whether it was so."""
    lock_performances(sorted(set(order.tickets.values_list("performance_id", flat=True))))
    at = clock.now()
    held = Order.objects.select_for_update(no_key=True).get(id=order.id)
    if held.state != Order.State.PENDING or held.due_at is None or held.due_at > at:
        return False
    held.state = Order.State.EXPIRED
    update(held, "state")
    Ticket.objects.filter(order=held).update(state=Ticket.State.VOID, takes_place=False)
    insert(Entry(order=held, what="expired", details={}, by_id=None, at=at))
    tell(actor, OrderExpired(held.id, held.shop_id, held.number))
    if money := kept_of(held):
        owe(actor, held, money, _("Less than its total was paid by its deadline."), at)
    return True


def _locked(cart: Cart, at: datetime) -> tuple[Cart, Order | None]:
    """The cart under its lock, or the order that somebody made of it while this one waited."""
    held = _LOCKED_CART.first(cart.id)
    if held is None:  # swept: it ran out a day ago
        raise cart_is_over()
    found = order_of(held)
    if found is None and held.expires_at <= at:
        raise cart_is_over()
    return held, found


def _locked_offer(cart: Cart) -> Offer | None:
    if cart.code is None:
        return None
    return Offer.objects.select_for_update(no_key=True).filter(id=cart.code.offer_id, is_on=True).first()


def _usable(code: PromoCode, offer: Offer | None) -> PromoCode:
    """The code with its offer as the lock found it; one whose offer was switched off is known no more."""
    if offer is None:
        raise code_unknown()
    code.offer = offer
    return code


def _check_again(cart: Cart, tickets: Sequence[Ticket], at: datetime) -> None:
    """What was true when the places were held must still be: windows, layers, seats, and how many of each price."""
    prices: dict[UUID, Price] = {}
    for ticket in tickets:
        prices[ticket.price_id] = ticket.price
    check_sells(prices.values(), cart.channel, at, unlocked_by(cart), are_held=True)
    check_most(tickets, prices)
    for price_id, count in Counter(ticket.price_id for ticket in tickets).items():
        price = prices[price_id]
        if count < price.min_per_order:
            sentence = ngettext(
                "“%(price)s” is sold from %(least)d place on.",
                "“%(price)s” is sold from %(least)d places on.",
                price.min_per_order,
            )
            values = {"price": price.name, "least": price.min_per_order}
            raise Refused("too_few_of_price", sentence % values, price=str(price_id), limit=price.min_per_order)
        seats = [ticket.seat for ticket in tickets if ticket.price_id == price_id and ticket.seat]
        label_seats(price, seats, cart.channel, at, own=frozenset(seats))


def _order_of(cart: Cart, bill: Bill, method: PaymentMethod, at: datetime) -> Order:
    order_id = new_id()
    fee = fee_on(method, bill)
    is_paid = bill.total + fee == 0
    first = min(ticket.performance.starts_at for ticket in bill.tickets)
    return Order(
        id=order_id,
        organization_id=cart.organization_id,
        instance_id=cart.instance_id,
        shop=cart.shop,
        cart_id=cart.id,
        state=Order.State.PAID if is_paid else Order.State.PENDING,
        channel=cart.channel,
        is_test=cart.shop.is_test,
        language=cart.language,
        currency=cart.shop.currency,
        method=method,
        code=cart.code,
        fee=fee,
        total=bill.total + fee,
        digest=digest_of(link_secret(order_id)),
        due_at=None if is_paid else deadline_of(method, first, at),
        created_at=at,
        paid_at=at if is_paid else None,
    )


def _customer(cart: Cart, said: Mapping[str, str], at: datetime) -> Customer | None:
    """Who orders, known in the shop by their address; at a counter nobody has to say."""
    email = folded(str(said.get("email", "")))
    if not email:
        if cart.channel == "online":
            raise Invalid("email_missing", _("An e-mail address is needed: the tickets go there."), field="email")
        return None
    try:
        validate_email(email)  # up to 320 letters; a row keeps the 254 that mail can carry (RFC 5321, 4.5.3.1.3)
        if len(email) > MOST_LETTERS:
            raise ValidationError("too long")
    except ValidationError as error:
        raise Invalid("email", _("This is no e-mail address."), field="email") from error
    names = {
        field: checked_name(str(said.get(field, "")), field=field, limit=120, may_be_empty=True)
        for field in ("first_name", "last_name", "company")
    }
    names["phone"] = checked_name(str(said.get("phone", "")), field="phone", limit=40, may_be_empty=True)
    found = _CUSTOMER.first(cart.shop_id, email)
    if found is None:
        place = {"organization_id": cart.organization_id, "instance_id": cart.instance_id, "shop": cart.shop}
        found = Customer(email=email, created_at=at, **place)
        _named(found, names)
        if insert_unless_there(found):
            return found
        found = Customer.objects.get(shop=cart.shop, email=email)  # the same person orders twice at once
    if changed := _named(found, names):
        update(found, *changed, "sought")
    return found


def _named(row: Customer, names: Mapping[str, str]) -> list[str]:
    """Take over what was said anew; what was not said stays."""
    changed = [field for field, value in names.items() if value and getattr(row, field) != value]
    for field in changed:
        setattr(row, field, names[field])
    row.sought = sought(f"{row.first_name} {row.last_name} {row.company} {row.email}")[:500]
    return changed


def _holder(name: str) -> str:
    return checked_name(name, field="holder", limit=160, may_be_empty=True)
