# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mazot.products.manager.queries.people import ROLES, dressed
from mazot.products.manager.queries.why import why_of
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.queries.people import member_for

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
