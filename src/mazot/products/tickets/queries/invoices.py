# SPDX-License-Identifier: AGPL-3.0-or-later
"""The invoice of an order as a PDF, with the slip its bank account and currency call for."""

from collections import Counter
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mazot.foundation.paper import picture_of, printed
from mazot.products.tickets.models import Order, PaymentMethod, Shop, Ticket
from mazot.products.tickets.queries.documents import LOGO, TEMPLATES
from mazot.products.tickets.rules.currencies import shown
from mazot.products.tickets.rules.documents import InvoicePaper, percent
from mazot.products.tickets.rules.money import tax_by_rate
from mazot.products.tickets.rules.slips import Bill, Creditor, Slip, reference_for, slip_of


def invoice_pdf(order: Order) -> bytes:
    """The invoice of an order; while it waits for money by invoice, with how to pay it."""
    with translation.override(order.language):
        return printed(TEMPLATES / "invoice.typ", asdict(_paper(order)), at=order.created_at)


def reference_of(order: Order) -> str:
    """What finds the order again when its money comes."""
    return order.reference or reference_for(order.number, iban=order.shop.iban, shop_id=order.shop_id)


def _paper(order: Order) -> InvoicePaper:
    shop, organization = order.shop, order.shop.organization
    tickets = list(order.tickets.select_related("performance__event", "zone", "price").order_by("number", "id"))
    slip, creditor = _slip(order), _creditor(shop)
    return InvoicePaper(
        title=_("Invoice %(number)s") % {"number": order.number},
        language=order.language[:2],
        organizer=creditor.name,
        sender=[*creditor.lines[1:], shop.contact_email, *([shop.vat_number] if shop.vat_number else [])],
        buyer=_buyer(order),
        logo=picture_of(organization.logo_digest, *LOGO) if organization.logo_digest else "",
        is_trial=order.is_test,
        words={"trial": _("TEST"), "slip": _("Code for your bank")},
        facts=_facts(order),
        heads=[_("What"), _("Count"), _("Each"), _("VAT"), _("Amount")],
        lines=_lines(order, tickets),
        taxes=_taxes(order, tickets),
        sums=_sums(order),
        note=order.method.text if order.method else "",
        slip=slip,
        bank=_bank(slip) if slip else [],
    )


def _creditor(shop: Shop) -> Creditor:
    """Who is named in the shop's settings, and otherwise the organization by its details."""
    told, organization = shop.creditor, shop.organization
    if told.get("name"):
        return Creditor(*(str(told.get(key, "")) for key in Creditor.__dataclass_fields__))
    name = organization.legal_name or organization.name
    return Creditor(name, organization.street, "", organization.postal_code, organization.city, organization.country)


def _buyer(order: Order) -> list[str]:
    one = order.customer
    if one is None:
        return []
    return [line for line in (one.company, f"{one.first_name} {one.last_name}".strip(), one.email) if line]


def _day(order: Order, moment: datetime) -> str:
    return date_format(moment.astimezone(ZoneInfo(order.shop.timezone)), "j F Y")


def _facts(order: Order) -> list[tuple[str, str]]:
    facts = [(_("Date"), _day(order, order.created_at))]
    if order.state == Order.State.PENDING and order.due_at:
        facts.append((_("To be paid until"), _day(order, order.due_at)))
    if order.paid_at:
        facts.append((_("Paid on"), _day(order, order.paid_at)))
    if order.state in (Order.State.CANCELLED, Order.State.EXPIRED):
        facts.append((_("State"), _("Cancelled: nothing is to be paid")))
    return facts


def _lines(order: Order, tickets: list[Ticket]) -> list[tuple[str, ...]]:
    alike = Counter((one.performance, one.zone, one.price, one.amount, one.vat_permille) for one in tickets)
    lines: list[tuple[str, ...]] = []
    for (performance, zone, price, amount, permille), count in alike.items():
        about = f"{_day(order, performance.starts_at)} · {zone.name} · {price.name}"
        each, whole = shown(amount, order.currency), shown(amount * count, order.currency)
        lines.append((performance.event.title, about, str(count), each, percent(permille), whole))
    if order.fee:
        fee = shown(order.fee, order.currency)
        lines.append((_("Fee"), order.method.name if order.method else "", "1", fee, percent(0), fee))
    return lines


def _taxes(order: Order, tickets: list[Ticket]) -> list[tuple[str, str]]:
    rates = tax_by_rate([(one.amount, one.vat_permille) for one in tickets])
    return [
        (
            _("VAT %(rate)s, contained in %(gross)s") % {"rate": percent(rate), "gross": shown(gross, order.currency)},
            shown(tax, order.currency),
        )
        for rate, (gross, _net, tax) in rates.items()
        if rate
    ]


def _sums(order: Order) -> list[tuple[str, str]]:
    sums = [(_("Total"), shown(order.total, order.currency))]
    if order.paid:
        sums.append((_("Paid"), shown(order.paid, order.currency)))
    if order.refunded:
        sums.append((_("Given back"), shown(order.refunded, order.currency)))
    return sums


def _slip(order: Order) -> Slip | None:
    """Only what is still to be paid by invoice has a slip; a bill nobody should pay must not look like one."""
    by_invoice = order.method is not None and order.method.kind == PaymentMethod.Kind.INVOICE
    open_amount = order.total - order.paid
    if order.state != Order.State.PENDING or not by_invoice or not order.shop.iban or open_amount <= 0:
        return None
    bill = Bill(
        iban=order.shop.iban,
        creditor=_creditor(order.shop),
        currency=order.currency,
        amount=open_amount,
        reference=reference_of(order),
        message=order.number,
        is_trial=order.is_test,
    )
    return slip_of(bill, order.language)


def _bank(slip: Slip) -> list[tuple[str, str]]:
    return [
        (_("Account"), slip.account),
        (_("In favour of"), ", ".join(slip.payable_to)),
        (_("Reference"), slip.reference),
        (_("Amount"), f"{slip.currency} {slip.amount}"),
    ]
