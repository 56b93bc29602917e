# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mazot.exchange.registry import products
from mazot.foundation import clock
from mazot.foundation.errors import Invalid
from mazot.products.account.rules.programs import program_of
from mazot.tenancy.actions.app_passwords import make_app_password, revoke_app_password, revoke_every_app_password
from mazot.tenancy.actor import Actor
from mazot.tenancy.queries.actors import has_second_factor
from mazot.tenancy.queries.people import app_password_for, app_passwords_for, tokens_of
from mazot.tenancy.queries.rights import instances_for
from mazot.ui.toasts import toast_later

LASTS = (
    ("", gettext_lazy("When you revoke it")),
    ("30", gettext_lazy("After 30 days")),
    ("90", gettext_lazy("After 90 days")),
    ("365", gettext_lazy("After one year")),
)


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    passwords = [
        (password, opens(password.scopes), program_of(password.last_used_by)) for password in app_passwords_for(actor)
    ]
    shown = {
        "passwords": passwords,
        "tokens": tokens_of(actor),
        "is_two_factor_on": has_second_factor(request.user),  # type: ignore[arg-type]
        "now": clock.now(),
    }
    return render(request, "account/pages/app_passwords.html", shown)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Ask what the password is for, then show it once."""
    choices = [product for product in products() if product.dav]
    said: dict[str, Any] = {
        "name": request.POST.get("name", ""),
        "scopes": request.POST.getlist("scopes"),
        "lasts": request.POST.get("lasts", ""),
        "read_only": "read_only" in request.POST,
    }
    error = None
    if request.method == "POST":
        suffix = ":read" if said["read_only"] else ""
        days = next((int(key) for key, _title in LASTS if key and key == request.POST.get("lasts")), 0)
        try:
            made, secret = make_app_password(
                request.actor,  # type: ignore[attr-defined]
                request.user,  # type: ignore[arg-type]
                name=said["name"],
                scopes=[f"{scope}{suffix}" for scope in said["scopes"]],
                expires_at=clock.now() + timedelta(days=days) if days else None,
            )
        except Invalid as refused:
            error = refused
        else:
            shown = {"made": made, "secret": secret, "addresses": dav_addresses(request)}
            return render(request, "account/pages/app_password_made.html", shown)
    said["scopes"] = said["scopes"] or [product.key for product in choices[:1]]
    context = {"choices": choices, "lasts": LASTS, "said": said, "error": error}
    return render(request, "account/pages/app_password_new.html", context, status=422 if error else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, app_password_id: UUID) -> HttpResponse:
    revoked = revoke_app_password(request.actor, app_password_for(request.actor, app_password_id))  # type: ignore[attr-defined]
    toast_later(request, _("“%(name)s” opens nothing any more.") % {"name": revoked.name})
    return redirect("account:app-passwords")


@login_required
@require_POST
def revoke_all(request: HttpRequest) -> HttpResponse:
    count = revoke_every_app_password(request.actor, request.user)  # type: ignore[attr-defined, arg-type]
    said = ngettext("%(n)s application password is revoked.", "%(n)s application passwords are revoked.", count)
    toast_later(request, said % {"n": count})
    return redirect("account:app-passwords")


def opens(scopes: list[str]) -> str:
    """What a password opens, in the products' own names."""
    titles = {product.key: str(product.title) for product in products()}
    parts = [(titles.get(key, key), kind) for key, _colon, kind in (scope.partition(":") for scope in scopes)]
    return ", ".join(
        _("%(product)s, for reading only") % {"product": title} if kind else title for title, kind in parts
    )


def dav_addresses(request: HttpRequest) -> list[tuple[str, str]]:
    """Title and address of everything this person reaches by WebDAV in the present organization."""
    base = settings.MAZOT.public_url.rstrip("/") or f"{request.scheme}://{request.get_host()}"
    return [
        (instance.name, f"{base}/dav/{product.key}/{instance.id}/")
        for product in products()
        if product.dav and product.use
        for instance in instances_for(request.actor, product.use)  # type: ignore[attr-defined]
        if instance.has_feature("webdav")
    ]
