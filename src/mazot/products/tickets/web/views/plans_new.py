# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new plan, in one of four ways: drawn by hand, from numbers, from a file, as a copy of another."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import Refused
from mazot.foundation.ids import new_id
from mazot.products.tickets.actions.plans import make_plan
from mazot.products.tickets.queries.drawings import drawing_of, outline_for
from mazot.products.tickets.queries.plan_faults import faults_told, left_out_told
from mazot.products.tickets.queries.plans import plans_for
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.drawing import Drawing, Row, Seat, Section, Stage
from mazot.products.tickets.rules.generated import Wish, with_section
from mazot.products.tickets.rules.geometry import round_table
from mazot.products.tickets.rules.outline import Outline, outline_of
from mazot.products.tickets.rules.plan_csv import read_table
from mazot.products.tickets.rules.pretix import Imported, read_pretix
from mazot.products.tickets.rules.readings import Unreadable, parse
from mazot.products.tickets.web.forms.base import Asked
from mazot.products.tickets.web.forms.plans import CopyAsked, ImportAsked, NameAsked, PlanAsked
from mazot.products.tickets.web.frame import in_shop, page
from mazot.ui.toasts import toast_later

EMPTY = Drawing((1200, 800), (), Stage(440, 40, 320, 60, "Stage", "trapezoid"))
FORMS: dict[str, type[Asked]] = {"draw": NameAsked, "numbers": PlanAsked, "file": ImportAsked, "copy": CopyAsked}
WAYS = (
    ("draw", "pencil-ruler", gettext_lazy("Draw by hand"), gettext_lazy("Rows, tables and areas, one by one")),
    ("numbers", "rows-3", gettext_lazy("From numbers"), gettext_lazy("So many rows of so many seats")),
    ("file", "upload", gettext_lazy("Bring in a file"), gettext_lazy("Of pretix, or a table of seats")),
    ("copy", "copy", gettext_lazy("Copy a plan"), gettext_lazy("Begin with one you have")),
)
PREVIEWS = 24  # plans that are shown as a picture
VERBS = {
    "draw": gettext_lazy("Begin to draw"),
    "numbers": gettext_lazy("Draw it"),
    "file": gettext_lazy("Bring it in"),
    "copy": gettext_lazy("Copy it"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@in_shop(TECHNICAL)
def plan_new(request: Any, shop: Any) -> HttpResponse:
    way = request.GET.get("how", "")
    return _asked(request, shop, way if way in ("draw", "copy") else "numbers")


@require_http_methods(["GET", "HEAD", "POST"])
@in_shop(TECHNICAL)
def plan_import(request: Any, shop: Any) -> HttpResponse:
    """Bring a room in from a file; all that is wrong with it is listed at once."""
    return _asked(request, shop, "file")


def section_id() -> str:
    return f"s{new_id().hex[-10:]}"


def _asked(request: Any, shop: Any, way: str) -> HttpResponse:
    form = FORMS[way](request.POST or None, request.FILES or None)
    faults: list[Any] = []
    if request.method == "POST" and form.is_valid():
        try:
            found = MADE[way](request, shop, form)
            name = form.cleaned_data["name"] or found.name
            made = make_plan(request.actor, shop, name=name, drawing=found.drawing)
        except Unreadable as error:
            faults = faults_told(error)
        except Refused as error:
            form.refuse(error)
        else:
            if found.left_out:
                toast_later(request, left_out_told(found.left_out))
            return HttpResponseRedirect(reverse("tickets:plan", args=[made.id]))
    plans: Any = plans_for(request.actor, shop)
    context = {
        "form": form,
        "faults": faults,
        "way": way,
        "ways": [{"key": key, "icon": icon, "name": name, "more": more} for key, icon, name, more in WAYS],
        "pictures": _pictures(),
        "verb": VERBS[way],
        "place": "plans",
        "plans": [(plan, outline_for(plan.newest_id)) for plan in plans[:PREVIEWS]] if way == "copy" else [],
        "more_plans": plans[PREVIEWS:] if way == "copy" else [],
    }
    return page(request, shop, "plan_new", context, status=422 if form.is_bound else 200)


def _by_hand(_request: Any, _shop: Any, _form: Asked) -> Imported:
    return Imported("", replace(EMPTY, stage=replace(EMPTY.stage, label=_("Stage"))))


def _from_numbers(_request: Any, _shop: Any, form: Any) -> Imported:
    return Imported("", with_section(Drawing((1, 1), ()), form.wish(), section_id()))


def _from_file(_request: Any, _shop: Any, form: Asked) -> Imported:
    """What the file says: JSON when it begins like JSON, else a table."""
    file = form.cleaned_data["file"]
    text = file.read()
    name = PurePath(file.name).stem[:120] or _("Plan")
    if text.lstrip()[:1] in (b"{", b"["):
        imported = read_pretix(parse(text))
        return replace(imported, name=imported.name or name)
    return Imported(name, read_table(text.decode("utf-8-sig", errors="replace")))


def _as_a_copy(request: Any, shop: Any, form: Asked) -> Imported:
    plan: Any = plans_for(request.actor, shop).filter(id=form.cleaned_data["source"]).first()
    if plan is None:
        raise Refused("not_found", _("This shop has no such plan."), field="source")
    return Imported(plan.name, drawing_of(plan.newest_id))


MADE: dict[str, Callable[[Any, Any, Any], Imported]] = {
    "draw": _by_hand,
    "numbers": _from_numbers,
    "file": _from_file,
    "copy": _as_a_copy,
}


@lru_cache(maxsize=1)
def _pictures() -> dict[str, Outline]:
    """What each way looks like."""
    tables = (round_table(8, (x, y), 46) for x, y in ((480, 220), (640, 220), (800, 220), (560, 350), (720, 350)))
    rows = tuple(Row("", "", tuple(Seat("", "", *place) for place in table)) for table in tables)
    drawn = replace(EMPTY, sections=(Section("", "", 0, 0, rows),))
    arcs = with_section(Drawing((1, 1), ()), Wish("", 7, 12, more_per_row=1, curve=320), "a")
    blocks = with_section(Drawing((1, 1), ()), Wish("", 6, 6), "a")
    pair = with_section(blocks, Wish("", 6, 6), "b", beside=True)
    kinds = {"draw": drawn, "numbers": arcs, "file": pair, "copy": arcs}
    return {way: outline_of(drawing) for way, drawing in kinds.items()}
