# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mazot.products.manager.queries.organization import KINDS, overview_for
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.models.organizations import Kind


@managing
@require_safe
def home(request: Any) -> HttpResponse:
    """What there is and what waits; a user manager goes straight to the people."""
    if not request.actor.manages_organization:
        return redirect("manager:people")
    organization = request.actor_membership.organization
    context = {
        "place": "home",
        "organization": organization,
        "kind": KINDS[Kind(organization.kind)],
        "now": overview_for(request.actor),
    }
    return render(request, "manager/pages/overview.html", context)
