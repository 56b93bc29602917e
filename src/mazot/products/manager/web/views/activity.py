# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mazot.foundation import clock
from mazot.foundation.delivery import deliver_text
from mazot.foundation.facts import kinds
from mazot.foundation.ids import read_id
from mazot.foundation.sheets import as_csv, gathered
from mazot.products.manager.queries.people import member_ever_for, title_of
from mazot.products.manager.web.views.frame import needing
from mazot.tenancy.manage import SEE_ACTIVITY
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.activity import Line, Search, activity_for, every_line
from mazot.tenancy.queries.sentences import title_of_kind

COLUMNS = ("at", "sentence", "person", "login", "kind", "via", "address", "id")


@needing(SEE_ACTIVITY)
@require_safe
def activity(request: Any) -> HttpResponse:
    """Who did what in the organization, newest first."""
    member, search = _search(request)
    filters = {key: request.GET.get(key, "") for key in ("words", "product", "kind", "since", "until", "person")}
    found = sorted(((kind, title_of_kind(kind)) for kind in kinds()), key=lambda one: one[1].casefold())
    logins = [("account.SignedIn", _("… signed in.")), ("account.NotSignedIn", _("… was refused at the door."))]
    context = {
        "place": "activity",
        "page": activity_for(request.actor, search),
        "search": search,
        "member": member,
        "said": filters,
        "query": urlencode({key: value for key, value in filters.items() if value}),
        "is_narrow": any(filters.values()),
        "actions": [("", _("Every action")), *logins, *found],
        "products": [("", _("Every product")), *_products()],
    }
    return render(request, "manager/pages/activity.html", context)


@needing(SEE_ACTIVITY)
@require_safe
def export(request: Any) -> HttpResponse:
    """Every line that fits, as a file, written while it is read."""
    _member, search = _search(request)
    lines = every_line(request.actor, search)
    kind, media, write = ("json", "application/json", _json)
    if request.GET.get("format") != "json":
        kind, media, write = ("csv", "text/csv", _csv)
    name = f"activity-{clock.now():%Y-%m-%d}.{kind}"
    return deliver_text(request, name, gathered(write(lines), get_language()), content_type=media)


def _search(request: Any) -> tuple[Membership | None, Search]:
    """What the address asks for; `person` names a member, one who was removed as well."""
    wanted = request.GET.get("person", "")
    member = member_ever_for(request.actor, read_id(wanted)) if wanted else None
    return member, Search.of(request.GET, person_id=member.person_id if member else None)


def _products() -> list[tuple[str, str]]:
    keys = sorted({kind.split(".", 1)[0] for kind in kinds()} | {"account"})
    titles = {"tenancy": _("People and rights"), "account": _("Accounts and logins")}
    return [(key, titles.get(key) or title_of(key)) for key in keys]


def _row(line: Line) -> dict[str, str]:
    return {
        "at": line.at.isoformat(),
        "sentence": line.sentence,
        "person": line.person.name if line.person else "",
        "login": line.person.login if line.person else "",
        "kind": line.kind,
        "via": line.via,
        "address": line.address,
        "id": str(line.id),
    }


def _csv(lines: Iterator[Line]) -> Iterator[str]:
    return as_csv(COLUMNS, (list(_row(line).values()) for line in lines))


def _json(lines: Iterator[Line]) -> Iterator[str]:
    mark = "["
    for line in lines:
        yield mark + json.dumps(_row(line), ensure_ascii=False)
        mark = ",\n"
    yield "]\n" if mark != "[" else "[]\n"
