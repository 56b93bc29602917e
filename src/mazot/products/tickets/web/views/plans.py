# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawn rooms: the list, a new one from numbers or from a file, its sections, its versions and its exports."""

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation.errors import Conflict, NotFound
from mazot.products.tickets.actions.plans import remove_plan, save_plan
from mazot.products.tickets.queries.drawings import drawing_of
from mazot.products.tickets.queries.plan_faults import faults_told
from mazot.products.tickets.queries.plans import newest_version, plan_for, plans_for, version_in
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.drawing import Drawing, write_drawing
from mazot.products.tickets.rules.generated import with_section
from mazot.products.tickets.rules.plan_csv import write_table
from mazot.products.tickets.rules.pretix import write_pretix
from mazot.products.tickets.rules.readings import Unreadable, parse
from mazot.products.tickets.web.forms.plans import SectionAsked
from mazot.products.tickets.web.frame import attempt, in_shop, page
from mazot.products.tickets.web.views.halls import drawn
from mazot.products.tickets.web.views.plans_new import section_id
from mazot.ui.toasts import toast_later


@require_safe
@in_shop(TECHNICAL)
def plans(request: Any, shop: Any) -> HttpResponse:
    return page(request, shop, "plans", {"plans": plans_for(request.actor, shop), "place": "plans"})


@require_safe
@login_required
def plan(request: Any, plan_id: UUID) -> HttpResponse:
    """One plan as it is drawn now, with its versions."""
    found = plan_for(request.actor, plan_id)
    newest = newest_version(found)
    context = {
        "plan": found,
        "newest": newest,
        "versions": found.versions.order_by("-number").defer("drawing").select_related("by")[:50],
        "sections": drawing_of(newest.id).sections,
        "form": SectionAsked(),
        "place": "plans",
    }
    return page(request, found.shop, "plan", context)


@require_POST
@login_required
def plan_section(request: Any, plan_id: UUID) -> HttpResponse:
    """Add a section, as a new version; or take one away."""
    found = plan_for(request.actor, plan_id)
    number = _number(request)
    drawing = drawing_of(newest_version(found).id)
    back = reverse("tickets:plan", args=[found.id])
    form = SectionAsked(request.POST)
    if gone := request.POST.get("remove"):
        kept = tuple(one for one in drawing.sections if one.id != gone)
        categories = _categories(drawing, {seat.id for one in kept for row in one.rows for seat in row.seats})
        changed = Drawing(drawing.size, kept, drawing.stage, drawing.areas, drawing.free, categories)
    elif form.is_valid():
        changed = with_section(drawing, form.wish(), section_id(), beside=form.cleaned_data["beside"])
    else:
        said = " ".join(
            f"{form.fields[name].label}: {' '.join(map(str, lines))}" for name, lines in form.errors.items()
        )
        toast_later(request, said, kind="warning")
        return HttpResponseRedirect(back)
    return attempt(
        request,
        lambda: save_plan(request.actor, found, drawing=changed, number=number),
        said=_("Version %(number)d is saved.") % {"number": number + 1},
        back=back,
    )


@require_POST
@login_required
def plan_save(request: Any, plan_id: UUID) -> HttpResponse:
    """Keep a drawing that was changed by hand; what cannot be read is answered with every fault."""
    found = plan_for(request.actor, plan_id)
    try:
        asked = parse(request.body)
        record: dict[str, Any] = asked if isinstance(asked, dict) else {}
        number = record.get("number")
        if type(number) is not int:
            return _answer({"problem": _("The drawing does not say which version it changes.")}, 422)
        version = save_plan(request.actor, found, drawing=record.get("drawing"), number=number)  # type: ignore[arg-type]
    except Unreadable as error:
        return _answer({"problem": " ".join(line.sentence for line in faults_told(error))}, 422)
    except Conflict as error:
        return _answer({"problem": error.sentence, "number": newest_version(found).number}, 409)
    return _answer({"number": version.number}, 200)


@require_safe
@login_required
def plan_map(request: Any, plan_id: UUID, number: int) -> HttpResponse:
    found = plan_for(request.actor, plan_id)
    return drawn(request, version_in(found, number).id)


@require_safe
@login_required
def plan_export(request: Any, plan_id: UUID, number: int, kind: str) -> HttpResponse:
    """A version as a file: pretix's JSON, or a table."""
    found = plan_for(request.actor, plan_id)
    drawing = drawing_of(version_in(found, number).id)
    text, mime = "", ""
    if kind == "json":
        text, mime = json.dumps(write_pretix(drawing, found.name), ensure_ascii=False, indent=1), "application/json"
    elif kind == "csv":
        text, mime = write_table(drawing), "text/csv; charset=utf-8"
    elif kind != "drawing":
        raise NotFound("not_found")
    if kind == "drawing":
        return _answer(write_drawing(drawing), 200)
    name = f"{slugify(found.name) or 'plan'}-{number}.{kind}"
    return HttpResponse(text, content_type=mime, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_POST
@login_required
def plan_remove(request: Any, plan_id: UUID) -> HttpResponse:
    found = plan_for(request.actor, plan_id)
    return attempt(
        request,
        lambda: remove_plan(request.actor, found),
        said=_("The floor plan “%(name)s” is removed.") % {"name": found.name},
        back=reverse("tickets:plans", args=[found.shop_id]),
    )


def _categories(drawing: Drawing, seats: set[str]) -> tuple[Any, ...]:
    return tuple(
        type(one)(one.name, one.color, tuple(seat for seat in one.seats if seat in seats)) for one in drawing.categories
    )


def _number(request: HttpRequest) -> int:
    given = request.POST.get("number", "")
    return int(given) if given.isdecimal() and len(given) <= 6 else 0


def _answer(told: dict[str, Any], status: int) -> HttpResponse:
    return HttpResponse(json.dumps(told), content_type="application/json", status=status)
