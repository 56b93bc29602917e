# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which letters about an order go out: each is claimed by one worker, sent, and noted, so that none goes twice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.sales import OrderLetterAsked, OrderReminded
from mazot.foundation import clock
from mazot.foundation.errors import Busy, NotFound, Refused, TooMany
from mazot.foundation.facts import tell
from mazot.foundation.prepared import Prepared
from mazot.foundation.statements import insert, update
from mazot.products.tickets.models import Customer, Entry, Order, PaymentMethod, Shop
from mazot.products.tickets.queries.letters import was_sent
from mazot.products.tickets.rights import SALES
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

CLAIM = timedelta(minutes=5)  # a worker that has not sent by then has died: another one takes the letter
AGAIN = timedelta(minutes=5)  # between two letters that somebody asks for
MOST_OF_A_DAY = 5  # for a buyer; a member sends it as often as somebody asks
DAYS_BEFORE = 2  # an unpaid invoice's deadline, by the calendar of the shop


@action(needs=SALES)
def claim_letter(actor: Actor, order: Order, *, letter: str) -> bool:
    """Take a letter to send it; false when it was sent, and busy while another worker has it."""
    held, at = _locked(order), clock.now()
    known = [row for row in _LETTERS(held.id) if row[1].get("letter") == letter]
    if any(what == "sent" for what, _details, _then in known):
        return False
    if any(then > at - CLAIM for _what, _details, then in known):
        raise Busy("sending", _("This letter is being sent."))
    if known:
        Entry.objects.filter(order=held, what="sending", details__letter=letter).delete()
    insert(Entry(order=held, what="sending", details={"letter": letter}, by_id=actor.person_id, at=at))
    return True


@action(needs=SALES)
def drop_letter(actor: Actor, order: Order, *, letter: str) -> None:  # noqa: ARG001 - a deed has one
    """Give a letter back that could not be sent."""
    Entry.objects.filter(order=_locked(order), what="sending", details__letter=letter).delete()


@action(needs=SALES)
def note_letter(actor: Actor, order: Order, *, letter: str) -> bool:
    """Write down that a letter of this kind was sent; says whether it was the first."""
    held = _locked(order)
    if was_sent(held, letter):
        return False
    claimed = Entry.objects.filter(order=held, what="sending", details__letter=letter)
    if claimed.update(what="sent", at=clock.now()):
        return True
    insert(Entry(order=held, what="sent", details={"letter": letter}, by_id=actor.person_id, at=clock.now()))
    return True


@action(needs=SALES)
def ask_letter(actor: Actor, order: Order) -> Order:
    """Have the customer written again where the order stands, with its papers and its link."""
    held, at = _locked(order), clock.now()
    customer = Customer.objects.filter(id=held.customer_id, erased_at__isnull=True).first()
    if customer is None:
        raise Refused("nobody", _("This order has no customer to write to."))
    if Entry.objects.filter(order=held, what="asked", at__gt=at - AGAIN).exists():
        raise TooMany("too_soon", _("The letter was asked for a moment ago."), way_out=_("Try again in five minutes."))
    if actor.person_id is None:  # behind the link is whoever ordered, and the mailbox may be somebody else's
        asked = Entry.objects.filter(order=held, what="asked", by=None, at__gt=at - timedelta(days=1))
        if asked.count() >= MOST_OF_A_DAY:
            sentence = _("The letter was asked for %(count)d times today.") % {"count": MOST_OF_A_DAY}
            raise TooMany("too_many", sentence, way_out=_("The organizer can send it again, and this page says all."))
    insert(Entry(order=held, what="asked", details={}, by_id=actor.person_id, at=at))
    tell(actor, OrderLetterAsked(held.id, held.shop_id, held.number))
    return held


@action(needs=SALES)
def claim_link(actor: Actor, customer: Customer) -> bool:  # noqa: ARG001 - a deed has one
    """Whether the link to their orders goes to a customer now: not again within minutes, and not twice at once."""
    at = clock.now()
    held = Customer.objects.select_for_update(no_key=True).filter(id=customer.id, erased_at__isnull=True).first()
    if held is None or (held.asked_at is not None and held.asked_at > at - AGAIN):
        return False
    held.asked_at = at
    update(held, "asked_at")
    return True


@action(needs=SALES)
def remind_orders(actor: Actor, shop: Shop) -> int:
    """Remind those whose invoice is due soon, once for each order; says how many."""
    at = clock.now()
    soon = Order.objects.filter(
        shop=shop,
        state=Order.State.PENDING,
        method__kind=PaymentMethod.Kind.INVOICE,
        due_at__gt=at,
        due_at__lte=at + timedelta(days=DAYS_BEFORE, hours=2),  # a day of the calendar has up to 25 hours
    ).exclude(entries__what="reminded")
    return sum(_remind(actor, shop, order, at) for order in soon.order_by("due_at")[:200])


def _remind(actor: Actor, shop: Shop, order: Order, at: datetime) -> int:
    held = _locked(order)
    was_reminded = Entry.objects.filter(order=held, what="reminded").exists()
    if held.state != Order.State.PENDING or held.due_at is None or was_reminded:
        return 0
    from_then = reminder_of(held.due_at, shop)
    if at < from_then or held.created_at >= from_then:  # who has less time than that was told it a moment ago
        return 0
    insert(Entry(order=held, what="reminded", details={}, by_id=None, at=at))
    tell(actor, OrderReminded(held.id, held.shop_id, held.number))
    return 1


def reminder_of(due_at: datetime, shop: Shop) -> datetime:
    """The same time of day in the shop, two days before; so by the clocks of its town, also when those change."""
    return due_at.astimezone(ZoneInfo(shop.timezone)) - timedelta(days=DAYS_BEFORE)


def _locked(order: Order) -> Order:
    held = _LOCKED.first(order.id)
    if held is None:
        raise NotFound("not_found", _("This order is gone."))
    return held


_LETTERS = Prepared[tuple[str, dict[str, object], datetime]](
    lambda order_id: Entry.objects.filter(order_id=order_id, what__in=["sent", "sending"]).values_list(
        "what", "details", "at"
    )
)
_LOCKED = Prepared[Order](lambda order_id: Order.objects.select_for_update(no_key=True).filter(id=order_id))
