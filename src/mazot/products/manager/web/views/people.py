# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation.errors import NotFound
from mazot.products.manager.queries.people import ROLES, choices_for, dressed, lines_for, reasons_of
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.tenancy.actions.members import block_member, change_role, restore_member, unblock_member
from mazot.tenancy.queries.invitations import invitations_for
from mazot.tenancy.queries.people import grants_for, member_for, removed_members_for

A_PAGE = 100


@managing
@require_safe
def people(request: Any) -> HttpResponse:
    words, role = request.GET.get("words", "")[:100], request.GET.get("role", "")
    found = lines_for(request.actor, words=words, role=role)
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": "people",
        "lines": dressed(page.object_list),
        "page": page,
        "count": len(found),
        "words": words,
        "role": role,
        "roles": [("", _("Every role")), *ROLES.items()],
        "invitations": invitations_for(request.actor),
        "removed": removed_members_for(request.actor),
        "role_titles": ROLES,
    }
    return render(request, "manager/pages/people.html", context)


@managing
@require_safe
def person(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    context = {
        "place": "people",
        "line": dressed([member])[0],
        "member": member,
        "roles": list(ROLES.items()),
        "grants": grants_for(request.actor, member),
        "choices": choices_for(request.actor),
        "reasons": reasons_of(request.actor, member),
    }
    return render(request, "manager/pages/person.html", context)


@managing
@require_POST
def role_of(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    role = request.POST.get("role", "")
    name = member.person.name
    return attempt(
        request,
        lambda: change_role(request.actor, member, role=role),
        said=_("%(name)s has another role now, and gets a letter that says so.") % {"name": name},
        back=reverse("manager:person", args=[membership_id]),
    )


@managing
@require_POST
def block(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    return attempt(
        request,
        lambda: block_member(request.actor, member),
        said=_("%(name)s cannot come in until you unblock them.") % {"name": member.person.name},
        back=reverse("manager:person", args=[membership_id]),
    )


@managing
@require_POST
def unblock(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    return attempt(
        request,
        lambda: unblock_member(request.actor, member),
        said=_("%(name)s can come in again.") % {"name": member.person.name},
        back=reverse("manager:person", args=[membership_id]),
    )


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
