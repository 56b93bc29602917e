# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mazot.products.manager.queries.people import FACTORS
from mazot.products.manager.queries.refusals import refusals_of
from mazot.products.manager.queries.table import counts_for, dressed_rows
from mazot.products.manager.queries.why import why_of
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.queries.people import member_for
from mazot.tenancy.queries.sentences import ROLES


@managing
@require_safe
def person(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    (row,) = dressed_rows(request.actor, [member])
    counts = counts_for(request.actor)
    context = {
        "place": "people",
        "row": row,
        "member": member,
        "role": ROLES[member.role],
        "roles": list(ROLES.items()),
        "factors": [FACTORS[kind] for kind in sorted(row.factors)],  # type: ignore[index]
        "why": refusals_of(
            request.actor, member, representatives=counts.representatives, is_protected=bool(row.factors)
        ),
        "accounts": why_of(request.actor, member),
    }
    return render(request, "manager/pages/person.html", context)
