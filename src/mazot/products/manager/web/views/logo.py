# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.foundation.errors import Invalid
from mazot.foundation.pictures import deliver_picture, keep_picture
from mazot.products.manager.queries.organization import logo_of
from mazot.products.manager.web.views.frame import attempt, needing
from mazot.tenancy.actions.details import set_logo
from mazot.tenancy.manage import MANAGE_DETAILS
from mazot.tenancy.web.middleware import open_to_newcomers


@open_to_newcomers
@require_safe
def logo(request: HttpRequest, organization_id: UUID, digest: str) -> HttpResponse:
    """A logo, also for somebody who holds an invitation and no account: its digest is in no other page."""
    return deliver_picture(request, logo_of(organization_id, digest))


@needing(MANAGE_DETAILS)
@require_POST
def save_logo(request: Any) -> HttpResponse:
    """Keep an uploaded picture as the logo, or show the initials again."""
    organization = request.actor_membership.organization

    def deed() -> None:
        if "remove" in request.POST:
            set_logo(request.actor, organization, digest="")
            return
        upload = request.FILES.get("logo")
        if upload is None:
            raise Invalid("empty", _("Choose a picture first."), field="logo")
        kept = keep_picture(upload, field="logo")
        set_logo(request.actor, organization, digest=kept.digest, is_wide=kept.is_wide)

    said = _("The initials are shown again.") if "remove" in request.POST else _("The logo is saved.")
    return attempt(request, deed, said=said, back=reverse("manager:organization"))
