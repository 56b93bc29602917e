# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mazot.foundation import clock
from mazot.products.manager.queries.refusals import refusals_of
from mazot.products.manager.queries.table import A_PAGE, SORTS, Counts, Row, Wish, counts_for, rows_for
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.manage import NAME_USER_MANAGERS, SEE_ACTIVITY
from mazot.tenancy.queries.invitations import invitations_for
from mazot.tenancy.queries.people import teams_for
from mazot.tenancy.queries.rights import holds_wide
from mazot.tenancy.queries.sentences import ROLES

JUST_NOW = timedelta(minutes=10)


@managing
@require_safe
def people(request: Any) -> HttpResponse:
    """The table of users; a request of the page itself gets the table alone."""
    wish = Wish.of(request.GET)
    counts = counts_for(request.actor)
    rows, count, page = rows_for(request.actor, wish, members=counts.members)
    context = {
        "place": "people",
        "tab": "members",
        "wish": wish,
        "count": count,
        "counts": counts,
        "lines": [_line(request.actor, row, counts) for row in rows],
        "heads": _heads(wish),
        "pages": _pages(wish, page, count),
        "places": _places(request.actor),
        "export": reverse("manager:people-export") + _address(wish),
    }
    if request.headers.get("HX-Request-Type") == "partial":
        response = render(request, "manager/fragments/users.html", context)
    else:
        response = render(request, "manager/pages/people.html", context | _around(request, counts))
    response["Vary"] = "HX-Request-Type, Cookie"
    return response


def _places(actor: Any) -> dict[str, str]:
    """Where the menus of the rows lead besides, for those whom it opens for."""
    places = {"alert": reverse("manager:alert")}
    if holds_wide(actor, SEE_ACTIVITY):
        places["activity"] = reverse("manager:activity")
    if holds_wide(actor, NAME_USER_MANAGERS):
        places["delegates"] = "person"
    return places


def tabs(request: Any, counts: Counts) -> dict[str, Any]:
    """What the three tabs say; the last one leads where removals are kept."""
    return {
        "counts": counts,
        "waiting": invitations_for(request.actor).count(),
        "removed_address": reverse("manager:removed"),
    }


def _around(request: Any, counts: Counts) -> dict[str, Any]:
    teams = list(teams_for(request.actor).values_list("id", "name"))
    return tabs(request, counts) | {
        "roles": [("", _("Every role")), *ROLES.items()],
        "teams": [("", _("Every team")), *teams],
        "factors": [("", _("Two-factor")), ("with", _("Set up")), ("without", _("Not set up"))],
        "statuses": [("", _("Every status")), ("active", _("Active")), ("blocked", _("Blocked"))],
    }


def _line(actor: Any, row: Row, counts: Counts) -> dict[str, Any]:
    why = refusals_of(actor, row.member, representatives=counts.representatives, is_protected=bool(row.factors))
    return {
        "row": row,
        "at": f"{reverse('manager:people')}/{row.member.id}",  # one look-up for the nine addresses of a row
        "member": row.member,
        "person": row.member.person,
        "role": ROLES[row.member.role],
        "active": _moment(row.seen_at),
        "joined": _day(row.member.joined_at),
        "why": why,
    }


def _heads(wish: Wish) -> list[dict[str, str]]:
    titles = dict(zip(SORTS, (_("Name"), _("Role"), _("Two-factor"), _("Last active"), _("Joined")), strict=True))
    heads = []
    for key in ("name", "role", "teams", "factor", "active", "joined"):
        if key == "teams":
            heads.append({"key": key, "title": _("Work teams"), "address": "", "order": ""})
            continue
        order = {key: "ascending", f"-{key}": "descending"}.get(wish.sort, "")
        back = f"-{key}" if order == "ascending" else key
        heads.append({"key": key, "title": titles[key], "address": _address(wish, sort=back), "order": order})
    return heads


def _pages(wish: Wish, page: int, count: int) -> dict[str, Any]:
    last = max(1, -(-count // A_PAGE))
    return {
        "first": (page - 1) * A_PAGE + 1,
        "last": min(page * A_PAGE, count),
        "is_needed": last > 1,
        "before": _address(wish, page=page - 1) if page > 1 else "",
        "after": _address(wish, page=page + 1) if page < last else "",
    }


def _address(wish: Wish, **changes: Any) -> str:
    said = {"words": wish.words, "role": wish.role, "team": wish.team, "factor": wish.factor, "status": wish.status}
    said |= {"sort": wish.sort} | changes
    return "?" + urlencode({key: value for key, value in said.items() if value})


def _moment(moment: Any) -> str:
    if moment is None:
        return _("Never")
    if clock.now() - moment < JUST_NOW:
        return _("Now")
    there, today = timezone.localtime(moment), timezone.localdate(clock.now())
    if there.date() == today:
        return _("Today, %(hour)s") % {"hour": f"{there:%H:%M}"}
    return _("Yesterday") if there.date() == today - timedelta(days=1) else _day(moment)


def _day(moment: Any) -> str:
    there = timezone.localtime(moment)
    return date_format(there, "j M" if there.year == timezone.localdate(clock.now()).year else "j M Y")
