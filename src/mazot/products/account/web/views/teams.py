# SPDX-License-Identifier: AGPL-3.0-or-later
"""The work teams one is in, whichever organization they belong to, and the way out of one."""

from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mazot.tenancy.actions.teams import leave_team
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.own_teams import lost_without, own_team_of, own_teams_of
from mazot.ui.toasts import toast_later


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    places = own_teams_of(request.actor)  # type: ignore[attr-defined]
    by_organization = [(house, list(some)) for house, some in groupby(places, lambda place: place.team.organization)]
    return render(request, "account/pages/teams.html", {"houses": by_organization})


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Say first what would be lost; the deed is done in the team's own organization."""
    place = own_team_of(request.actor, team_id)  # type: ignore[attr-defined]
    if request.method == "POST":
        there = actor_for_person(place.membership.person, place.team.organization, address=request.actor.address)  # type: ignore[attr-defined]
        leave_team(there, place.team)
        toast_later(request, _("You are no longer in the team %(team)s.") % {"team": place.team.name})
        return redirect("account:teams")
    return render(request, "account/pages/team_leave.html", {"place": place, "lost": lost_without(place)})
