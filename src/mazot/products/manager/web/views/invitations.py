# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.products.manager.queries.table import counts_for
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.products.manager.web.views.table import tabs
from mazot.tenancy.actions.invitations import renew_invitation, revoke_invitation
from mazot.tenancy.queries.invitations import every_invitation_for, invitation_for, state_of
from mazot.tenancy.queries.sentences import ROLES

A_PAGE = 50
STATES = ("pending", "accepted", "declined", "expired", "revoked")


@managing
@require_safe
def invitations(request: Any) -> HttpResponse:
    """Who was invited, and what came of it."""
    state = request.GET.get("state", "pending")
    titles = {
        "pending": (_("Waiting"), "info"),
        "accepted": (_("Accepted"), "success"),
        "declined": (_("Declined"), "warning"),
        "expired": (_("Expired"), "warning"),
        "revoked": (_("Revoked"), ""),
    }
    found = every_invitation_for(request.actor, state=state).select_related("invited_by")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    lines = []
    for one in page.object_list:
        now = state_of(one)
        title, kind = titles[now]
        role = ROLES[one.role]
        is_open = now in ("pending", "expired")
        lines.append({"one": one, "state": title, "kind": kind, "is_open": is_open, "role": role})
    context = {
        "place": "people",
        "tab": "invitations",
        "lines": lines,
        "page": page,
        "state": state if state in STATES else "",
        "states": [("", _("All")), *((key, titles[key][0]) for key in STATES)],
    }
    return render(request, "manager/pages/invitations.html", context | tabs(request, counts_for(request.actor)))


@managing
@require_POST
def again(request: Any, invitation_id: UUID) -> HttpResponse:
    """Send a new letter; the link of the earlier one ends."""
    earlier = invitation_for(request.actor, invitation_id)
    said = _("A new letter is on its way to %(address)s. The link of the earlier one opens nothing any more.")
    return attempt(
        request,
        lambda: renew_invitation(request.actor, earlier),
        said=said % {"address": earlier.address},
        back=reverse("manager:invitations"),
    )


@managing
@require_POST
def revoke(request: Any, invitation_id: UUID) -> HttpResponse:
    invitation = invitation_for(request.actor, invitation_id)
    said = _("The invitation of %(address)s opens nothing any more.") % {"address": invitation.address}
    return attempt(
        request, lambda: revoke_invitation(request.actor, invitation), said=said, back=reverse("manager:invitations")
    )
