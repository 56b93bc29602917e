# SPDX-License-Identifier: AGPL-3.0-or-later
from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import NotFound, Refused
from mazot.products.mail.actions.redirections import accept_redirection
from mazot.products.mail.queries.redirections import redirection_by_token
from mazot.tenancy.actor import Actor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Say what would be sent on to whom, and let it flow once they press the button."""
    found = redirection_by_token(token)
    if found is None:
        return render(request, "mail/pages/accept_over.html", status=410)
    context: dict[str, Any] = {"redirection": found, "organization": found.address.service.organization, "error": None}
    if request.method == "POST" and found.accepted_at is None:
        nobody = Actor(None, found.organization_id, None, address=str(request.META.get("REMOTE_ADDR") or ""))
        try:
            context["redirection"] = accept_redirection(nobody, found, token=token)
        except NotFound:
            return render(request, "mail/pages/accept_over.html", status=410)
        except Refused as error:
            context["error"] = error
    return render(request, "mail/pages/accept.html", context, status=422 if context["error"] else 200)
