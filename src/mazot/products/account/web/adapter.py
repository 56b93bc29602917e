# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where allauth asks us: who may try, what becomes of a new account, and how letters go out."""

from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from mazot.foundation.errors import TooMany
from mazot.foundation.letters import send_letter
from mazot.foundation.text import folded
from mazot.products.account.web.devices import device_for, remember
from mazot.products.account.web.doors import door_of
from mazot.tenancy.actions.identifiers import refuse_kept
from mazot.tenancy.actions.invitations import accept_invitation
from mazot.tenancy.actions.logins import end_verifications, record_login
from mazot.tenancy.actions.organizations import create_organization
from mazot.tenancy.actions.paces import check_pace, count_failure, forgive
from mazot.tenancy.actions.people import set_password
from mazot.tenancy.actions.second_factors import note_second_factor
from mazot.tenancy.actor import Actor

INVITATION = "invitation_token"  # in the session, between the letter's link and the new account


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Mazot's answers to allauth."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This login identifier and password do not go together."),
        "too_many_login_attempts": _("There were too many tries from here. Wait a little, then try again."),
        "email_taken": _("An account with this login identifier exists. Log in with it, or choose another."),
        "incorrect_password": _("This is not your password."),
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Check a password, at the pace its side has earned; a victim elsewhere is not slowed by it."""
        login = folded(str(credentials.get("email") or ""))
        password = str(credentials.get("password") or "")
        door, device = door_of(request), device_for(request, login)
        try:
            check_pace(login, address=door.address, device=device)
        except TooMany as busy:
            raise self.validation_error("too_many_login_attempts") from busy
        person = super().authenticate(request, **credentials | {"email": login})
        if person is None:
            known = get_user_model().objects.filter(login=login).first()
            count_failure(login, password, address=door.address, device=device)
            record_login(login, door, reason="wrong_password", person_id=known.id if known else None, succeeded=False)
        else:
            forgive(login, address=door.address, device=device)
        return person

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Leave out allauth's own limit: it counts by name alone, and so lets a stranger lock somebody out."""

    def set_password(self, user: Any, password: str) -> None:
        """Keep a new password; the slow hash is made before the transaction."""
        user.password = make_password(password)
        set_password(
            Actor(user.id, None, None, address=door_of(context.request).address), user, password_hash=user.password
        )

    def clean_email(self, email: str) -> str:
        return folded(email)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:  # noqa: ARG002
        """Make the account, and with it the organization it founds or the membership it was invited to."""
        said = form.cleaned_data
        user.login = said["email"]
        user.given_name, user.family_name = said["given_name"], said["family_name"]
        user.language = translation.get_language() or "en"
        # Hashing takes long on purpose; it happens before the transaction, which holds SQLite's write lock.
        user.set_password(said["password1"])
        actor = Actor(user.id, None, None, address=door_of(request).address)
        with transaction.atomic():
            user.save(force_insert=True)
            refuse_kept(user)
            if token := request.session.pop(INVITATION, ""):
                accept_invitation(actor, user, token=token)
            else:
                create_organization(actor, user)
        return user

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        known = bool(device_for(request, user.login))
        record_login(user.login, door_of(request), reason=_method_of(request), person_id=user.id, is_known_device=known)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        response = super().post_login(request, user, **kwargs)
        remember(request, response, user.login)
        return response

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            end_verifications(request.user)
        super().logout(request)

    def get_client_ip(self, request: HttpRequest) -> str:
        return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")

    def get_login_redirect_url(self, _request: HttpRequest) -> str:
        return "/"

    def get_signup_redirect_url(self, _request: HttpRequest) -> str:
        return "/"

    def get_logout_redirect_url(self, _request: HttpRequest) -> str:
        return reverse("account_login")

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing: our views tell what happened, in our words."""

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Lead to the operator's address: the Host header is the asker's choice, and the link opens an account."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.MAZOT.address) + path.replace("UID-KEY", quote(key))

    def get_email_confirmation_url(self, _request: HttpRequest, emailconfirmation: Any) -> str:
        return str(settings.MAZOT.address) + reverse("account_confirm_email", args=[emailconfirmation.key])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of our letters; allauth names it `account/email/password_reset_key`."""
        letter = template_prefix.rsplit("/", 1)[-1]
        person = context.get("user")
        with translation.override(getattr(person, "language", None) or translation.get_language()):
            subject = render_to_string(f"account/letters/{letter}.subject.txt", context).strip()
            text = render_to_string(f"account/letters/{letter}.txt", context)
        send_letter(email, subject=" ".join(subject.split()), text=text)

    def send_notification_mail(self, template_prefix: str, user: Any, *_args: Any, **_kwargs: Any) -> None:
        """Tell what became of a second factor; the letter is written by whoever hears of it."""
        family, _folder, what = template_prefix.split("/", 2)
        if family == "mfa":
            address = door_of(context.request).address if context.request else ""  # none once a commit has waited
            note_second_factor(Actor(user.id, None, None, address=address), user, what=what)


def _method_of(request: HttpRequest) -> str:
    """How the person signed in, by the last step they took."""
    steps = request.session.get("account_authentication_methods") or [{}]
    last = steps[-1]
    if last.get("method") == "mfa":
        kind = str(last.get("type", ""))
        return "passkey" if kind == "webauthn" else kind or "second_factor"
    return str(last.get("method") or "password")
