# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page of the back office shares: the shop it is about, its clock, and how a refused deed is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from mazot.foundation.errors import Conflict, NotAllowed, Refused
from mazot.products.tickets.queries.gates import list_for
from mazot.products.tickets.queries.programme import event_for, performance_for
from mazot.products.tickets.queries.shops import shop_for
from mazot.products.tickets.rights import CONTROL, SALES, STATISTICS, TECHNICAL
from mazot.products.tickets.web.forms.base import Asked
from mazot.tenancy.queries.rights import holds
from mazot.tenancy.rights import Right
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.tickets.models import Event, Performance, Shop

View = Callable[..., HttpResponseBase]
ANY = (SALES, TECHNICAL, STATISTICS, CONTROL)


def in_shop(*rights: Right) -> Callable[[View], View]:
    """Open a page about `shop_id` to those who hold one of these rights on it; the view gets the shop."""
    return _about("shop_id", lambda actor, given: shop_for(actor, given, *rights), lambda shop: shop)


def in_event(*rights: Right) -> Callable[[View], View]:
    """The same for a page about `event_id`."""
    return _about("event_id", lambda actor, given: event_for(actor, given, *rights), lambda event: event.shop)


def on_date(*rights: Right) -> Callable[[View], View]:
    """The same for a page about `performance_id`."""
    return _about(
        "performance_id", lambda actor, given: performance_for(actor, given, *rights), lambda date: date.event.shop
    )


def on_list(view: View) -> View:
    """The same for a page about `list_id`, a check-in list."""
    return _about("list_id", list_for, lambda found: found.performance.event.shop)(view)


def _about(part: str, find: Callable[[Any, UUID], Any], shop_of: Callable[[Any], Shop]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: Any, **parts: Any) -> HttpResponseBase:
            subject = find(request.actor, parts.pop(part))
            with timezone.override(ZoneInfo(shop_of(subject).timezone)):
                return view(request, subject, **parts)

        return login_required(opened)

    return decorate


def page(request: Any, shop: Shop, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Draw a page of a shop inside its frame."""
    around = {"shop": shop, "may": may(request, shop)}
    return render(request, f"tickets/pages/{name}.html", around | context, status=status)


def may(request: Any, shop: Shop) -> dict[str, bool]:
    """Which parts of the sidebar this person opens."""
    named = {"technical": TECHNICAL, "sales": SALES, "statistics": STATISTICS, "control": CONTROL}
    return {name: holds(request.actor, right, shop) for name, right in named.items()}


def attempt(request: HttpRequest, deed: Callable[[], object], *, said: object, back: str) -> HttpResponse:
    """Do it and go back with a toast: that it is done, or why it is not."""
    try:
        deed()
    except (Conflict, NotAllowed, Refused) as error:
        toast_later(request, " ".join(filter(None, (str(error.sentence), str(error.way_out)))), kind="warning")
    else:
        toast_later(request, said)
    return HttpResponseRedirect(back)


def ask(  # noqa: PLR0913 - each is a word of the question
    request: Any,
    shop: Shop,
    form: Asked,
    deed: Callable[[dict[str, Any]], object],
    *,
    title: object,
    verb: object,
    said: object,
    back: str,
    place: str = "events",
    kind: str = "primary",
) -> HttpResponse:
    """Ask something in a dialog of the open page, or on a page of its own, and do it; what is refused is said there."""
    if request.method == "POST" and form.is_valid():
        try:
            deed(form.cleaned_data)
        except (Conflict, NotAllowed, Refused) as error:
            form.refuse(error)
        else:
            toast_later(request, said)
            return HttpResponseRedirect(back)
    is_dialog = request.headers.get("HX-Request-Type") == "partial" and request.method != "POST"
    context = {
        "form": form,
        "title": title,
        "verb": verb,
        "back": back,
        "kind": kind,
        "place": place,
        "is_dialog": is_dialog,
        "address": request.get_full_path(),
    }
    if is_dialog:
        response = render(request, "tickets/fragments/dialog.html", context)
    else:
        response = page(request, shop, "ask", context, status=422 if form.is_bound else 200)
    response["Vary"] = "HX-Request-Type, Cookie"
    return response


def dates_in(performances: list[Performance], chosen: list[str]) -> list[Performance]:
    return [one for one in performances if str(one.id) in chosen]


def event_context(event: Event, tab: str) -> dict[str, Any]:
    """What the head of an event's pages shows; with several dates the tab Pricing is the tab Dates."""
    dates = list(event.performances.order_by("starts_at", "id")[:2])
    return {"event": event, "tab": tab, "place": "events", "is_series": len(dates) > 1, "only": dates[0]}
