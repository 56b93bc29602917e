# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation.errors import NotFound
from mazot.products.manager.queries.people import ROLES, dressed
from mazot.products.manager.queries.why import why_of
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.tenancy.actions.members import restore_member
from mazot.tenancy.queries.people import member_for, removed_members_for

A_PAGE = 100


@managing
@require_safe
def person(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    context = {
        "place": "people",
        "line": dressed([member])[0],
        "member": member,
        "roles": list(ROLES.items()),
        "accounts": why_of(request.actor, member),
    }
    return render(request, "manager/pages/person.html", context)


@managing
@require_POST
def restore(request: Any, membership_id: UUID) -> HttpResponse:
    member = removed_members_for(request.actor).filter(id=membership_id).first()
    if member is None:
        raise NotFound("not_found")
    return attempt(
        request,
        lambda: restore_member(request.actor, member),
        said=_("%(name)s is back, with the role, teams and access they had.") % {"name": member.person.name},
        back=reverse("manager:people"),
    )
