# SPDX-License-Identifier: AGPL-3.0-or-later
"""The offers, codes, quotas and forms of a shop."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from mazot.foundation.errors import NotFound
from mazot.products.tickets.models import Form, Offer, Order, Performance, Price, PromoCode, Quota, Shop, Ticket

LONGEST = 400  # prices to choose among


def offers_of(shop: Shop) -> QuerySet[Offer]:
    taken = Q(tickets__state__in=(Ticket.State.PENDING, Ticket.State.VALID, Ticket.State.USED))
    return (
        Offer.objects.filter(shop=shop)
        .annotate(n_codes=Count("codes", distinct=True), n_used=Count("tickets", filter=taken, distinct=True))
        .order_by("-is_on", "name", "id")
    )


def offer_of(shop: Shop, offer_id: UUID) -> Offer:
    found = offers_of(shop).filter(id=offer_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def codes_of(offer: Offer, words: str = "") -> QuerySet[PromoCode]:
    found = PromoCode.objects.filter(offer=offer).annotate(n_orders=Count("orders")).order_by("id")
    return found.filter(code__contains=words) if words else found


def form_in(shop: Shop, form_id: UUID) -> Form:
    found = Form.objects.filter(shop=shop, id=form_id).select_related("shop").first()
    if found is None:
        raise NotFound("not_found")
    return found


def quota_in(shop: Shop, quota_id: UUID) -> Quota:
    found = Quota.objects.filter(shop=shop, id=quota_id).select_related("shop").first()
    if found is None:
        raise NotFound("not_found")
    return found


def prices_to_choose(prices: QuerySet[Price]) -> list[tuple[str, str]]:
    """Prices as a page lists them to be ticked: by event, date and zone."""
    rows = prices.select_related("zone__performance__event").order_by(
        "zone__performance__starts_at", "zone__performance_id", "zone__position", "position", "id"
    )
    return [(str(price.id), _called(price)) for price in rows[:LONGEST]]


def _called(price: Price) -> str:
    date = price.zone.performance
    when = timezone.localtime(date.starts_at).strftime("%d.%m.%Y %H:%M")
    return f"{date.event.title}, {when} · {price.zone.name} · {price.name}"


def prices_of_shop(
    shop: Shop, performance: Performance | None = None, *, also: list[str] | None = None
) -> QuerySet[Price]:
    """Every price of a shop, or those of one date and some more."""
    found = Price.objects.filter(zone__performance__event__shop=shop)
    if performance is not None:
        found = found.filter(zone__performance=performance) | found.filter(id__in=also or [])
    return found


def prices_named(shop: Shop, ids: list[str]) -> list[Price]:
    """Those of these prices that are in the shop."""
    return list(Price.objects.filter(id__in=ids, zone__performance__event__shop=shop))


def count_test_orders(shop: Shop) -> int:
    return Order.objects.filter(shop=shop, is_test=True).count()


def codes_as_rows(offer: Offer) -> list[list[str]]:
    """Each code with its orders and how many it is for, as a table."""
    rows = codes_of(offer).values_list("code", "n_orders", "max_orders")
    return [[code, str(n_orders), str(max_orders or "")] for code, n_orders, max_orders in rows]
