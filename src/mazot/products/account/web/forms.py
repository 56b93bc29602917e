# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache as remembered
from typing import Any
from zoneinfo import available_timezones

from allauth.account import forms as allauth_forms
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_factors
from allauth.mfa.base import forms as code_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mazot.foundation.errors import Invalid
from mazot.products.account.web.doors import door_of
from mazot.tenancy.actions.logins import record_login
from mazot.tenancy.actions.people import checked_login
from mazot.tenancy.limits import checked_name
from mazot.tenancy.queries.identifiers import is_kept_for_another
from mazot.tenancy.rules.identifiers import kept

ENOUGH = _("At least ten characters. A short sentence is easy to remember and hard to guess.")
TINTS = 8
LIVES = 120  # seconds that a code could be right: one before, one now, one after, and some


@contextmanager
def _in_words() -> Iterator[None]:
    """What a rule refuses, as a fault of the field."""
    try:
        yield
    except Invalid as refused:
        raise ValidationError(str(refused.sentence), code=refused.reason) from None


def _without_examples(form: Any) -> None:
    """Take away what allauth writes inside fields: a label stands above each already, and stays when one types."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Login identifier"),
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "username webauthn", "autofocus": True}),
            error_messages={"required": _("Type your login identifier.")},
        )
        self.fields["password"].error_messages["required"] = _("Type your password.")
        self.fields["password"].max_length = 1000


class _Codes:
    """A code opens once, and a wrong one is in the login history."""

    user: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_examples(self)

    def clean_code(self) -> str:
        typed = "".join(str(self.cleaned_data["code"]).split())  # type: ignore[attr-defined]
        self.cleaned_data["code"] = typed  # type: ignore[attr-defined]
        try:
            code = str(super().clean_code())  # type: ignore[misc]
        except ValidationError:
            person = self.user
            door = door_of(context.request)
            record_login(person.login, door, reason="wrong_code", person_id=person.id, succeeded=False)
            raise
        # allauth remembers a used code for one period; with a neighbour on each side it stays right for three.
        if not cache.add(f"code-used:{self.user.pk}:{code}", True, timeout=LIVES):
            raise get_factors().validation_error("incorrect_code")
        return code


class CodeForm(_Codes, code_forms.AuthenticateForm):  # type: ignore[misc]
    pass


class CodeAgainForm(_Codes, code_forms.ReauthenticateForm):  # type: ignore[misc]
    pass


class _OneNewPassword:
    """One field, which can be shown, instead of two that must agree."""

    fields: Any
    cleaned_data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = ENOUGH
        self.fields["password1"].max_length = 1000
        self.fields.pop("password2", None)
        if "oldpassword" in self.fields:
            self.fields["oldpassword"].help_text = ""
        _without_examples(self)

    def clean(self) -> Any:
        self.cleaned_data["password2"] = self.cleaned_data.get("password1")
        return super().clean()  # type: ignore[misc]


class ResetForm(_OneNewPassword, allauth_forms.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class PasswordForm(_OneNewPassword, allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    pass


class ForgottenForm(allauth_forms.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"
        _without_examples(self)


class CodeOnForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        _without_examples(self)


class OwnPasswordForm(forms.Form):
    """The account's password once more, before something grave."""

    password = forms.CharField(
        label=_("Password of your account"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class IdentifierForm(OwnPasswordForm):
    """The new address twice, since a mistyped one cannot be told from a meant one, and the account's password."""

    login = forms.CharField(
        label=_("New login identifier"),
        max_length=320,
        help_text=_("An e-mail address you read: the letter that confirms it goes there."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    login_again = forms.CharField(
        label=_("The same once more"),
        max_length=320,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        once, again = said.get("login"), said.get("login_again")
        if once and again and kept(once) != kept(again):
            self.add_error("login_again", _("The two addresses are not the same."))
        return said


class NewPasswordForm(forms.Form):
    """The old password and a new one that can be shown."""

    oldpassword = forms.CharField(
        label=_("Present password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password1 = forms.CharField(
        label=_("New password"),
        max_length=1000,
        strip=False,
        help_text=ENOUGH,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password1(self) -> str:
        return str(get_adapter().clean_password(self.cleaned_data["password1"], user=self.person))

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("password1") and said.get("password1") == said.get("oldpassword"):
            self.add_error("password1", _("This is the password that may be known. Choose another."))
        return said

    def keep_password(self) -> None:
        get_adapter().set_password(self.person, self.cleaned_data["password1"])


class SignupForm(allauth_forms.SignupForm):  # type: ignore[misc]
    given_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    family_name = forms.CharField(
        label=_("Last name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    field_order = ("given_name", "family_name", "email", "password1")

    def __init__(self, *args: Any, invitation: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation
        self.fields["email"] = forms.EmailField(
            label=_("Login identifier"),
            max_length=254,
            help_text=_("An e-mail address you read. It opens your account and is not an address of the mail service."),
            widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        )
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = ENOUGH
        self.fields["password1"].max_length = 1000
        if invitation:
            # The letter proves this address and no other.
            self.fields["email"].disabled = True
        self.order_fields(self.field_order)
        _without_examples(self)

    def clean_email(self) -> str:
        with _in_words():
            address = checked_login(self.cleaned_data["email"])
        if is_kept_for_another(address, person_id=None):
            raise get_adapter().validation_error("email_taken")
        self.cleaned_data["email"] = address
        return str(super().clean_email())

    def clean_given_name(self) -> str:
        with _in_words():
            return checked_name(self.cleaned_data["given_name"], field="given_name", limit=80)

    def clean_family_name(self) -> str:
        with _in_words():
            return checked_name(self.cleaned_data["family_name"], field="family_name", limit=80)


@remembered
def time_zones() -> tuple[tuple[str, str], ...]:
    """Read once: finding them walks a directory of six hundred files."""
    return tuple((zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone)


class LongSelect(forms.Select):
    """A select without groups that is written directly: two templates an option cost a quarter of the page."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,  # noqa: ARG002 - Django's signature
    ) -> SafeString:
        chosen = self.format_value(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, SafeString(" selected") if str(key) in chosen else "", title) for key, title in self.choices),
        )
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(self.build_attrs(self.attrs, attrs)), options
        )


class ProfileForm(forms.Form):
    given_name = forms.CharField(label=_("First name"), max_length=80, required=False)
    family_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    language = forms.ChoiceField(label=_("Language"))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=time_zones, widget=LongSelect)
    tint = forms.TypedChoiceField(
        label=_("Colour"), coerce=int, choices=[(number, str(number)) for number in range(1, TINTS + 1)], required=False
    )

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]
