# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mazot.products.manager.queries.people import ROLES
from mazot.products.manager.queries.table import dressed_rows
from mazot.products.manager.queries.why import why_of
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.people import member_for


@managing
@require_safe
def person(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    (row,) = dressed_rows(request.actor, [member])
    context = {
        "place": "people",
        "row": row,
        "member": member,
        "role": ROLES[Role(member.role)],
        "roles": list(ROLES.items()),
        "accounts": why_of(request.actor, member),
    }
    return render(request, "manager/pages/person.html", context)
