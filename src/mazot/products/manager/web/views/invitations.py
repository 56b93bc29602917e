# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.letters import send_letter
from mazot.products.manager.queries.people import ROLES
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.tenancy.actions.invitations import invite_person, revoke_invitation
from mazot.tenancy.queries.invitations import invitations_for
from mazot.tenancy.queries.people import person_for
from mazot.ui.toasts import toast_later


@managing
@require_http_methods(["GET", "POST"])
def invite(request: Any) -> HttpResponse:
    """Ask whom, in which role; then send the letter."""
    said = {"address": request.POST.get("address", ""), "role": request.POST.get("role", "collaborator")}
    error = None
    if request.method == "POST":
        organization = request.actor_membership.organization
        try:
            invitation, token = invite_person(request.actor, organization, **said)
        except (Conflict, Invalid, NotAllowed, Refused) as refused:
            error = refused
        else:
            _send(request, invitation, token)
            toast_later(request, _("The invitation is on its way to %(address)s.") % {"address": invitation.address})
            return redirect("manager:people")
    context = {"place": "people", "said": said, "error": error, "roles": list(ROLES.items())}
    return render(request, "manager/pages/invite.html", context, status=422 if error else 200)


@managing
@require_POST
def again(request: Any, invitation_id: UUID) -> HttpResponse:
    """Send a new letter; the link of the earlier one ends."""
    earlier = invitations_for(request.actor).filter(id=invitation_id).first()
    if earlier is None:
        raise NotFound("not_found")
    organization = request.actor_membership.organization

    def deed() -> None:
        made, token = invite_person(request.actor, organization, address=earlier.address, role=earlier.role)
        _send(request, made, token)

    said = _("A new letter is on its way to %(address)s.") % {"address": earlier.address}
    return attempt(request, deed, said=said, back=reverse("manager:people"))


@managing
@require_POST
def revoke(request: Any, invitation_id: UUID) -> HttpResponse:
    invitation = invitations_for(request.actor).filter(id=invitation_id).first()
    if invitation is None:
        raise NotFound("not_found")
    said = _("The invitation of %(address)s opens nothing any more.") % {"address": invitation.address}
    return attempt(
        request, lambda: revoke_invitation(request.actor, invitation), said=said, back=reverse("manager:people")
    )


def _send(request: Any, invitation: Any, token: str) -> None:
    context = {
        "organization": request.actor_membership.organization,
        "inviter": person_for(request.actor),
        "role": ROLES[invitation.role],
        "link": settings.MAZOT.address + reverse("invitation", args=[token]),
        "until": invitation.expires_at,
    }
    subject = render_to_string("manager/letters/invitation.subject.txt", context)
    send_letter(invitation.address, subject=subject, text=render_to_string("manager/letters/invitation.txt", context))
