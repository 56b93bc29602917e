# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mazot.products.mail.actions.addresses import restore_address
from mazot.products.mail.queries.addresses import address_in_bin, days_in_the_bin, in_the_bin
from mazot.products.mail.web.frame import attempt, in_service, page

if TYPE_CHECKING:
    from mazot.products.mail.models import Service


@in_service
@require_safe
def overview(request: Any, service: Service) -> HttpResponse:
    """What was removed, and until when it can come back."""
    stays = timedelta(days=days_in_the_bin())
    removed = [(address, address.deleted_at + stays) for address in in_the_bin(service) if address.deleted_at]
    return page(request, "bin", {"service": service, "place": "bin", "removed": removed})


@in_service
@require_POST
def restore(request: Any, service: Service, address_id: UUID) -> HttpResponse:
    found = address_in_bin(service, address_id)
    return attempt(
        request,
        lambda: restore_address(request.actor, found),
        said=_("%(address)s is back, with its mail.") % {"address": found},
        back=reverse("mail:service", args=[service.id]),
    )
