# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Invalid, Refused
from mazot.products.manager.web.views.frame import attempt
from mazot.tenancy.actions.leaving import leave_organization
from mazot.tenancy.actions.organizations import create_organization
from mazot.tenancy.queries.people import person_for
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later


@login_required
@open_to_newcomers
@require_http_methods(["GET", "POST"])
def new(request: Any) -> HttpResponse:
    """Anybody founds an organization and represents it."""
    name, error = request.POST.get("name", ""), None
    if request.method == "POST":
        try:
            made = create_organization(request.actor, person_for(request.actor), name=name.strip() or " ")
        except (Invalid, Refused) as refused:
            error = refused
        else:
            toast_later(request, _("You are in %(organization)s now.") % {"organization": made.name})
            return redirect("front-door")
    return render(request, "manager/pages/new.html", {"name": name, "error": error}, status=422 if error else 200)


@login_required
@open_to_newcomers
@require_POST
def leave(request: Any) -> HttpResponse:
    """Leave the current organization; also the way out for somebody who does not want its two-factor."""
    if request.actor_membership is None:
        return redirect("front-door")
    organization = request.actor_membership.organization
    said = _("You are no longer in %(organization)s.") % {"organization": organization.name}
    return attempt(
        request, lambda: leave_organization(request.actor, organization), said=said, back=reverse("account:memberships")
    )
