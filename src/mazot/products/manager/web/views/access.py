# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Conflict, Invalid, NotAllowed
from mazot.products.manager.queries.access import categories_for, changed, kept, read_back, wished
from mazot.products.manager.queries.why import named, why_of
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.actions.access import everything, set_access
from mazot.tenancy.models import Membership, Team
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.access import AccessLine, Holder, access_of, stamp_of
from mazot.tenancy.queries.effects import Effect, effects_of_access
from mazot.tenancy.queries.people import member_for, team_for
from mazot.tenancy.queries.sentences import ROLES
from mazot.ui.toasts import toast_later


@managing
@require_http_methods(["GET", "POST"])
def of_member(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    address = reverse("manager:person-access", args=[member.id])
    context = {
        "place": "people",
        "member": member,
        "role": ROLES[Role(member.role)],
        "name": member.person.name,
        "has_all": member.role in (Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR),
        "address": address,
        "preview": reverse("manager:person-access-preview", args=[member.id]),
        "back": reverse("manager:person", args=[member.id]),
        "accounts": why_of(request.actor, member),
    }
    return _page(request, member, context)


@managing
@require_http_methods(["GET", "POST"])
def of_team(request: Any, team_id: UUID) -> HttpResponse:
    team = team_for(request.actor, team_id)
    context = {
        "place": "teams",
        "team": team,
        "name": team.name,
        "address": reverse("manager:team-access", args=[team.id]),
        "preview": reverse("manager:team-access-preview", args=[team.id]),
        "back": reverse("manager:team", args=[team.id]),
    }
    return _page(request, team, context)


@managing
@require_POST
def preview_of_member(request: Any, membership_id: UUID) -> HttpResponse:
    return _preview(request, member_for(request.actor, membership_id))


@managing
@require_POST
def preview_of_team(request: Any, team_id: UUID) -> HttpResponse:
    return _preview(request, team_for(request.actor, team_id))


def _page(request: Any, holder: Holder, context: dict[str, Any]) -> HttpResponse:
    seen = wanted = access_of(holder)
    status = 200
    if request.method == "POST":
        seen = read_back(request.POST.get("seen", ""))
        wanted = everything() if "everything" in request.POST else wished(request.actor, request.POST)
        try:
            set_access(request.actor, holder, seen=stamp_of(seen), grants=wanted)
        except Conflict:
            now = access_of(holder)
            context["meanwhile"], seen, status = changed(request.actor, seen, now), now, 409
        except (Invalid, NotAllowed) as refused:
            context["error"], status = refused, 422
        else:
            toast_later(request, _("The access of %(name)s is saved and works at once.") % {"name": context["name"]})
            return redirect(context["address"])
    context |= {
        "categories": categories_for(request.actor, wanted),
        "seen": kept(seen),
        "effects": in_sentences(effects_of_access(holder, wanted)) if wanted != seen else [],
        "is_changed": wanted != seen,
    }
    return render(request, "manager/pages/access.html", context, status=status)


def _preview(request: Any, holder: Holder) -> HttpResponse:
    wanted: list[AccessLine] = wished(request.actor, request.POST)
    context = {
        "effects": in_sentences(effects_of_access(holder, wanted)),
        "is_changed": stamp_of(wanted) != stamp_of(access_of(holder)),
        "team": holder if isinstance(holder, Team) else None,
    }
    return render(request, "manager/fragments/effects.html", context)


def in_sentences(effects: list[Effect]) -> list[dict[str, Any]]:
    """What is gained and what is lost, as the foot of the page lists it."""
    told = []
    for effect in effects:
        place = effect.instance.name if effect.instance else _("Products of this kind that come later")
        for kind, members in (("gained", effect.gained), ("lost", effect.lost)):
            if members:
                told.append(_told(kind, place, effect, members))
    return told


def _told(kind: str, place: str, effect: Effect, members: list[Membership]) -> dict[str, Any]:
    return {
        "kind": kind,
        "place": place,
        "sentence": effect.right.sentence,
        "who": named(members),
        "count": len(members),
    }
