# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mazot.products.manager.queries.organization import overview_for
from mazot.products.manager.web.views.frame import managing


@managing
@require_safe
def home(request: Any) -> HttpResponse:
    """What there is and what waits; a user manager goes straight to the people."""
    if not request.actor.manages_organization:
        return redirect("manager:people")
    context = {
        "place": "home",
        "organization": request.actor_membership.organization,
        "now": overview_for(request.actor),
    }
    return render(request, "manager/pages/overview.html", context)
