# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mazot.foundation.errors import NotFound
from mazot.products.manager.queries.people import choices_for
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.tenancy.actions.grants import grant_rights, take_rights
from mazot.tenancy.models import Membership, ProductInstance, Team
from mazot.tenancy.queries.people import grants_for, member_for, team_for


@managing
@require_POST
def give_to_member(request: Any, membership_id: UUID) -> HttpResponse:
    return _give(
        request, member_for(request.actor, membership_id), back=reverse("manager:person", args=[membership_id])
    )


@managing
@require_POST
def give_to_team(request: Any, team_id: UUID) -> HttpResponse:
    return _give(request, team_for(request.actor, team_id), back=reverse("manager:team", args=[team_id]))


@managing
@require_POST
def take_from_member(request: Any, membership_id: UUID, grant_id: UUID) -> HttpResponse:
    holder = member_for(request.actor, membership_id)
    return _take(request, holder, grant_id, back=reverse("manager:person", args=[membership_id]))


@managing
@require_POST
def take_from_team(request: Any, team_id: UUID, grant_id: UUID) -> HttpResponse:
    holder = team_for(request.actor, team_id)
    return _take(request, holder, grant_id, back=reverse("manager:team", args=[team_id]))


def _give(request: Any, holder: Membership | Team, *, back: str) -> HttpResponse:
    wanted = request.POST.get("target", "")
    choice = next((choice for choice in choices_for(request.actor) if choice.value == wanted), None)
    if choice is None:
        raise NotFound("not_found")
    keys = request.POST.getlist("rights")
    offered = {right.key for right in choice.rights}
    rights = ["*"] if "everything" in request.POST else [key for key in keys if key in offered]
    named = ProductInstance.objects.filter(id=wanted) if len(wanted) == 36 else None
    where: dict[str, Any] = {"instances": list(named)} if named is not None else {"category": wanted}
    return attempt(
        request,
        lambda: grant_rights(request.actor, holder, rights=rights, **where),
        said=_("The access is given and works at once."),
        back=back,
    )


def _take(request: Any, holder: Membership | Team, grant_id: UUID, *, back: str) -> HttpResponse:
    grant = grants_for(request.actor, holder).filter(id=grant_id).first()
    if grant is None:
        raise NotFound("not_found")
    return attempt(
        request,
        lambda: take_rights(request.actor, grant),
        said=_("The access is taken back and ends at once."),
        back=back,
    )
