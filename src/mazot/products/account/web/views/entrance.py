# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Conflict, NotFound, Refused
from mazot.products.account.web.adapter import INVITATION
from mazot.products.account.web.doors import door_of
from mazot.tenancy.actions.invitations import accept_invitation, decline_invitation
from mazot.tenancy.actions.profile import set_language as keep_language
from mazot.tenancy.actor import Actor
from mazot.tenancy.queries.invitations import invitation_by_token
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later

YEAR = 365 * 24 * 3600


class Login(allauth.LoginView):  # type: ignore[misc]
    template_name = "account/pages/login.html"


class Signup(allauth.SignupView):  # type: ignore[misc]
    template_name = "account/pages/signup.html"

    def get_initial(self) -> dict[str, Any]:
        invited = _invited(self.request)
        return super().get_initial() | ({"email": invited.address} if invited else {})

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"invitation": _invited(self.request)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"invitation": _invited(self.request)}


class Reset(allauth.PasswordResetView):  # type: ignore[misc]
    template_name = "account/pages/reset.html"


class ResetFromKey(allauth.PasswordResetFromKeyView):  # type: ignore[misc]
    template_name = "account/pages/reset_new.html"


@require_POST
@open_to_newcomers
def log_out(request: HttpRequest) -> HttpResponse:
    get_adapter().logout(request)
    return redirect("account_login")


@require_http_methods(["GET", "POST"])
@open_to_newcomers
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        invited = invitation_by_token(token)
    except NotFound:
        return render(request, "account/pages/invitation_over.html", status=404)
    if not request.user.is_authenticated:
        request.session[INVITATION] = token
        return render(request, "account/pages/invitation.html", {"invitation": invited, "token": token})
    error = None
    if request.method == "POST":
        try:
            accept_invitation(
                request.actor,  # type: ignore[attr-defined]
                request.user,
                token=token,
                with_other_address="meant" in request.POST,
            )
        except (Conflict, Refused) as refused:
            error = refused
        else:
            request.session.pop(INVITATION, None)
            toast_later(request, _("You belong to %(organization)s now.") % {"organization": invited.organization.name})
            return redirect("front-door")
    context = {"invitation": invited, "token": token, "other": request.user.login != invited.address, "error": error}
    return render(request, "account/pages/invitation.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to_newcomers
def decline(request: HttpRequest, token: str) -> HttpResponse:
    """Say no to an invitation: the letter is enough, no account is asked for."""
    try:
        invited = invitation_by_token(token)
        if request.method == "POST":
            actor = getattr(request, "actor", None) or Actor(None, None, None, address=door_of(request).address)
            decline_invitation(actor, invited, token=token)
            request.session.pop(INVITATION, None)
    except NotFound:
        return render(request, "account/pages/invitation_over.html", status=404)
    context = {"invitation": invited, "token": token, "is_done": request.method == "POST"}
    return render(request, "account/pages/invitation_decline.html", context)


@require_POST
@open_to_newcomers
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages: kept on the person, or in this browser while nobody is signed in."""
    language = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(resolve_url(target))
    if language in dict(settings.LANGUAGES):
        if request.user.is_authenticated:
            keep_language(request.actor, request.user, language=language)  # type: ignore[attr-defined]
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax")
        translation.activate(language)
    return response


def _invited(request: HttpRequest) -> Any:
    token = request.session.get(INVITATION, "")
    try:
        return invitation_by_token(token) if token else None
    except NotFound:
        return None
