# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tickets of an order as a PDF. Printing them again costs less than keeping them, and never shows an old name."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from mazot.foundation.errors import Conflict
from mazot.foundation.paper import picture_of, printed
from mazot.products.tickets.models import Order, PaymentMethod, Question, Ticket
from mazot.products.tickets.queries.orders import tickets_of
from mazot.products.tickets.rules.codes import code_of
from mazot.products.tickets.rules.currencies import shown
from mazot.products.tickets.rules.documents import TicketPaper, TicketSheet

TEMPLATES = Path(__file__).parent.parent / "templates" / "tickets" / "paper"
LET_IN = (Ticket.State.VALID, Ticket.State.USED)
BANNER = (1400, 900)  # pixels
LOGO = (480, 200)


def ticket_pdf(order: Order, *, number: int | None = None) -> bytes:
    """The tickets of an order, a page each, or one of them. Refused while there is none to print."""
    tickets = tickets_of(order)
    chosen = [one for one in tickets if _is_printed(order, one) and number in (None, one.number)]
    if not chosen:
        raise Conflict(
            "no_tickets", _("There is no ticket to print: the order waits for its payment, or is cancelled.")
        )
    with translation.override(order.language):
        paper = _paper(order, chosen, len(tickets))
        return printed(TEMPLATES / "ticket.typ", asdict(paper), at=order.created_at)


def has_tickets(order: Order) -> bool:
    """Whether the order has a ticket that can be printed."""
    return any(_is_printed(order, one) for one in tickets_of(order))


def _is_printed(order: Order, ticket: Ticket) -> bool:
    """Who pays on site gets the ticket before, which says so; any other order once it is paid."""
    on_site = order.method is not None and order.method.kind == PaymentMethod.Kind.ON_SITE
    return ticket.state in LET_IN or (on_site and ticket.state == Ticket.State.PENDING)


def _paper(order: Order, tickets: list[Ticket], total: int) -> TicketPaper:
    shop, organization = order.shop, order.shop.organization
    contact = [shop.contact_name, shop.contact_email, shop.contact_phone, shop.website]
    labels = _asked(tickets)
    return TicketPaper(
        title=_("Tickets %(number)s") % {"number": order.number},
        language=order.language[:2],
        organizer=organization.legal_name or organization.name,
        contact=" · ".join(line for line in contact if line),
        logo=picture_of(organization.logo_digest, *LOGO) if organization.logo_digest else "",
        order=order.number,
        terms=shop.terms,
        is_trial=order.is_test,
        words=_words(),
        tickets=[_sheet(order, one, total, labels) for one in tickets],
    )


def _words() -> dict[str, str]:
    return {
        "trial": _("TEST"),
        "order": _("Order"),
        "starts": _("Starts"),
        "doors": _("Doors open"),
        "zone": _("Zone"),
        "seat": _("Seat"),
        "kind": _("Ticket"),
        "price": _("Price"),
        "holder": _("Name"),
        "code": _("Code of this ticket"),
        "advice": _(
            "Show this code at the door, on paper or on a screen. It lets one person in, once: keep it to yourself."
        ),
    }


def _sheet(order: Order, ticket: Ticket, total: int, labels: dict[str, str]) -> TicketSheet:
    performance, event, zone = ticket.performance, ticket.performance.event, ZoneInfo(order.shop.timezone)
    starts = performance.starts_at.astimezone(zone)
    price = shown(ticket.amount, order.currency)
    unpaid = ticket.state == Ticket.State.PENDING
    return TicketSheet(
        event=event.title,
        subtitle=event.subtitle,
        day=date_format(starts, "l j F Y"),
        time=date_format(starts, "H:i"),
        doors=_hour(performance.doors_at, zone),
        place=event.place,
        address=event.address,
        zone=ticket.zone.name,
        kind=ticket.price.name,
        seat=ticket.seat_label or ticket.seat or "",
        price=price,
        holder=ticket.holder_name,
        number=f"{order.number}-{ticket.number}",
        count=_("%(number)s of %(total)s") % {"number": ticket.number, "total": total},
        code=ticket.code,
        code_drawing=code_of(ticket.code.upper()),  # as on the page of the order: capitals make a coarser code
        picture=picture_of(event.picture, *BANNER) if event.picture else "",
        proof=ticket.price.proof,
        to_pay=_("To be paid on site: %(amount)s") % {"amount": price} if unpaid else "",
        said=[(labels[key], str(said)) for key, said in ticket.answers.items() if key in labels and said],
    )


def _hour(moment: datetime | None, zone: ZoneInfo) -> str:
    return date_format(moment.astimezone(zone), "H:i") if moment else ""


def _asked(tickets: list[Ticket]) -> dict[str, str]:
    """The questions whose answers are printed, in the language of the order."""
    ids = {UUID(key) for ticket in tickets for key in ticket.answers}
    if not ids:
        return {}
    language = translation.get_language() or ""
    asked = Question.objects.filter(id__in=ids, on_ticket=True)
    return {str(one.id): one.labels.get(language[:2]) or one.label for one in asked}
