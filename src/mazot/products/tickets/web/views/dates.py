# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates of an event: as a list, a month or a week; added, changed one by one or several at once."""

from __future__ import annotations

import datetime as time
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.errors import Invalid
from mazot.products.tickets.actions.performances import (
    add_performances,
    cancel_performance,
    remove_performance,
    set_performance,
    set_performances,
)
from mazot.products.tickets.actions.pricing import copy_pricing
from mazot.products.tickets.queries.programme import progress_of
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.calendars import day_typed, span_of
from mazot.products.tickets.web.calendars import first_weekday
from mazot.products.tickets.web.forms.base import Nothing
from mazot.products.tickets.web.forms.programme import SEEN, DateForm, StateForm
from mazot.products.tickets.web.frame import ANY, ask, attempt, dates_in, event_context, in_event, on_date, page
from mazot.products.tickets.web.places import prices_of, pricing_of
from mazot.products.tickets.web.repeating import Repeating

if TYPE_CHECKING:
    from mazot.products.tickets.models import Event, Performance

ASK = require_http_methods(["GET", "HEAD", "POST"])
ENDS = ("online", "reseller", "admin")


@in_event(*ANY)
@require_safe
def dates(request: Any, event: Event) -> HttpResponse:
    """Every date with how far its sale is; a calendar on wish."""
    found = list(event.performances.order_by("starts_at", "id"))
    progress = progress_of(found)
    display = request.GET.get("as", "list")
    display = display if display in ("list", "month", "week") else "list"
    lines = [{"date": one, "progress": progress[one.id], "n_prices": 0} for one in found]
    context = event_context(event, "dates") | {"display": display, "lines": lines, "seen": SEEN}
    if display != "list":
        context |= _calendar(request, lines, display)
    return page(request, event.shop, "dates", context)


@in_event(TECHNICAL)
@ASK
def dates_new(request: Any, event: Event) -> HttpResponse:
    """Add one date or a series of them, with the zones and prices of the event's first date."""
    zone = ZoneInfo(event.shop.timezone)
    wanted, error = Repeating.said(request.POST, zone), None
    if request.method == "POST":
        try:
            starts = wanted.starts()
            if request.POST.get("go") == "add":
                add_performances(request.actor, event, starts=starts, recurrence=wanted.rule)
                return redirect("tickets:dates", event.id)
        except Invalid as refused:
            error = refused
    context = event_context(event, "dates") | {"wanted": wanted, "error": error, "preview": wanted.preview()}
    return page(request, event.shop, "dates_new", context, status=422 if error else 200)


@in_event(TECHNICAL)
@require_POST
def several(request: Any, event: Event) -> HttpResponse:
    """Change the ticked dates alike: what is shown first is what is done then."""
    said = request.POST
    found = list(event.performances.order_by("starts_at", "id"))
    chosen = dates_in(found, said.getlist("dates"))
    back = reverse("tickets:dates", args=[event.id])
    if not chosen:
        return attempt(request, _nothing_ticked, said="", back=back)
    what, ends, source = _wished(said, found)
    if said.get("go") != "apply":
        context = event_context(event, "dates") | {
            "chosen": chosen,
            "said": said,
            "found": found,
            "seen": [("", _("As it is")), *SEEN],
            "effects": _effects(what, ends, source),
        }
        return page(request, event.shop, "dates_several", context)

    def deed() -> None:
        if what or ends:
            set_performances(request.actor, event, performances=chosen, ends=ends, **what)
        if source is not None:
            copy_pricing(request.actor, source, to=[one for one in chosen if one.id != source.id])

    told = ngettext("%(n)d date is changed.", "%(n)d dates are changed.", len(chosen)) % {"n": len(chosen)}
    return attempt(request, deed, said=told, back=back)


@on_date(TECHNICAL)
@ASK
def date(request: Any, performance: Performance) -> HttpResponse:
    initial = {name: getattr(performance, name) for name in DateForm.base_fields}
    form = DateForm(request.POST or None, initial=initial)
    words = {"title": _("Modify the date"), "verb": _("Save"), "said": _("The date is saved.")}

    def deed(said: dict[str, Any]) -> None:
        set_performance(request.actor, performance, **said)

    return ask(request, performance.event.shop, form, deed, **words, back=pricing_of(performance))


@on_date(TECHNICAL)
@ASK
def state(request: Any, performance: Performance) -> HttpResponse:
    form = StateForm(request.POST or None, initial={"state": performance.state})
    words = {"title": _("Cancel or postpone"), "verb": _("Save"), "said": _("The date is saved.")}

    def deed(said: dict[str, Any]) -> None:
        cancel_performance(request.actor, performance, **said)

    return ask(request, performance.event.shop, form, deed, **words, back=pricing_of(performance))


@on_date(TECHNICAL)
@ASK
def remove(request: Any, performance: Performance) -> HttpResponse:
    lead = _("Its zones and prices go with it. A date with orders stays: cancel it instead.")
    form = Nothing(request.POST if request.method == "POST" else None, lead=lead)
    words = {"title": _("Remove the date"), "verb": _("Remove"), "said": _("The date is gone."), "kind": "danger"}
    event = performance.event
    answer = ask(
        request,
        event.shop,
        form,
        lambda _said: remove_performance(request.actor, performance),
        **words,
        back=reverse("tickets:event", args=[event.id]),
    )
    return redirect(prices_of(event)) if answer.status_code == 302 else answer


def _nothing_ticked() -> None:
    raise Invalid("nothing", _("No date is ticked."), field="dates")


def _wished(said: Any, found: list[Performance]) -> tuple[dict[str, str], dict[str, int], Performance | None]:
    seen = dict(SEEN)
    what = {name: said[name] for name in ENDS if said.get(name) in seen}
    ends = {}
    for name in ENDS:
        typed = said.get(f"{name}_end", "").strip()
        if typed.lstrip("-").isdecimal() and len(typed) < 6:
            ends[name] = int(typed) * 60
    source = next((one for one in found if str(one.id) == said.get("copy")), None)
    return what, ends, source


def _effects(what: dict[str, str], ends: dict[str, int], source: Performance | None) -> list[str]:
    titles = {"online": _("Online"), "reseller": _("Resellers"), "admin": _("Administrators")}
    lines = [f"{titles[name]}: {dict(SEEN)[value]}" for name, value in what.items()]
    for name, minutes in ends.items():
        sentence = _("%(who)s: the sale ends %(hours)d hours after the start")
        if minutes <= 0:
            sentence = _("%(who)s: the sale ends %(hours)d hours before the start")
        lines.append(sentence % {"who": titles[name], "hours": abs(minutes) // 60})
    if source is not None:
        when = timezone.localtime(source.starts_at).strftime("%d.%m.%Y, %H:%M")
        lines.append(_("Zones, prices and seats become those of %(when)s") % {"when": when})
    return lines


def _calendar(request: Any, lines: list[dict[str, Any]], display: str) -> dict[str, Any]:
    """Weeks of days with their dates; the month or week is the one asked for, or that of the next date."""
    days: dict[time.date, list[dict[str, Any]]] = {}
    for line in lines:
        days.setdefault(timezone.localtime(line["date"].starts_at).date(), []).append(line)
    today = timezone.localdate()
    at = day_typed(request.GET.get("at", "")) or next(
        (day for day in sorted(days) if day >= today), max(days, default=today)
    )
    span = span_of(display, at, first_weekday=first_weekday())
    return {
        "weeks": [[(day, span.has(day), days.get(day, [])) for day in week] for week in span.weeks],
        "at": span.first,
        "before": span.first - timedelta(days=1),
        "after": span.after,
        "today": today,
    }
