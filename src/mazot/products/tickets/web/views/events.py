# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation import clock
from mazot.foundation.delivery import Delivery
from mazot.foundation.errors import NotFound
from mazot.foundation.pictures import ACCEPTED, deliver_picture, keep_picture
from mazot.products.tickets.actions.events import remove_event, set_event, set_picture
from mazot.products.tickets.queries.checklist import checklist_of_event
from mazot.products.tickets.queries.programme import dates_of, events_for, progress_of
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.web.forms.base import Nothing
from mazot.products.tickets.web.forms.programme import SEEN, EventForm
from mazot.products.tickets.web.frame import ANY, ask, attempt, event_context, in_event, in_shop, page
from mazot.products.tickets.web.places import prices_of

if TYPE_CHECKING:
    from mazot.products.tickets.models import Event, Form, Shop

A_PAGE = 50
ASK = require_http_methods(["GET", "HEAD", "POST"])


@in_shop(*ANY)
@require_safe
def events(request: Any, shop: Shop) -> HttpResponse:
    """The programme: what comes next first, with how far its sale is."""
    words = request.GET.get("words", "")[:100]
    is_past = request.GET.get("when") == "past"
    found = events_for(request.actor, shop)
    found = found.filter(title__icontains=words) if words else found
    found = found.filter(next_at__isnull=is_past)
    found = found.order_by(F("first_at").desc() if is_past else "next_at", "id")
    turned = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    lines = _lines(list(turned.object_list))
    context = {
        "place": "events",
        "page": turned,
        "lines": lines,
        "words": words,
        "is_past": is_past,
        "more": "&when=past" if is_past else "",
    }
    return page(request, shop, "events", context)


@in_event(*ANY)
@require_safe
def event(request: Any, event: Event) -> HttpResponse:
    """One event: what buyers read of it, who sees it, when its sale ends, how far it is."""
    dates = list(event.performances.order_by("starts_at", "id"))
    progress = progress_of(dates)
    coming = [date for date in dates if date.starts_at > clock.now()]
    rooms = [progress[date.id].room for date in dates]
    seen = dict(SEEN)
    context = event_context(event, "event") | {
        "dates": [(date, progress[date.id]) for date in (coming or dates)[:8]],
        "n_dates": len(dates),
        "next": (coming or dates)[0],
        "sold": sum(one.sold for one in progress.values()),
        "room": None if None in rooms else sum(room or 0 for room in rooms),
        "channels": [
            (_("Online"), event.online, seen[event.online]),
            (_("Resellers"), event.reseller, seen[event.reseller]),
            (_("Administrators"), event.admin, seen[event.admin]),
        ],
        "prices": prices_of(event),
        "accepted": ACCEPTED,
        "checks": checklist_of_event(event),
    }
    return page(request, event.shop, "event", context)


@in_event(TECHNICAL)
@ASK
def edit(request: Any, event: Event) -> HttpResponse:
    names = ("title", "subtitle", "place", "address", "description", "online", "reseller", "admin", "display")
    initial = {name: getattr(event, name) for name in names}
    initial |= {"displays": event.displays, "shows_left": event.shows_left, "form": str(event.form_id or "")}
    form = EventForm(request.POST or None, initial=initial, forms_=forms_of(event.shop, "order"))

    def deed(said: dict[str, Any]) -> None:
        chosen = form_of(event.shop, said.pop("form"))
        set_event(request.actor, event, form=chosen, **said)

    back = reverse("tickets:event", args=[event.id])
    words = {"title": _("Modify the event"), "verb": _("Save"), "said": _("The event is saved."), "back": back}
    return ask(request, event.shop, form, deed, **words)


@in_event(TECHNICAL)
@require_POST
def picture(request: Any, event: Event) -> HttpResponse:
    """Keep the picture that was sent, or show none."""

    def deed() -> None:
        sent = request.FILES.get("picture")
        digest = keep_picture(sent, field="picture", longest=1600).digest if sent else ""
        set_picture(request.actor, event, digest=digest)

    return attempt(request, deed, said=_("The event is saved."), back=reverse("tickets:event", args=[event.id]))


@in_event(*ANY)
@require_safe
def picture_of(request: Any, event: Event) -> Delivery:
    """Draw the event's picture."""
    if not event.picture:
        raise NotFound("not_found")
    return deliver_picture(request, event.picture)


@in_event(TECHNICAL)
@ASK
def remove(request: Any, event: Event) -> HttpResponse:
    lead = _("Its dates, zones and prices go with it. An event with orders stays: hide it, or cancel its dates.")
    form = Nothing(request.POST if request.method == "POST" else None, lead=lead)
    words = {"title": _("Remove the event"), "verb": _("Remove"), "said": _("The event is gone."), "kind": "danger"}
    back = reverse("tickets:event", args=[event.id])
    answer = ask(request, event.shop, form, lambda _said: remove_event(request.actor, event), **words, back=back)
    if isinstance(answer, HttpResponseRedirect):
        return redirect("tickets:events", event.shop_id)
    return answer


def forms_of(shop: Shop, scope: str) -> list[tuple[str, str]]:
    return [(str(form.id), form.name) for form in shop.forms.filter(scope=scope).order_by("name")]


def form_of(shop: Shop, chosen: str) -> Form | None:
    return shop.forms.filter(id=chosen).first() if chosen else None


def _lines(found: list[Any]) -> list[dict[str, Any]]:
    dates = dates_of(found)
    progress = progress_of(dates)
    lines = []
    for one in found:
        own = [progress[date.id] for date in dates if date.event_id == one.id]
        limits = [each.room for each in own]
        room = None if None in limits else sum(each or 0 for each in limits)
        sold = sum(each.sold for each in own)
        off = [date.state for date in dates if date.event_id == one.id and date.state != "on"]
        lines.append(
            {
                "event": one,
                "when": one.next_at or one.first_at,
                "sold": sold,
                "room": room,
                "share": min(100, sold * 100 // room) if room else 0,
                "state": off[0] if off and len(off) == one.n_dates else "",
            }
        )
    return lines
