# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, Refused
from mazot.products.manager.web.views.frame import attempt, needing
from mazot.tenancy.actions.tokens import make_organization_token, revoke_organization_token
from mazot.tenancy.actions.webhooks import add_webhook, end_webhook, send_again, test_webhook
from mazot.tenancy.manage import MANAGE_CONNECTIONS
from mazot.tenancy.outward import AREAS, EVERYTHING
from mazot.tenancy.queries.tokens import organization_token_for, organization_tokens_for
from mazot.tenancy.queries.webhooks import deliveries_for, delivery_for, webhook_for, webhooks_for
from mazot.tenancy.scopes import SCOPES

LASTS = (
    ("", gettext_lazy("When you revoke it")),
    ("30", gettext_lazy("After 30 days")),
    ("90", gettext_lazy("After 90 days")),
    ("365", gettext_lazy("After one year")),
)


@needing(MANAGE_CONNECTIONS)
@never_cache
@require_http_methods(["GET", "POST"])
def overview(request: Any) -> HttpResponse:
    """The organization's tokens and webhooks, and new ones, whose secrets this answer alone shows."""
    error, shown = None, {}
    if request.method == "POST":
        try:
            shown = {request.POST.get("what", ""): _make(request)}
        except (Conflict, Invalid, Refused) as refused:
            error = refused
    context = {
        "place": "api",
        "tokens": organization_tokens_for(request.actor),
        "webhooks": webhooks_for(request.actor),
        "scopes": [scope for scope in SCOPES if not scope.is_personal],
        "areas": AREAS,
        "lasts": LASTS,
        "said": {name: request.POST.get(name, "") for name in ("name", "url")} | {"lasts": "90"},
        "shown": shown,
        "error": error,
        "now": clock.now(),
    }
    return render(request, "manager/pages/connections.html", context, status=422 if error else 200)


def _make(request: Any) -> str:
    organization = request.actor_membership.organization
    if request.POST.get("what") == "webhook":
        chosen = set(request.POST.getlist("areas"))
        facts = [fact.kind() for key, _title, area in AREAS if key in chosen for fact in area]
        url = request.POST.get("url", "")
        return add_webhook(request.actor, organization, url=url, facts=facts or [EVERYTHING])[1]
    days = next((int(key) for key, _title in LASTS if key and key == request.POST.get("lasts")), 0)
    _made, secret = make_organization_token(
        request.actor,
        organization,
        name=request.POST.get("name", ""),
        scopes=request.POST.getlist("scopes"),
        expires_at=clock.now() + timedelta(days=days) if days else None,
    )
    return secret


@needing(MANAGE_CONNECTIONS)
@require_POST
def revoke(request: Any, token_id: UUID) -> HttpResponse:
    token = organization_token_for(request.actor, token_id)
    said = _("“%(name)s” opens nothing any more.") % {"name": token.name}
    return attempt(
        request, lambda: revoke_organization_token(request.actor, token), said=said, back=reverse("manager:api")
    )


@needing(MANAGE_CONNECTIONS)
def webhook(request: Any, webhook_id: UUID) -> HttpResponse:
    """One address and the last letters to it."""
    found = webhook_for(request.actor, webhook_id)
    context = {"place": "api", "webhook": found, "deliveries": deliveries_for(request.actor, found)[:100]}
    return render(request, "manager/pages/webhook.html", context)


@needing(MANAGE_CONNECTIONS)
@require_POST
def end(request: Any, webhook_id: UUID) -> HttpResponse:
    end_webhook(request.actor, webhook_for(request.actor, webhook_id))
    return redirect("manager:api")


@needing(MANAGE_CONNECTIONS)
@require_POST
def test(request: Any, webhook_id: UUID) -> HttpResponse:
    test_webhook(request.actor, webhook_for(request.actor, webhook_id))
    return redirect("manager:webhook", webhook_id)


@needing(MANAGE_CONNECTIONS)
@require_POST
def again(request: Any, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    found = webhook_for(request.actor, webhook_id)
    send_again(request.actor, found, delivery=delivery_for(request.actor, found, delivery_id))
    return redirect("manager:webhook", webhook_id)
