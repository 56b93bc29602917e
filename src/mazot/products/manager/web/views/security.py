# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation import clock
from mazot.foundation.errors import DomainError, Invalid, NotFound
from mazot.products.manager.queries.security import protection_of
from mazot.products.manager.web.views.frame import attempt, needing
from mazot.tenancy.actions.leaving import leave_organization
from mazot.tenancy.actions.organizations import LONGEST_GRACE, set_security
from mazot.tenancy.manage import MANAGE_DETAILS
from mazot.tenancy.models import Organization
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import actor_in
from mazot.tenancy.queries.people import person_for
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later


@needing(MANAGE_DETAILS)
@require_http_methods(["GET", "POST"])
def security(request: Any) -> HttpResponse:
    """Who lacks two-factor, from when on everybody needs it, and what programs sign in with."""
    organization, error = request.actor_membership.organization, None
    if request.method == "POST":
        try:
            set_security(request.actor, organization, **_said(request.POST, organization))
        except DomainError as refused:
            if isinstance(refused, NotFound):
                raise
            error = refused
        else:
            toast_later(request, _("The security of the organization is saved."))
            return redirect("manager:security")
    context = {
        "place": "security",
        "organization": organization,
        "protection": protection_of(request.actor),
        "now": clock.now(),
        "week": (timezone.localdate(clock.now()) + timedelta(days=7)).isoformat(),
        "today": timezone.localdate(clock.now()).isoformat(),
        "longest_grace": LONGEST_GRACE,
        "error": error,
    }
    return render(request, "manager/pages/security.html", context, status=422 if error else 200)


@login_required
@open_to_newcomers
@require_POST
def leave_instead(request: Any, organization_id: UUID) -> HttpResponse:
    """The way out for an external whom an organization asks for two-factor."""
    mine = next((one for one in request.memberships if one.organization_id == organization_id), None)
    if mine is None or mine.role != Role.EXTERNAL:
        raise NotFound("not_found")
    actor = actor_in(person_for(request.actor), mine, via="web", address=request.actor.address)
    said = _("You are no longer in %(organization)s.") % {"organization": mine.organization.name}
    back = reverse("account:memberships")
    return attempt(request, lambda: leave_organization(actor, mine.organization), said=said, back=back)


def _said(said: Any, organization: Organization) -> dict[str, Any]:
    """The rules as they were sent by one of the page's forms; what a form is not about stays as it is."""
    start, grace = organization.two_factor_from, organization.two_factor_grace_days
    programs = organization.allows_account_password_on_dav
    match said.get("about"):
        case "two_factor":
            typed = said.get("grace", "0")
            grace = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else -1
            start = _start(said, organization)
        case "no_two_factor":
            start = None
        case "programs":
            programs = "account_password" in said
    return {
        "two_factor_from": start,
        "two_factor_grace_days": grace,
        "allows_account_password_on_dav": programs,
    }


def _start(said: Any, organization: Organization) -> datetime | None:
    if said.get("start") == "kept":
        return organization.two_factor_from or clock.now()
    if said.get("start") != "day":
        return clock.now()
    try:
        day = date.fromisoformat(said.get("day", ""))
        moment = timezone.make_aware(datetime.combine(day, time.min))
    except (ValueError, OverflowError):
        raise Invalid("day", _("Choose the day on which it begins."), field="day") from None
    return max(moment, clock.now())
