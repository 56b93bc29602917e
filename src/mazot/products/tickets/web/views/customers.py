# SPDX-License-Identifier: AGPL-3.0-or-later
"""Those who bought: found, read in one place, written about, and forgotten when they ask for it."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation import clock
from mazot.products.tickets.actions.customers import erase_customer, set_notes
from mazot.products.tickets.queries.customers import counted, customer_for, customers_for, file_of
from mazot.products.tickets.queries.office import letter_named
from mazot.products.tickets.queries.showcase import said_amount
from mazot.products.tickets.rights import SALES, TECHNICAL
from mazot.products.tickets.web.forms.base import Nothing
from mazot.products.tickets.web.frame import ask, attempt, in_shop, may, page

A_PAGE = 50


@require_safe
@in_shop(SALES, TECHNICAL)
def customers(request: Any, shop: Any) -> HttpResponse:
    words = request.GET.get("words", "")[:80]
    found = Paginator(customers_for(request.actor, shop, words), A_PAGE).get_page(request.GET.get("page"))
    shown = list(found.object_list)
    sums = counted(shown)
    lines = []
    for one in shown:
        count, spent = sums.get(one.id, (0, 0))
        lines.append((one, count, said_amount(spent, shop.currency)))
    sees_all = may(request, shop)["technical"]
    context = {"place": "customers", "page": found, "lines": lines, "words": words, "sees_all": sees_all}
    return page(request, shop, "customers", context)


@login_required
@require_safe
def customer(request: Any, customer_id: UUID) -> HttpResponse:
    """Everything the shop has of one customer."""
    found = customer_for(request.actor, customer_id)
    shop = found.shop
    with timezone.override(ZoneInfo(shop.timezone)):
        file = file_of(found, clock.now())
        context = {
            "place": "customers",
            "customer": found,
            "name": f"{found.first_name} {found.last_name}".strip(),
            "initials": (found.first_name[:1] + found.last_name[:1]).upper() or found.email[:1].upper(),
            "file": file,
            "spent": said_amount(file.spent, shop.currency),
            "orders": [(order, said_amount(order.total, order.currency)) for order in file.orders],
            "letters": [(entry, letter_named(str(entry.details.get("letter", "")))) for entry in file.letters],
        }
        return page(request, shop, "customer", context)


@login_required
@require_POST
def customer_notes(request: Any, customer_id: UUID) -> HttpResponse:
    found = customer_for(request.actor, customer_id)
    return attempt(
        request,
        lambda: set_notes(request.actor, found, notes=request.POST.get("notes", "")[:20_000]),
        said=_("The notes are saved."),
        back=reverse("tickets:customer", args=[customer_id]),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def customer_erase(request: Any, customer_id: UUID) -> HttpResponse:
    found = customer_for(request.actor, customer_id)
    lead = _(
        "Name, address, phone, notes and answers go for good. Orders keep their amounts, dates and tax, which the law"
        " asks for."
    )
    return ask(
        request,
        found.shop,
        Nothing(request.POST if request.method == "POST" else None, lead=lead),
        lambda _said: erase_customer(request.actor, found),
        title=_("Remove all that tells who this is"),
        verb=_("Remove it"),
        said=_("Nothing tells any more who this customer is."),
        back=reverse("tickets:customer", args=[customer_id]),
        place="customers",
        kind="danger",
    )
