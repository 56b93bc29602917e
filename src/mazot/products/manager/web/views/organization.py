# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, Refused
from mazot.products.manager.queries.people import dressed, lines_for
from mazot.products.manager.web.views.frame import attempt, needing
from mazot.tenancy.actions.members import leave_organization
from mazot.tenancy.actions.organizations import create_organization, set_details, set_security
from mazot.tenancy.manage import MANAGE_DETAILS
from mazot.tenancy.queries.people import person_for
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later

DAYS = ("0", "7", "30")


@needing(MANAGE_DETAILS)
@require_http_methods(["GET", "POST"])
def details(request: Any) -> HttpResponse:
    organization, error = request.actor_membership.organization, None
    if request.method == "POST":
        typed = request.POST.get("tint", "")
        tint = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0
        try:
            set_details(request.actor, organization, name=request.POST.get("name", ""), tint=tint)
        except Invalid as refused:
            error = refused
        else:
            toast_later(request, _("The organization is saved."))
            return redirect("manager:organization")
    context = {
        "place": "organization",
        "organization": organization,
        "name": request.POST.get("name", organization.name),
        "tints": range(1, 9),
        "error": error,
        "unprotected": [line for line in dressed(lines_for(request.actor)) if not line.factor],
        "now": clock.now(),
        "starts": [("0", _("At once")), ("7", _("In a week")), ("30", _("In thirty days"))],
    }
    return render(request, "manager/pages/organization.html", context, status=422 if error else 200)


@needing(MANAGE_DETAILS)
@require_POST
def security(request: Any) -> HttpResponse:
    organization = request.actor_membership.organization
    start = organization.two_factor_from
    if "two_factor" not in request.POST:
        start = None
    elif start is None:
        days = request.POST.get("days", "7")
        start = clock.now() + timedelta(days=int(days) if days in DAYS else 7)
    return attempt(
        request,
        lambda: set_security(
            request.actor,
            organization,
            two_factor_from=start,
            allows_account_password_on_dav="account_password" in request.POST,
        ),
        said=_("The security of the organization is saved."),
        back=reverse("manager:organization"),
    )


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
