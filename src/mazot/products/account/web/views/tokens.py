# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, Refused
from mazot.products.account.web.views.app_passwords import LASTS
from mazot.tenancy.actions.tokens import make_token, revoke_token
from mazot.tenancy.queries.tokens import token_for, tokens_for
from mazot.tenancy.scopes import SCOPES
from mazot.ui.toasts import toast_later


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def overview(request: Any) -> HttpResponse:
    """One's own tokens, and a new one, whose secret this answer alone shows."""
    error, secret = None, ""
    if request.method == "POST":
        days = next((int(key) for key, _title in LASTS if key and key == request.POST.get("lasts")), 0)
        try:
            _made, secret = make_token(
                request.actor,
                request.user,
                name=request.POST.get("name", ""),
                scopes=request.POST.getlist("scopes"),
                expires_at=clock.now() + timedelta(days=days) if days else None,
            )
        except (Invalid, Refused) as refused:
            error = refused
    context = {
        "tokens": tokens_for(request.actor),
        "scopes": SCOPES,
        "lasts": LASTS,
        "said": {"name": request.POST.get("name", ""), "lasts": request.POST.get("lasts", "90")},
        "error": error,
        "secret": secret,
        "now": clock.now(),
    }
    return render(request, "account/pages/tokens.html", context, status=422 if error else 200)


@login_required
@require_POST
def revoke(request: Any, token_id: UUID) -> HttpResponse:
    revoked = revoke_token(request.actor, token_for(request.actor, token_id))
    toast_later(request, _("“%(name)s” opens nothing any more.") % {"name": revoked.name})
    return redirect("account:tokens")
