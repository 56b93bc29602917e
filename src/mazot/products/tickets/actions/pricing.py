# SPDX-License-Identifier: AGPL-3.0-or-later
"""Zones, prices and shared quotas of a date."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.programme import PricingChanged, ShopChanged
from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.products.tickets.actions.checking import HUGE, LARGE, SMALL, change, flag, line, moment, one_of, whole
from mazot.products.tickets.actions.copying import clear_pricing_rows, copy_pricing_rows
from mazot.products.tickets.actions.holding import (
    drop_expired,
    hold_performance,
    hold_performances,
    hold_shop,
    zone_of,
)
from mazot.products.tickets.models import Form, Performance, Price, Quota, Seating, Shop, Ticket, Zone
from mazot.products.tickets.rights import TECHNICAL
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room, checked_name
from mazot.tenancy.rights import action

CODES = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"  # a seating has one letter for each seat
PRICES = 100  # of a zone
QUOTAS = 500
ICONS = ("", "child", "student", "senior", "staff", "press", "guest", "wheelchair")


@action(needs=TECHNICAL)
def make_zone(actor: Actor, performance: Performance, /, *, name: str, **what: Any) -> Zone:
    """Add a pricing area to a date."""
    held = hold_performance(performance)
    taken = list(held.zones.order_by("position").values_list("code", "tint", "position"))
    check_room(len(taken), limit=len(CODES), field="zone")
    codes = {code for code, _tint, _position in taken}
    tints = [tint for tint in range(1, 9) if tint not in {tint for _code, tint, _position in taken}]
    zone = Zone(
        performance=held,
        name=checked_name(name, field="name", limit=80),
        code=next(code for code in CODES if code not in codes),
        tint=tints[0] if tints else len(taken) % 8 + 1,
        position=taken[-1][2] + 1 if taken else 0,
    )
    change(zone, what, ZONE)
    zone.save(force_insert=True)
    _tell(actor, held)
    return zone


@action(needs=TECHNICAL)
def set_zone(actor: Actor, performance: Performance, /, *, zone: Zone, **what: Any) -> Zone:
    """Change a zone; whether its seats are numbered only while none of its places is sold or in a cart."""
    held = hold_performance(performance)
    row = zone_of(held, zone)
    changed = change(row, what, ZONE | {"name": line(80, may_be_empty=False)})
    if "is_numbered" in changed:
        drop_expired([held.id], clock.now())
        if n_taken := Ticket.objects.filter(zone=row, takes_place=True).count():
            sentence = _("%(count)d places of “%(zone)s” are sold or in a cart, so its seats stay as they are.")
            raise Refused("sold", sentence % {"count": n_taken, "zone": row.name}, field="is_numbered")
    if changed:
        row.save(update_fields=changed)
        _tell(actor, held)
    return row


@action(needs=TECHNICAL)
def remove_zone(actor: Actor, performance: Performance, *, zone: Zone) -> None:
    """Take a zone away of which nothing was ordered; its seats belong to no zone then."""
    held = hold_performance(performance)
    row = zone_of(held, zone)
    _refuse_if_sold(held, Ticket.objects.filter(zone=row), row.name)
    seating = Seating.objects.select_for_update().filter(performance=held).first()
    if seating is not None and row.code in seating.zones:
        seating.zones = seating.zones.replace(row.code, ".")
        seating.stamp += 1
        seating.save(update_fields=["zones", "stamp"])
    row.delete()
    _tell(actor, held)


@action(needs=TECHNICAL)
def make_price(actor: Actor, performance: Performance, /, *, zone: Zone, name: str, amount: int, **what: Any) -> Price:
    """Add a price to a zone; the amount contains its tax."""
    held = hold_performance(performance)
    row = zone_of(held, zone)
    check_room(row.prices.count(), limit=PRICES, field="price")
    last = row.prices.order_by("position").values_list("position", flat=True).last()
    price = Price(zone=row, position=0 if last is None else last + 1)
    change(price, {"name": name, "amount": amount, **what}, PRICE)
    _check_price(held, price)
    price.save(force_insert=True)
    _tell(actor, held)
    return price


@action(needs=TECHNICAL)
def set_price(actor: Actor, performance: Performance, /, *, price: Price, **what: Any) -> Price:
    """Change a price for those who buy from now on; what was bought keeps its amount."""
    held = hold_performance(performance)
    row = _price_of(held, price)
    changed = change(row, what, PRICE)
    _check_price(held, row)
    if changed:
        row.save(update_fields=changed)
        _tell(actor, held)
    return row


@action(needs=TECHNICAL)
def remove_price(actor: Actor, performance: Performance, *, price: Price) -> None:
    """Take a price away at which nothing was ordered."""
    held = hold_performance(performance)
    row = _price_of(held, price)
    _refuse_if_sold(held, Ticket.objects.filter(price=row), row.name)
    row.delete()
    _tell(actor, held)


@action(needs=TECHNICAL)
def copy_pricing(actor: Actor, performance: Performance, *, to: Sequence[Performance]) -> int:
    """Give other dates of the event these zones, prices and seats; all of them or, when one has orders, none."""
    event = performance.event
    several = {one.id: one for one in hold_performances(event, [performance.id, *(one.id for one in to)])}
    held = several.pop(performance.id)
    for target in several.values():
        drop_expired([target.id], clock.now())
        if Ticket.objects.filter(performance=target).exists():
            raise Refused("sold", _("There are orders for one of these dates, so its prices stay."), field="to")
    for target in several.values():
        clear_pricing_rows(target)
        copy_pricing_rows([(held, target)])
        _tell(actor, target)
    return len(several)


@action(needs=TECHNICAL)
def make_quota(actor: Actor, shop: Shop, *, name: str, size: int, prices: Sequence[Price]) -> Quota:
    """Let several prices share one number of places."""
    held = hold_shop(shop)
    check_room(Quota.objects.filter(shop=held).count(), limit=QUOTAS, field="quota")
    quota = Quota(organization_id=held.organization_id, instance_id=held.instance_id, shop=held)
    change(quota, {"name": name, "size": size}, QUOTA)
    quota.save(force_insert=True)
    quota.prices.set(prices_in(held, prices))
    tell(actor, ShopChanged(held.id, held.name, what=("quotas",)))
    return quota


@action(needs=TECHNICAL)
def set_quota(actor: Actor, quota: Quota, /, *, prices: Sequence[Price] | None = None, **what: Any) -> Quota:
    """Change the number, the name or the prices that share it; below what is sold it sells nothing more."""
    row = Quota.objects.select_for_update().filter(id=quota.id, organization_id=quota.organization_id).first()
    if row is None:
        raise NotFound("not_found")
    changed = change(row, what, QUOTA)
    if changed:
        row.save(update_fields=changed)
    if prices is not None:
        row.prices.set(prices_in(row.shop, prices))
    tell(actor, ShopChanged(row.shop_id, row.shop.name, what=("quotas",)))
    return row


@action(needs=TECHNICAL)
def remove_quota(actor: Actor, quota: Quota) -> None:
    """Let its prices sell without the shared number."""
    tell(actor, ShopChanged(quota.shop_id, quota.shop.name, what=("quotas",)))
    Quota.objects.filter(id=quota.id, organization_id=quota.organization_id).delete()


def prices_in(shop: Shop, prices: Sequence[Price]) -> list[Price]:
    """These prices again, read anew; one of another shop is absent."""
    ids = {price.id for price in prices}
    found = list(Price.objects.filter(id__in=ids, zone__performance__event__shop=shop))
    if len(found) != len(ids):
        raise NotFound("not_found")
    return found


def _price_of(performance: Performance, price: Price) -> Price:
    found = Price.objects.filter(id=price.id, zone__performance=performance).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _check_price(performance: Performance, price: Price) -> None:
    if price.max_per_order is not None and price.max_per_order < max(price.min_per_order, 1):
        raise Invalid("turned", _("The most per order is below the least."), field="max_per_order")
    if price.sale_from and price.sale_until and price.sale_from >= price.sale_until:
        raise Invalid("window", _("The sale begins before it ends."), field="sale_from")
    if price.form is not None:
        if price.form.shop_id != performance.event.shop_id:
            raise NotFound("not_found")
        if price.form.scope != Form.Scope.PRICE:
            raise Invalid(
                "scope", _("This form is asked once; choose one that is asked for each ticket."), field="form"
            )


def _refuse_if_sold(performance: Performance, tickets: Any, name: str) -> None:
    drop_expired([performance.id], clock.now())
    if tickets.exists():
        sentence = _("There are orders for “%(name)s”, so it stays.") % {"name": name}
        raise Refused("sold", sentence, way_out=_("Hide it instead."))


def _tell(actor: Actor, performance: Performance) -> None:
    tell(actor, PricingChanged(performance.event_id, performance.event.title, performance_id=performance.id))


def _form(name: str, value: Any) -> Form | None:
    if value is not None and not isinstance(value, Form):
        raise Invalid("form", _("There is no such form."), field=name)
    return value


ZONE = {
    "tint": whole(1, 8),
    "is_numbered": flag,
    "is_visible": flag,
    "quota": whole(0, LARGE, may_be_none=True),
    "position": whole(0, SMALL),
}
PRICE = {
    "name": line(80, may_be_empty=False),
    "description": line(200),
    "amount": whole(0, HUGE),
    "vat_permille": whole(0, 500),
    "quantity": whole(0, LARGE, may_be_none=True),
    "min_per_order": whole(0, 1000),
    "max_per_order": whole(1, 1000, may_be_none=True),
    "online": flag,
    "reseller": flag,
    "admin": flag,
    "sale_from": moment(),
    "sale_until": moment(),
    "is_visible": flag,
    "is_secret": flag,
    "proof": line(200),
    "scan_icon": one_of(ICONS),
    "form": _form,
    "position": whole(0, SMALL),
}
QUOTA = {"name": line(80, may_be_empty=False), "size": whole(0, LARGE)}
