# SPDX-License-Identifier: AGPL-3.0-or-later
"""The offers, codes, quotas and forms of a shop."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from mazot.foundation.errors import NotFound
from mazot.products.tickets.models import Form, Offer, Price, PromoCode, Quota, Shop, Ticket

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
