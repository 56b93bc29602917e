# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make an event once more: with all of its dates moved, with one date, or with a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import Conflict, DomainError, Invalid, Refused
from mazot.products.tickets.actions.events import duplicate_event
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.recurrence import shifted
from mazot.products.tickets.web.forms.programme import SEEN
from mazot.products.tickets.web.frame import event_context, in_event, page
from mazot.products.tickets.web.repeating import Repeating
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from datetime import datetime

    from mazot.products.tickets.models import Event

CHANNELS = ("online", "reseller", "admin")


@in_event(TECHNICAL)
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: Any, event: Event) -> HttpResponse:
    """Ask for the title, the dates and who sees the copy; show the dates, then make it."""
    said: Any = request.POST
    error: DomainError | None = None
    zone = ZoneInfo(event.shop.timezone)
    starts = list(event.performances.order_by("starts_at", "id").values_list("starts_at", flat=True))
    wanted = Repeating.said(said, zone) if said else _like_the_first(starts, zone)
    moves = said.get("dates", "moved") == "moved" and len(starts) > 1
    preview: list[datetime] = []
    try:
        preview = shifted(starts, wanted.first_day(), zone) if moves else wanted.starts()
        if said.get("go") == "make":
            return _made(request, event, wanted, preview, moves=moves)
    except (Conflict, Invalid, Refused) as refused:
        error = refused
    context = event_context(event, "event") | {
        "title": said.get("title", event.title),
        "chosen": [(name, title, said.get(name, initial)) for name, title, initial in _channels(event)],
        "seen": SEEN,
        "n_dates": len(starts),
        "moves": moves,
        "wanted": wanted,
        "preview": preview,
        "error": error,
    }
    return page(request, event.shop, "event_duplicate", context, status=422 if error else 200)


def _made(request: Any, event: Event, wanted: Repeating, starts: list[datetime], *, moves: bool) -> HttpResponse:
    said = request.POST
    when: dict[str, Any] = {"first": wanted.first_day()} if moves else {"starts": starts, "recurrence": wanted.rule}
    seen = {name: said[name] for name in CHANNELS if name in said}
    made = duplicate_event(request.actor, event, title=said.get("title", ""), **when, **seen)
    sentence = _("The copy is made, hidden from buyers.") if made.online == "hidden" else _("The copy is made.")
    toast_later(request, sentence)
    return redirect("tickets:event", made.id)


def _like_the_first(starts: list[datetime], zone: ZoneInfo) -> Repeating:
    """The day of the first date with all of its hours."""
    local = [start.astimezone(zone) for start in starts]
    hours = [one.strftime("%H:%M") for one in local if one.date() == local[0].date()]
    return Repeating(zone, first=local[0].date().isoformat(), hours=", ".join(hours))


def _channels(event: Event) -> list[tuple[str, str, str]]:
    return [
        ("online", _("Online"), "hidden"),
        ("reseller", _("Resellers"), event.reseller),
        ("admin", _("Administrators"), event.admin),
    ]
