# SPDX-License-Identifier: AGPL-3.0-or-later
"""Promotional offers and their codes."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.programme import CodesMade, ShopChanged
from mazot.foundation.errors import Conflict, Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.foundation.text import folded
from mazot.products.tickets.actions.checking import HUGE, LARGE, change, flag, line, moment, one_of, whole
from mazot.products.tickets.actions.holding import hold_shop
from mazot.products.tickets.actions.pricing import prices_in
from mazot.products.tickets.models import Offer, Price, PromoCode, Shop
from mazot.products.tickets.rights import TECHNICAL
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room
from mazot.tenancy.rights import action

OFFERS = 500
AT_ONCE = 5000
CODES = 50_000  # of an offer
LONGEST_CODE = 40


@action(needs=TECHNICAL)
def make_offer(
    actor: Actor, shop: Shop, /, *, name: str, kind: str, value: int, prices: Sequence[Price] = (), **what: Any
) -> Offer:
    """Make an offer; it gives nothing until it has a code."""
    held = hold_shop(shop)
    check_room(Offer.objects.filter(shop=held).count(), limit=OFFERS, field="offer")
    offer = Offer(organization_id=held.organization_id, instance_id=held.instance_id, shop=held)
    change(offer, {"name": name, "kind": kind, "value": value, **what}, CHECKS)
    _check(offer)
    offer.save(force_insert=True)
    offer.prices.set(prices_in(held, prices))
    tell(actor, ShopChanged(held.id, held.name, what=("offers",)))
    return offer


@action(needs=TECHNICAL)
def set_offer(actor: Actor, offer: Offer, /, *, prices: Sequence[Price] | None = None, **what: Any) -> Offer:
    """Change what an offer gives to those who use its codes from now on."""
    held = _hold(offer)
    changed = change(held, what, CHECKS)
    _check(held)
    if changed:
        held.save(update_fields=changed)
    if prices is not None:
        held.prices.set(prices_in(held.shop, prices))
    tell(actor, ShopChanged(held.shop_id, held.shop.name, what=("offers",)))
    return held


@action(needs=TECHNICAL)
def make_codes(
    actor: Actor, offer: Offer, *, code: str = "", count: int = 1, prefix: str = "", max_orders: int | None = None
) -> list[PromoCode]:
    """Make the code that is named, or so many that nobody guesses; `max_orders` of one is for a single use."""
    held = _hold(offer)
    whole(1, LARGE, may_be_none=True)("max_orders", max_orders)
    whole(1, AT_ONCE)("count", count)
    check_room(held.codes.count() + count - 1, limit=CODES, field="count")
    letters = [_checked(code)] if code else _drawn(_checked(prefix) if prefix else "", count)
    taken = PromoCode.objects.filter(shop_id=held.shop_id, code=letters[0])
    if code and taken.exists():
        raise Conflict("taken", _("The shop already has this code."), field="code")
    made = [PromoCode(shop_id=held.shop_id, offer=held, code=each, max_orders=max_orders) for each in letters]
    PromoCode.objects.bulk_create(made, batch_size=500)
    tell(actor, CodesMade(held.shop_id, held.shop.name, offer=held.name, n_codes=len(made)))
    return made


def _hold(offer: Offer) -> Offer:
    rows = Offer.objects.select_for_update(no_key=True, of=("self",)).select_related("shop")
    found = rows.filter(id=offer.id, organization_id=offer.organization_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _checked(code: str) -> str:
    """A code as it is compared: buyers type it in either case and with spaces around it."""
    wanted = folded(code)
    if len(wanted) > LONGEST_CODE or not wanted.replace("-", "").replace("_", "").isalnum():
        sentence = _("A code has up to %(limit)d letters, digits and hyphens.")
        raise Invalid("code", sentence % {"limit": LONGEST_CODE}, field="code", limit=LONGEST_CODE)
    return wanted


def _drawn(prefix: str, count: int) -> list[str]:
    # Ten letters are fifty bits: among 50,000 codes of a shop nobody finds one by trying, and two are never alike.
    start = f"{prefix[: LONGEST_CODE - 11]}-" if prefix else ""
    return [f"{start}{new_secret(letters=10)}" for _each in range(count)]


def _check(offer: Offer) -> None:
    if offer.kind == Offer.Kind.PERCENT and offer.value > 1000:
        raise Invalid("percent", _("An offer gives 100 % at most."), field="value", limit=1000)
    if offer.value == 0 and not offer.shows_secret:
        raise Invalid("nothing", _("This offer gives nothing: no discount, and no secret price."), field="value")
    if offer.starts_at and offer.ends_at and offer.starts_at >= offer.ends_at:
        raise Invalid("window", _("The offer begins before it ends."), field="starts_at")


CHECKS = {
    "name": line(80, may_be_empty=False),
    "kind": one_of(Offer.Kind.values),
    "value": whole(0, HUGE),
    "max_tickets": whole(1, LARGE, may_be_none=True),
    "max_per_order": whole(1, 1000, may_be_none=True),
    "starts_at": moment(),
    "ends_at": moment(),
    "shows_secret": flag,
    "is_on": flag,
}
