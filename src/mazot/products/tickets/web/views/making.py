# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make an event in four steps: its name, its dates, its zones and prices, and a look at all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import Conflict, Invalid, Refused
from mazot.foundation.transactions import one_transaction
from mazot.products.tickets.actions.events import make_event
from mazot.products.tickets.actions.pricing import copy_pricing, make_price, make_zone
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.currencies import amount_typed
from mazot.products.tickets.web.frame import in_shop, page
from mazot.products.tickets.web.repeating import Repeating
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.tickets.models import Event, Shop

STEPS = ("name", "dates", "prices", "recap")
OF_STEP = {
    "name": ("title", "subtitle", "place", "address"),
    "dates": ("first", "hours", "every", "interval", "until", "days"),
    "prices": ("zone", "numbered", "price", "amount", "quantity"),
    "recap": ("online",),
}
LINES = 8


@in_shop(TECHNICAL)
@require_http_methods(["GET", "HEAD", "POST"])
def event_new(request: Any, shop: Shop) -> HttpResponse:
    """Go from step to step with what was said before; the last one makes the event with all of it, or nothing."""
    said, error = request.POST, None
    at = said.get("at", "name") if said.get("at") in STEPS else "name"
    go = said.get("go", "")
    repeating = Repeating.said(said, ZoneInfo(shop.timezone))
    lines = _lines(said)
    if request.method == "POST":
        try:
            if go not in STEPS[: STEPS.index(at)]:  # the way back needs no check
                _check(at, said, repeating, lines, shop)
            if go == "make":
                made = _make(request, shop, repeating, lines)
                toast_later(request, _("“%(title)s” is in the programme.") % {"title": made.title})
                return redirect("tickets:event", made.id)
            at = go if go in STEPS else at
        except (Conflict, Invalid, Refused) as refused:
            error = refused
    number = STEPS.index(at)
    context = {
        "place": "events",
        "at": at,
        "before": STEPS[number - 1] if number else "",
        "after": STEPS[number + 1] if number + 1 < len(STEPS) else "make",
        "steps": _steps(number),
        "said": said,
        "wanted": repeating,
        "preview": repeating.preview() if at in ("dates", "recap") else [],
        "lines": lines if at == "recap" else [*lines, *({} for _each in range(max(1, 4 - len(lines))))],
        "carried": [*_carried(said, at), ("skip", repeating.skip)],
        "field": error.facts.get("field", "") if error else "",
        "error": error,
        "template": f"tickets/fragments/new_{at}.html",
    }
    return page(request, shop, "event_new", context, status=422 if error else 200)


def _steps(number: int) -> list[dict[str, Any]]:
    titles = (_("Name"), _("Dates"), _("Zones and prices"), _("Recap"))
    return [{"title": title, "current": each == number, "done": each < number} for each, title in enumerate(titles)]


def _carried(said: Any, at: str) -> list[tuple[str, str]]:
    """What the other steps said, for hidden fields."""
    names = [name for step, names in OF_STEP.items() if step != at for name in names]
    return [(name, value) for name in names for value in said.getlist(name)]


def _lines(said: Any) -> list[dict[str, str]]:
    """The filled lines of the table of prices; one without a zone belongs to the zone above it."""
    columns = [said.getlist(name)[:LINES] for name in ("zone", "price", "amount", "quantity")]
    numbered = said.getlist("numbered")
    found = []
    for number, (zone, price, amount, quantity) in enumerate(zip(*columns, strict=False)):
        if zone.strip() or price.strip() or amount.strip():
            is_numbered = str(number) in numbered or zone.strip() in numbered
            line = {
                "zone": zone.strip(),
                "price": price.strip(),
                "amount": amount.strip(),
                "quantity": quantity.strip(),
            }
            found.append(line | {"numbered": "1" if is_numbered else ""})
    return found


def _check(at: str, said: Any, repeating: Repeating, lines: list[dict[str, str]], shop: Shop) -> None:
    if at == "name" and not said.get("title", "").strip():
        raise Invalid("empty", _("This needs a name."), field="title")
    if at == "dates":
        repeating.starts()
    if at == "prices":
        for number, line in enumerate(lines):
            _check_line(number, line, shop)


def _check_line(number: int, line: dict[str, str], shop: Shop) -> None:
    where = {"number": number + 1}
    if not line["zone"] and not number:
        raise Invalid("zone", _("The first line needs the name of a zone."), field="zone")
    if not line["price"]:
        raise Invalid("price", _("Line %(number)d needs the name of a price.") % where, field="price")
    if amount_typed(line["amount"], shop.currency) is None:
        raise Invalid("amount", _("Line %(number)d needs an amount, such as 28.50.") % where, field="amount")
    if line["quantity"] and not (line["quantity"].isdecimal() and len(line["quantity"]) < 8):
        raise Invalid("quantity", _("The tickets of line %(number)d are a whole number.") % where, field="quantity")


def _make(request: Any, shop: Shop, repeating: Repeating, lines: list[dict[str, str]]) -> Event:
    said, actor = request.POST, request.actor
    for step in STEPS:
        _check(step, said, repeating, lines, shop)
    what = {name: said.get(name, "") for name in ("subtitle", "place", "address")}
    online = "visible" if said.get("online") else "hidden"
    with one_transaction():
        starts = repeating.starts()
        details = {"title": said["title"], "starts": starts, "recurrence": repeating.rule, "online": online}
        event = make_event(actor, shop, **details, **what)
        first, *others = event.performances.order_by("starts_at", "id")
        zone = None
        for line in lines:
            if line["zone"] and (zone is None or zone.name != line["zone"]):
                zone = make_zone(actor, first, name=line["zone"], is_numbered=bool(line["numbered"]))
            assert zone is not None
            amount = amount_typed(line["amount"], shop.currency)
            assert amount is not None
            quantity = int(line["quantity"]) if line["quantity"] else None
            make_price(actor, first, zone=zone, name=line["price"], amount=amount, quantity=quantity)
        if others and zone is not None:
            copy_pricing(actor, first, to=others)
    return event
