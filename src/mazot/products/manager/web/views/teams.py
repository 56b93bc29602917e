# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, Refused
from mazot.foundation.ids import read_id
from mazot.products.manager.queries.access import categories_for, wished
from mazot.products.manager.queries.teams import chosen_among, outside
from mazot.products.manager.web.views.access import in_sentences
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.tenancy.actions.teams import add_to_team, make_team, remove_team, set_team, take_from_team
from mazot.tenancy.queries.access import access_of
from mazot.tenancy.queries.effects import effects_of_leaving, members_of
from mazot.tenancy.queries.people import found_by, member_for, members_for, team_for, teams_for
from mazot.tenancy.queries.sentences import ROLES
from mazot.ui.toasts import toast_later

A_PAGE = 50


@managing
@require_safe
def teams(request: Any) -> HttpResponse:
    words = request.GET.get("words", "")[:80]
    found = teams_for(request.actor).annotate(count=Count("members")).select_related("leader__person")
    page = Paginator(found.filter(name__icontains=words) if words else found, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "manager/pages/teams.html", {"place": "teams", "page": page, "words": words})


@managing
@require_http_methods(["GET", "POST"])
def new(request: Any) -> HttpResponse:
    """Name, colour, products with rights, members or none: the team with all of it, or nothing."""
    said, error = request.POST, None
    wanted = wished(request.actor, said)
    people = chosen_among(members_for(request.actor), said.getlist("members"))
    if request.method == "POST":
        organization = request.actor_membership.organization
        details = {"name": said.get("name", ""), "tint": _tint(request), "members": people, "grants": wanted}
        try:
            made = make_team(request.actor, organization, **details)
        except (Conflict, Invalid, NotAllowed, Refused) as refused:
            error = refused
        else:
            toast_later(request, _("The team “%(name)s” exists.") % {"name": made.name})
            return redirect("manager:team", made.id)
    context = {
        "place": "teams",
        "name": said.get("name", ""),
        "chosen_tint": _tint(request),
        "tints": range(1, 9),
        "categories": categories_for(request.actor, wanted),
        "error": error,
        "chosen": people,
        "picker": reverse("manager:team-picker"),
    }
    return render(request, "manager/pages/new_team.html", context, status=422 if error else 200)


@managing
@require_http_methods(["GET", "POST"])
def team(request: Any, team_id: UUID) -> HttpResponse:
    found = team_for(request.actor, team_id)
    inside = members_for(request.actor).filter(teams__team=found)
    if request.method == "POST":
        leader = chosen_among(inside, [request.POST.get("leader", "")])
        details = {"name": request.POST.get("name", ""), "tint": _tint(request), "leader": next(iter(leader), None)}
        return attempt(
            request,
            lambda: set_team(request.actor, found, **details),
            said=_("The team is saved."),
            back=reverse("manager:team", args=[team_id]),
        )
    words = request.GET.get("words", "")[:100]
    page = Paginator(found_by(inside, words), A_PAGE).get_page(request.GET.get("page"))
    leaders = [*({found.leader} if found.leader else ()), *inside[:200]]
    context = {
        "place": "teams",
        "team": found,
        "page": page,
        "words": words,
        "count": inside.count(),
        "lines": [(member, ROLES[member.role]) for member in page.object_list],
        "leaders": [("", _("Nobody")), *{member.id: member.person.name for member in leaders}.items()],
        "tints": range(1, 9),
        "categories": categories_for(request.actor, access_of(found)),
        "picker": reverse("manager:team-picker") + f"?team={found.id}",
    }
    return render(request, "manager/pages/team.html", context)


@managing
@require_safe
def picker(request: Any) -> HttpResponse:
    """The people who fit some words, with those already ticked in front; for a team of any size."""
    everybody = members_for(request.actor)
    if team_id := read_id(request.GET.get("team", "")):
        everybody = outside(everybody, team_for(request.actor, team_id))
    chosen = chosen_among(everybody, request.GET.getlist("members"))
    words = request.GET.get("words", "")[:100]
    present = {member.id for member in chosen}
    fits = [member for member in found_by(everybody, words)[: 20 + len(chosen)] if member.id not in present][:20]
    return render(request, "manager/fragments/picked.html", {"chosen": chosen, "fits": fits, "words": words})


@managing
@require_POST
def put_in(request: Any, team_id: UUID) -> HttpResponse:
    found = team_for(request.actor, team_id)
    chosen = chosen_among(members_for(request.actor), request.POST.getlist("members"))
    return attempt(
        request,
        lambda: add_to_team(request.actor, found, members=chosen),
        said=_("The team is saved."),
        back=reverse("manager:team", args=[team_id]),
    )


@managing
@require_http_methods(["GET", "POST"])
def take_out(request: Any, team_id: UUID, membership_id: UUID) -> HttpResponse:
    """Show what the member loses; then take them out."""
    found, member = team_for(request.actor, team_id), member_for(request.actor, membership_id)
    back = reverse("manager:team", args=[team_id])
    if request.method == "POST":
        said = _("%(name)s is no longer in the team.") % {"name": member.person.name}
        return attempt(request, lambda: take_from_team(request.actor, found, member=member), said=said, back=back)
    context = {
        "place": "teams",
        "team": found,
        "member": member,
        "back": back,
        "effects": in_sentences(effects_of_leaving(found, [member])),
    }
    return render(request, "manager/pages/leave_team.html", context)


@managing
@require_http_methods(["GET", "POST"])
def remove(request: Any, team_id: UUID) -> HttpResponse:
    """Show who loses what; then take the team apart."""
    found = team_for(request.actor, team_id)
    if request.method == "POST":
        said = _("The team “%(name)s” is gone, with what its members had through it.") % {"name": found.name}
        return attempt(request, lambda: remove_team(request.actor, found), said=said, back=reverse("manager:teams"))
    context = {
        "place": "teams",
        "team": found,
        "back": reverse("manager:team", args=[team_id]),
        "effects": in_sentences(effects_of_leaving(found, members_of(found))),
    }
    return render(request, "manager/pages/leave_team.html", context)


def _tint(request: Any) -> int:
    typed = request.POST.get("tint", "2")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0
