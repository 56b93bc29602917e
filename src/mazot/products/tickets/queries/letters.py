# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a buyer is written about an order."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.prepared import Prepared
from mazot.products.tickets.models import Customer, Entry, Order, PaymentMethod, Ticket
from mazot.products.tickets.queries.documents import has_tickets, ticket_pdf
from mazot.products.tickets.queries.invoices import invoice_pdf
from mazot.products.tickets.queries.links import LINK_TIME, link_secret, orders_token
from mazot.products.tickets.queries.orders import tickets_of
from mazot.products.tickets.rules.currencies import shown


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, ready to go."""

    to: str
    reply_to: str
    subject: str
    text: str
    papers: list[tuple[str, bytes]]


def order_to_write(order_id: UUID) -> Order | None:
    """The order, when its buyer still has an address."""
    order = _ORDER.first(order_id)
    return order if order is not None and order.customer is not None and order.customer.email else None


_ORDER = Prepared[Order](
    lambda order_id: Order.objects.select_related("customer", "method", "shop__organization").filter(
        id=order_id, customer__isnull=False, customer__erased_at__isnull=True
    )
)


def waits(order_id: UUID) -> bool:
    """Whether the order still waits for its money."""
    return _STATE.first(order_id) == Order.State.PENDING


_STATE = Prepared[str](lambda order_id: Order.objects.filter(id=order_id).values_list("state", flat=True))


def was_sent(order: Order, mark: str) -> bool:
    return any(details.get("letter") == mark for details in _SENT(order.id))


_SENT = Prepared[dict[str, object]](
    lambda order_id: Entry.objects.filter(order_id=order_id, what="sent").values_list("details", flat=True)
)


def letter_of(order: Order, kind: str) -> Letter:
    """A letter in the language of the order and the time of its shop."""
    customer, shop = order.customer, order.shop
    assert customer is not None
    with translation.override(order.language), timezone.override(ZoneInfo(shop.timezone)):
        context = {
            "kind": kind,
            "number": order.number,
            "what": _subject(kind),
            "name": f"{customer.first_name} {customer.last_name}".strip(),
            "shop": shop.name,
            "open_amount": shown(order.total - order.paid, order.currency) if order.total > order.paid else "",
            "due": date_format(timezone.localtime(order.due_at), "j F Y, H:i") if order.due_at else "",
            "by_invoice": order.method is not None and order.method.kind == PaymentMethod.Kind.INVOICE,
            "on_site": order.method is not None and order.method.kind == PaymentMethod.Kind.ON_SITE,
            "lines": list(_lines(order, kind)),
            "off": list(_dates_off(order)) if kind == "date" else [],
            "link": settings.MAZOT.address + reverse("shop-order", args=[shop.slug, link_secret(order.id)]),
            "contact": " · ".join(line for line in (shop.contact_name or shop.name, shop.contact_phone) if line),
        }
        subject = render_to_string("tickets/letters/order.subject.txt", context).strip()
        text = render_to_string("tickets/letters/order.txt", context)
    return Letter(customer.email, shop.contact_email, subject, text, list(_papers(order, kind)))


def letter_with_link(customer: Customer, language: str) -> Letter:
    """The letter that brings somebody to all their orders of a shop."""
    shop = customer.shop
    with translation.override(language), timezone.override(ZoneInfo(shop.timezone)):
        until = clock.now() + LINK_TIME
        context = {
            "shop": shop.name,
            "until": date_format(timezone.localtime(until), "j F Y, H:i"),
            "link": settings.MAZOT.address + reverse("shop-mine", args=[shop.slug, orders_token(customer, until)]),
            "contact": " · ".join(line for line in (shop.contact_name or shop.name, shop.contact_phone) if line),
        }
        text = render_to_string("tickets/letters/link.txt", context)
        return Letter(customer.email, shop.contact_email, _("Your orders at %(shop)s") % context, text, [])


def _subject(kind: str) -> str:
    return {
        "placed": _("we keep your places"),
        "paid": _("your tickets"),
        "expired": _("not paid in time"),
        "cancelled": _("tickets are cancelled"),
        "attention": _("your payment"),
        "date": _("your date does not take place as planned"),
        "reminder": _("it is still to be paid"),
    }[kind]


def _lines(order: Order, kind: str) -> Iterator[str]:
    for one in tickets_of(order):
        if one.state == Ticket.State.VOID and kind in ("placed", "paid", "reminder"):
            continue
        when = date_format(timezone.localtime(one.performance.starts_at), "l j F Y, H:i")
        parts = (one.performance.event.title, when, one.zone.name, one.seat_label, one.price.name)
        yield " · ".join(" ".join(part.split()) for part in parts if part)


def _dates_off(order: Order) -> Iterator[tuple[str, str]]:
    """The dates of an order that do not take place as planned, each once, with its state."""
    found = {one.performance_id: one.performance for one in tickets_of(order) if one.performance.state != "on"}
    for date in found.values():
        when = date_format(timezone.localtime(date.starts_at), "l j F Y, H:i")
        yield f"{date.event.title}, {when}", date.state


def _papers(order: Order, kind: str) -> Iterator[tuple[str, bytes]]:
    if kind in ("paid", "placed") and has_tickets(order):
        yield f"{order.number}.pdf", ticket_pdf(order)
    by_invoice = order.method is not None and order.method.kind == PaymentMethod.Kind.INVOICE
    if kind in ("placed", "reminder") and by_invoice:
        yield f"{order.number}-invoice.pdf", invoice_pdf(order)
