# SPDX-License-Identifier: AGPL-3.0-or-later
"""The numbers of orders. No verbs: whoever calls is inside the deed that makes the order."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mazot.foundation.errors import Refused
from mazot.foundation.prepared import Prepared
from mazot.foundation.statements import update
from mazot.products.tickets.models import Order, PaymentMethod, Shop
from mazot.products.tickets.rules.slips import reference_for


def named_for(order: Order, shop: Shop, at: datetime) -> tuple[str, str]:
    """The number of an order, and what finds it again on a bank's statement."""
    number = _number(shop, at, is_test=order.is_test)
    if order.method is None or order.method.kind != PaymentMethod.Kind.INVOICE:
        return number, ""
    return number, reference_for(number, iban=shop.iban, shop_id=shop.id)


def _number(shop: Shop, at: datetime, *, is_test: bool) -> str:
    """The next number of the shop ("T-26-0384"); the shop is locked last of all, and only for a moment."""
    held = _LOCKED_SHOP(shop.id)[0]
    if held.is_test != is_test:
        raise Refused("mode_changed", _("The shop was changed meanwhile. Try again."))
    counter = "next_test_number" if is_test else "next_number"
    number = getattr(held, counter)
    setattr(held, counter, number + 1)
    changed = [counter]
    if not is_test and held.first_order_at is None:
        held.first_order_at = at
        changed.append("first_order_at")
    update(held, *changed)
    if is_test:
        return f"TEST-{number:04d}"
    year = at.astimezone(ZoneInfo(held.timezone)).year % 100
    return f"{held.number_prefix}-{year:02d}-{number:04d}"


_LOCKED_SHOP = Prepared[Shop](lambda shop_id: Shop.objects.select_for_update(no_key=True).filter(id=shop_id))
