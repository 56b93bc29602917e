# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Conflict, Invalid, Refused
from mazot.products.manager.queries.people import choices_for
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.tenancy.actions.teams import add_to_team, make_team, remove_team, set_team, take_from_team
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.people import grants_for, member_for, members_for, team_for, teams_for
from mazot.ui.toasts import toast_later


@managing
@require_http_methods(["GET", "POST"])
def teams(request: Any) -> HttpResponse:
    name, error = request.POST.get("name", ""), None
    if request.method == "POST":
        try:
            made = make_team(request.actor, request.actor_membership.organization, name=name, tint=_tint(request))
        except (Conflict, Invalid, Refused) as refused:
            error = refused
        else:
            toast_later(request, _("The team “%(name)s” exists.") % {"name": made.name})
            return redirect("manager:team", made.id)
    found = teams_for(request.actor).annotate(count=Count("members")).select_related("leader__person")
    context = {"place": "teams", "teams": found, "name": name, "error": error, "tints": range(1, 9)}
    return render(request, "manager/pages/teams.html", context, status=422 if error else 200)


@managing
@require_http_methods(["GET", "POST"])
def team(request: Any, team_id: UUID) -> HttpResponse:
    found = team_for(request.actor, team_id)
    if request.method == "POST":
        leader = request.POST.get("leader", "")
        chosen = members_for(request.actor).filter(teams__team=found)
        return attempt(
            request,
            lambda: set_team(
                request.actor,
                found,
                name=request.POST.get("name", ""),
                tint=_tint(request),
                leader=next((member for member in chosen if str(member.id) == leader), None),
            ),
            said=_("The team is saved."),
            back=reverse("manager:team", args=[team_id]),
        )
    inside = list(members_for(request.actor).filter(teams__team=found))
    present = {member.id for member in inside}
    context = {
        "place": "teams",
        "team": found,
        "members": inside,
        "others": [member for member in members_for(request.actor) if member.id not in present],
        "leaders": [("", _("Nobody")), *((member.id, member.person.name) for member in inside)],
        "tints": range(1, 9),
        "grants": grants_for(request.actor, found),
        "choices": choices_for(request.actor),
    }
    return render(request, "manager/pages/team.html", context)


@managing
@require_POST
def put_in(request: Any, team_id: UUID) -> HttpResponse:
    found = team_for(request.actor, team_id)
    wanted = set(request.POST.getlist("members"))
    chosen: list[Membership] = [member for member in members_for(request.actor) if str(member.id) in wanted]
    return attempt(
        request,
        lambda: add_to_team(request.actor, found, members=chosen),
        said=_("The team is saved."),
        back=reverse("manager:team", args=[team_id]),
    )


@managing
@require_POST
def take_out(request: Any, team_id: UUID, membership_id: UUID) -> HttpResponse:
    found, member = team_for(request.actor, team_id), member_for(request.actor, membership_id)
    return attempt(
        request,
        lambda: take_from_team(request.actor, found, member=member),
        said=_("%(name)s is no longer in the team.") % {"name": member.person.name},
        back=reverse("manager:team", args=[team_id]),
    )


@managing
@require_POST
def remove(request: Any, team_id: UUID) -> HttpResponse:
    found = team_for(request.actor, team_id)
    said = _("The team “%(name)s” is gone, with what its members had through it.") % {"name": found.name}
    return attempt(request, lambda: remove_team(request.actor, found), said=said, back=reverse("manager:teams"))


def _tint(request: Any) -> int:
    typed = request.POST.get("tint", "2")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0
