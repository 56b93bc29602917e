# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from allauth.account import views as allauth
from allauth.mfa.adapter import get_adapter as get_factors
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mazot.tenancy.queries.actors import asking
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later


class SecondFactor(mfa.AuthenticateView):  # type: ignore[misc]
    template_name = "account/pages/second_factor.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = set(Authenticator.objects.filter(user=self.stage.login.user).values_list("type", flat=True))
        return super().get_context_data(**kwargs) | {
            "has_code": "totp" in kinds,
            "has_passkey": "webauthn" in kinds,
            "has_recovery": "recovery_codes" in kinds,
        }


class Again(allauth.ReauthenticateView):  # type: ignore[misc]
    template_name = "account/pages/again.html"


class PasswordChange(allauth.PasswordChangeView):  # type: ignore[misc]
    template_name = "account/pages/password.html"

    def get_success_url(self) -> str:
        toast_later(self.request, _("Your password is changed. Your other sessions are ended."))
        return "/account/two-factor/"


class AddCode(totp.ActivateTOTPView):  # type: ignore[misc]
    template_name = "account/pages/code_on.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return context


class AddPasskey(webauthn.AddWebAuthnView):  # type: ignore[misc]
    template_name = "account/pages/passkey_on.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # allauth asks for a key that the device need not know by itself, and leaves the rest to its own script; ours
        # opens the account without a name and a password, so the device keeps it and knows its owner.
        context = super().get_context_data(**kwargs)
        return context | {"js_data": {"creation_options": begin_registration(self.request.user, True)}}


class LoginPasskey(webauthn.LoginWebAuthnView):  # type: ignore[misc]
    def form_invalid(self, form: Any) -> HttpResponse:  # noqa: ARG002
        toast_later(self.request, _("This passkey does not open an account here."))
        return redirect("account_login")


class AgainPasskey(webauthn.ReauthenticateWebAuthnView):  # type: ignore[misc]
    template_name = "account/pages/again.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        toast_later(self.request, _("This passkey is not one of yours."))
        return self.render_to_response(self.get_context_data(form=form), status=422)


class RemovePasskey(webauthn.RemoveWebAuthnView):  # type: ignore[misc]
    template_name = "account/pages/passkey_remove.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_go = get_factors().can_delete_authenticator(self.object)
        return super().get_context_data(**kwargs) | {"may_go": may_go}

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_factors().can_delete_authenticator(self.get_object()):
            return redirect(self.request.path)
        toast_later(self.request, _("The passkey is removed."))
        return super().form_valid(form)  # type: ignore[no-any-return]


class CodeOff(totp.DeactivateTOTPView):  # type: ignore[misc]
    template_name = "account/pages/code_off.html"

    def form_valid(self, form: Any) -> HttpResponse:
        toast_later(self.request, _("The authenticator app is turned off."))
        return super().form_valid(form)  # type: ignore[no-any-return]


@login_required
@open_to_newcomers
def two_factor(request: HttpRequest) -> HttpResponse:
    found = Authenticator.objects.filter(user=request.user).order_by("created_at")  # type: ignore[misc]
    by_kind: dict[str, list[Any]] = {}
    for authenticator in found:
        by_kind.setdefault(authenticator.type, []).append(authenticator)
    codes = by_kind.get("recovery_codes", [])
    asked = asking(request.memberships)  # type: ignore[attr-defined]
    is_on = bool(by_kind.get("totp") or by_kind.get("webauthn"))
    return render(
        request,
        "account/pages/security.html",
        {
            "code": next(iter(by_kind.get("totp", [])), None),
            "passkeys": [(key, key.wrap().name) for key in by_kind.get("webauthn", [])],
            "recovery_left": len(codes[0].wrap().get_unused_codes()) if codes else 0,
            "is_on": is_on,
            "is_asked": bool(asked) and not is_on,
            "asked": asked,
            "may_turn_off": len(by_kind.get("webauthn", [])) > 0 or not asked,
        },
    )
