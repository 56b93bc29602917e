# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counter: how many, Enter to hold them, Enter to sell them; the next sale begins on the same page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, DomainError, Invalid, NotFound, Refused
from mazot.foundation.ids import read_id
from mazot.products.tickets.actions.carts import drop_places, hold_places, open_cart, set_code
from mazot.products.tickets.actions.claims import MOST
from mazot.products.tickets.actions.counter import sell_cart
from mazot.products.tickets.queries.availability import Line, lines_of
from mazot.products.tickets.queries.carts import bill_of, cart_at_counter, tickets_in, unlocked_by
from mazot.products.tickets.queries.counter import dates_at_counter, letters_at_counter
from mazot.products.tickets.queries.documents import ticket_pdf
from mazot.products.tickets.queries.invoices import invoice_pdf
from mazot.products.tickets.queries.methods import method_of
from mazot.products.tickets.queries.orders import fee_on, order_for, ways_at_counter
from mazot.products.tickets.queries.seating import seating_in
from mazot.products.tickets.queries.showcase import (
    areas_of,
    has_seats,
    questions_for,
    said_amount,
    said_state,
    zones_for_picker,
)
from mazot.products.tickets.rights import SALES, channel_of
from mazot.products.tickets.rules.windows import FULL
from mazot.products.tickets.web.asked import answers_said, field_of
from mazot.products.tickets.web.frame import in_shop, on_date, page
from mazot.products.tickets.web.views.halls import drawn
from mazot.products.tickets.web.views.papers import as_paper
from mazot.products.tickets.web.views.shop import wants_of

if TYPE_CHECKING:
    from mazot.products.tickets.models import Cart, Order, Performance, Shop, Ticket

FIRST_DATES = 6  # at hand; the others are in the list beside them
CUSTOMER = ("email", "first_name", "last_name")


@in_shop(SALES)
@require_safe
def counter(request: Any, shop: Shop) -> HttpResponse:
    return _page(request, shop)


@in_shop(SALES)
@require_POST
def hold(request: Any, shop: Shop) -> HttpResponse:
    """Hold what was typed or chosen on the plan; refused, the page says why and nothing is held."""
    actor, cart, token = request.actor, _cart(request, shop), ""
    try:
        date = _date(dates_at_counter(actor, shop, clock.now()), request.POST.get("date", ""))
        if date is None:
            raise Refused("over", _("This date is no longer on sale at this counter."))
        wants = wants_of(request.POST, date)
        if cart is None:
            language = request.LANGUAGE_CODE
            cart, token = open_cart(actor, shop, language=language, wants=wants, picks_best=True)
        else:
            hold_places(actor, cart, wants=wants, picks_best=True)
    except (Conflict, Invalid, Refused) as error:
        return _page(request, shop, error=error)
    answer = _back(shop, date.id)
    if token:
        answer.set_cookie(_cookie(shop), token, max_age=6 * 3600, httponly=True, samesite="Lax", path="/tickets/")
    return answer


@in_shop(SALES)
@require_POST
def change(request: Any, shop: Shop, deed: str) -> HttpResponse:
    """Let one place or all of them go, or use a promo code."""
    cart, said = _cart(request, shop), request.POST
    if cart is not None:
        try:
            if deed == "code":
                set_code(request.actor, cart, code=said.get("code", "")[:80])
            else:
                one = read_id(said.get("ticket", ""))
                every = [ticket.id for ticket in tickets_in(cart, clock.now())]
                drop_places(request.actor, cart, tickets=[one] if one else every)
        except NotFound:  # let go a moment ago, by a press before this one
            return _back(shop, read_id(said.get("date", "")))
        except (Conflict, Invalid, Refused) as error:
            return _page(request, shop, error=error)
    return _back(shop, read_id(said.get("date", "")))


@in_shop(SALES)
@require_POST
def sell(request: Any, shop: Shop) -> HttpResponse:
    """Make the order; the same page then has its papers, and waits for the next one."""
    said = request.POST
    token, method_id = request.COOKIES.get(_cookie(shop), ""), read_id(said.get("method", ""))
    try:
        if method_id is None:
            raise Invalid("method", _("Choose how it is paid."), field="method")
        order = sell_cart(
            request.actor,
            cart_at_counter(request.actor, shop, token),  # also one that was ordered: pressed twice is sold once
            customer={name: said.get(name, "") for name in CUSTOMER},
            method=method_of(shop, method_id),
            answers=answers_said(request),
            holder=said.get("holder", "")[:400],
        )
    except (Conflict, Invalid, Refused) as error:
        return _page(request, shop, error=error)
    return _back(shop, read_id(said.get("date", "")), sold=order.id)


@on_date(SALES)
@require_safe
def counter_map(request: HttpRequest, performance: Performance) -> HttpResponse:
    seating = seating_in(performance)
    if seating is None:
        raise NotFound("not_found")
    return drawn(request, seating.version_id)


@on_date(SALES)
@require_safe
def counter_seats(request: Any, performance: Performance) -> JsonResponse:
    letters = letters_at_counter(request.actor, performance)
    return JsonResponse({"seats": letters}, headers={"Cache-Control": "no-store"})


