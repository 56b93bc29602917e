# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses in front of the door, and those that allauth knows by its own names."""

from typing import Any

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.webauthn import views as webauthn
from django.urls import path, re_path

from mazot.products.account.web.views import entrance, factors


def page(view: Any, template: str) -> Any:
    """An allauth view with our page."""
    return view.as_view(template_name=f"account/pages/{template}")


urlpatterns = [
    path("login", entrance.Login.as_view(), name="account_login"),
    path("logout", entrance.log_out, name="account_logout"),
    path("signup", entrance.Signup.as_view(), name="account_signup"),
    path("invitation/<str:token>", entrance.invitation, name="invitation"),
    path("invitation/<str:token>/decline", entrance.decline, name="invitation-decline"),
    path("language", entrance.set_language, name="set_language"),
    path(
        "login/inactive",
        page(allauth.AccountInactiveView, "inactive.html"),
        name="account_inactive",
    ),
    path("login/second-factor", factors.SecondFactor.as_view(), name="mfa_authenticate"),
    path("login/passkey", factors.LoginPasskey.as_view(), name="mfa_login_webauthn"),
    path("login/reset", entrance.Reset.as_view(), name="account_reset_password"),
    path(
        "login/reset/sent",
        page(allauth.PasswordResetDoneView, "reset_sent.html"),
        name="account_reset_password_done",
    ),
    re_path(
        r"^login/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.ResetFromKey.as_view(),
        name="account_reset_password_from_key",
    ),
    path(
        "login/reset/done",
        page(allauth.PasswordResetFromKeyDoneView, "reset_done.html"),
        name="account_reset_password_from_key_done",
    ),
    path(
        "login/confirm/sent",
        page(allauth.EmailVerificationSentView, "confirm_sent.html"),
        name="account_email_verification_sent",
    ),
    path(
        "login/confirm/<str:key>/",
        page(allauth.ConfirmEmailView, "confirm.html"),
        name="account_confirm_email",
    ),
    path("account/again", factors.Again.as_view(), name="account_reauthenticate"),
    path(
        "account/again/code",
        page(mfa.ReauthenticateView, "again.html"),
        name="mfa_reauthenticate",
    ),
    path(
        "account/again/passkey",
        factors.AgainPasskey.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/password", factors.PasswordChange.as_view(), name="account_change_password"),
    path("account/two-factor/", factors.two_factor, name="mfa_index"),
    path("account/two-factor/code", factors.AddCode.as_view(), name="mfa_activate_totp"),
    path(
        "account/two-factor/code/off",
        factors.CodeOff.as_view(),
        name="mfa_deactivate_totp",
    ),
    path("account/two-factor/passkey", factors.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("account/two-factor/passkeys", factors.two_factor, name="mfa_list_webauthn"),
    path(
        "account/two-factor/passkey/<int:pk>/remove",
        factors.RemovePasskey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "account/two-factor/passkey/<int:pk>/rename",
        page(webauthn.EditWebAuthnView, "passkey_rename.html"),
        name="mfa_edit_webauthn",
    ),
    path(
        "account/two-factor/recovery",
        page(codes.ViewRecoveryCodesView, "recovery.html"),
        name="mfa_view_recovery_codes",
    ),
    path(
        "account/two-factor/recovery/new",
        page(codes.GenerateRecoveryCodesView, "recovery_new.html"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "account/two-factor/recovery/download",
        page(codes.DownloadRecoveryCodesView, "recovery.txt"),
        name="mfa_download_recovery_codes",
    ),
]
