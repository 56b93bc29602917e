# SPDX-License-Identifier: AGPL-3.0-or-later
"""Promo codes: which one was meant, and why one is not taken, each reason with its own sentence (rule A8.2)."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.foundation.errors import Refused
from mazot.foundation.text import folded, hidden_letter
from mazot.products.tickets.models import Order, PromoCode, Shop, Ticket
from mazot.products.tickets.queries.carts import prices_of

LIVE = (Order.State.PENDING, Order.State.PAID, Order.State.PARTLY_CANCELLED)


def code_in(shop: Shop, text: str) -> PromoCode:
    wanted = folded(text)[:40]
    if hidden_letter(wanted):  # no code has one, and PostgreSQL takes no NUL to look for
        raise code_unknown()
    found = PromoCode.objects.select_related("offer").filter(shop=shop, code=wanted).first()
    if found is None or not found.offer.is_on:
        raise code_unknown()
    return found


def code_unknown() -> Refused:
    return Refused("code_unknown", _("This code is not known here."), field="code")


def check_code(code: PromoCode, tickets: Sequence[Ticket], at: datetime) -> None:
    """Raise unless the code may be used for these tickets now; the offer is locked when it decides an order."""
    offer = code.offer
    if offer.starts_at is not None and at < offer.starts_at:
        raise Refused("code_early", _("This code cannot be used yet."), field="code")
    if offer.ends_at is not None and at >= offer.ends_at:
        raise Refused("code_expired", _("This code has expired."), field="code")
    if code.max_orders is not None and orders_using(code) >= code.max_orders:
        raise Refused("code_used", _("This code has been used already."), field="code")
    named = prices_of(offer)
    touched = [ticket for ticket in tickets if not named or ticket.price_id in named]
    if tickets and not touched:
        raise Refused("code_elsewhere", _("This code is for other tickets than these."), field="code")
    if offer.max_per_order is not None and len(touched) > offer.max_per_order:
        sentence = ngettext(
            "This code is for up to %(most)d ticket of one order.",
            "This code is for up to %(most)d tickets of one order.",
            offer.max_per_order,
        )
        raise Refused("code_many", sentence % {"most": offer.max_per_order}, field="code", limit=offer.max_per_order)
    if offer.max_tickets is not None:
        used = Ticket.objects.filter(offer=offer, takes_place=True).count()
        if used + len(touched) > offer.max_tickets:
            raise Refused("code_used_up", _("This offer is used up."), field="code")


def orders_using(code: PromoCode) -> int:
    """How many orders that still count have used a code."""
    return Order.objects.filter(code=code, state__in=LIVE).count()