@login_required
@require_safe
def paper(request: Any, order_id: UUID, kind: str) -> HttpResponse:
    """The tickets or the invoice of an order, for those who sell."""
    order = order_for(request.actor, order_id, SALES)
    if kind == "invoice":
        return as_paper(invoice_pdf(order), f"{order.number}-invoice")
    return as_paper(ticket_pdf(order), order.number)


def _page(request: Any, shop: Shop, *, error: DomainError | None = None) -> HttpResponse:
    at, said = clock.now(), request.POST or request.GET
    channel, cart = channel_of(request.actor), _cart(request, shop)
    dates = dates_at_counter(request.actor, shop, at)
    date = _date(dates, said.get("date", "")) or (dates[0] if dates else None)
    lines = lines_of(shop, [date.id], channel, at, unlocked=unlocked_by(cart)) if date else []
    areas = areas_of(lines)
    has_plan = date is not None and any(area.zone.is_numbered for area in areas) and has_seats(date)
    sold = read_id(request.GET.get("sold", ""))
    context = {
        "place": "counter",
        "channel": channel,
        "date": date,
        "dates": dates[:FIRST_DATES],
        "more_dates": dates if len(dates) > FIRST_DATES else [],
        "areas": [(area.zone, [(line, _amount(line, shop), _left(line)) for line in area.lines]) for area in areas],
        "performance": date,
        "has_plan": has_plan,
        "zones_json": zones_for_picker(areas) if has_plan else "",
        "most": MOST,
        "mine": "",
        "error": error,
        "sold": _sold(order_for(request.actor, sold, SALES)) if sold and cart is None else None,
        **(_basket(request, shop, cart, error) if cart else {}),
    }
    status = 200 if error is None else 409 if isinstance(error, Conflict) else 422
    answer = page(request, shop, "counter", context, status=status)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _basket(request: HttpRequest, shop: Shop, cart: Cart, error: DomainError | None) -> dict[str, Any]:
    """What is held, what it costs, what its forms ask, and how it can be paid here."""
    at, said = clock.now(), request.POST
    tickets = tickets_in(cart, at)
    bill = bill_of(tickets, cart.code.offer if cart.code and cart.code.offer.is_on else None)
    asked = questions_for(tickets)
    faults = dict(error.facts.get("fields", {})) if error else {}  # type: ignore[call-overload]
    forms = dict.fromkeys(ticket.performance.event.form_id for ticket in tickets)

    def fields(form_id: UUID | None, place: str) -> list[dict[str, Any]]:
        return [field_of(question, place, said, faults) for question in asked.get(form_id, [])] if form_id else []

    of_order = [field for form_id in forms for field in fields(form_id, "order")]
    return {
        "cart": cart,
        "seconds": int((cart.expires_at - at).total_seconds()),
        "held": [
            (ticket, said_amount(ticket.list_amount - cut, shop.currency), fields(ticket.price.form_id, str(ticket.id)))
            for ticket, cut in zip(bill.tickets, bill.cuts, strict=True)
        ],
        "needed": [field for field in of_order if field["question"].state == "required"],
        "welcome": [field for field in of_order if field["question"].state != "required"],
        "opens": any(place.startswith("order.") for place in faults),
        "discount": said_amount(bill.discount, shop.currency) if bill.discount else "",
        "total": said_amount(bill.total, shop.currency),
        "ways": [
            (way, said_amount(fee, shop.currency) if (fee := fee_on(way, bill)) and way.kind != "free" else "")
            for way in ways_at_counter(cart, tickets, bill.total, at)
        ],
        "is_free": bill.total == 0,
        "said": said,
    }


def _sold(order: Order) -> dict[str, Any]:
    return {"order": order, "total": said_amount(order.total, order.currency), "n": order.tickets.count()}


def _amount(line: Line, shop: Shop) -> str:
    return said_amount(line.price.amount, shop.currency)


def _left(line: Line) -> str:
    """How many places are left; behind the desk that is always said."""
    if line.sells and line.left is not None:
        return ngettext("%(n)d place left", "%(n)d places left", line.left) % {"n": line.left}
    return _("Shown as full") if line.state == FULL else said_state(line)


def _date(dates: list[Performance], text: str) -> Performance | None:
    wanted = read_id(text) if text else None
    return next((one for one in dates if one.id == wanted), None)


def _cart(request: HttpRequest, shop: Shop) -> Cart | None:
    """This seller's cart while it holds something; one that ran out or was sold is over."""
    token = request.COOKIES.get(_cookie(shop), "")
    try:
        cart = cart_at_counter(request.actor, shop, token) if token else None  # type: ignore[attr-defined]
    except NotFound:
        return None
    return cart if cart is not None and _holds(cart) else None


def _holds(cart: Cart) -> list[Ticket]:
    return tickets_in(cart, clock.now())


def _back(shop: Shop, date_id: UUID | None, *, sold: UUID | None = None) -> HttpResponseRedirect:
    words = [f"date={date_id}" if date_id else "", f"sold={sold}" if sold else ""]
    asked = "&".join(filter(None, words))
    return HttpResponseRedirect(reverse("tickets:counter", args=[shop.id]) + (f"?{asked}" if asked else ""))


def _cookie(shop: Shop) -> str:
    return f"counter-{shop.id.hex}"
