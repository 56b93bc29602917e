# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shut everybody out, step by step (rule ACCT-11): each step can be done again, and says what it did."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from mazot.products.account.rules.programs import program_of
from mazot.products.account.web.doors import confirms_password
from mazot.products.account.web.forms import NewPasswordForm
from mazot.products.account.web.views.sessions import SAID
from mazot.tenancy.actions.app_passwords import revoke_every_app_password, revoke_every_token
from mazot.tenancy.actions.sessions import end_other_sessions
from mazot.tenancy.queries.people import app_passwords_for, logins_for, tokens_of

RECENT = 8
KEPT = "compromised"  # in the session: what each step did
STEPS = {
    "password": gettext_lazy("New password"),
    "sessions": gettext_lazy("Other sessions"),
    "programs": gettext_lazy("Programs and tokens"),
    "review": gettext_lazy("What opens the account"),
}


@login_required
@require_http_methods(["GET", "POST"])
def guide(request: HttpRequest) -> HttpResponse:
    done: dict[str, str] = dict(request.session.get(KEPT, {}))
    step = request.GET.get("step", "") or next((key for key in STEPS if key not in done), "done")
    form = NewPasswordForm(request.POST if request.POST.get("step") == "password" else None, person=request.user)
    if request.method == "POST":
        if request.POST.get("step") == "again":
            request.session.pop(KEPT, None)
            return redirect("account:compromised")
        deed = DEEDS.get(request.POST.get("step", ""))
        said = deed(request, form) if deed else None
        if said:
            request.session[KEPT] = done | {request.POST["step"]: said}
            return redirect("account:compromised")
    context = {"form": form, "step": step, "done": _recap(done), "steps": _steps(done, step), **_shown(request, step)}
    return render(request, "account/pages/compromised.html", context, status=422 if form.errors else 200)


def _new_password(request: HttpRequest, form: NewPasswordForm) -> str | None:
    if not form.is_valid():
        return None
    try:
        confirms_password(request, form.cleaned_data["oldpassword"])
    except ValidationError as wrong:
        form.add_error("oldpassword", wrong)
        return None
    form.keep_password()
    # A new password ends every session, this one too, unless it is told.
    update_session_auth_hash(request, request.user)  # type: ignore[arg-type]
    return _("Your password is another one. The old one opens nothing.")


def _end_sessions(request: HttpRequest, _form: NewPasswordForm) -> str:
    count = end_other_sessions(request.actor, request.user, but=request.session.session_key or "")  # type: ignore[attr-defined, arg-type]
    said = ngettext("%(n)s other session is ended.", "%(n)s other sessions are ended.", count)
    return said % {"n": count}


def _revoke_programs(request: HttpRequest, _form: NewPasswordForm) -> str:
    passwords = revoke_every_app_password(request.actor, request.user)  # type: ignore[attr-defined, arg-type]
    tokens = revoke_every_token(request.actor, request.user)  # type: ignore[attr-defined, arg-type]
    first = ngettext("%(n)s application password is revoked.", "%(n)s application passwords are revoked.", passwords)
    second = ngettext("%(n)s API token is revoked.", "%(n)s API tokens are revoked.", tokens)
    return f"{first % {'n': passwords}} {second % {'n': tokens}}"


def _reviewed(_request: HttpRequest, _form: NewPasswordForm) -> str:
    return _("You have looked at what opens the account and at who came in.")


DEEDS: dict[str, Callable[[HttpRequest, NewPasswordForm], str | None]] = {
    "password": _new_password,
    "sessions": _end_sessions,
    "programs": _revoke_programs,
    "review": _reviewed,
}


def _steps(done: dict[str, str], now: str) -> list[dict[str, Any]]:
    return [{"title": title, "current": key == now, "done": key in done} for key, title in STEPS.items()]


def _recap(done: dict[str, str]) -> list[tuple[str, Any, str]]:
    return [(key, title, done[key]) for key, title in STEPS.items() if key in done]


def _shown(request: HttpRequest, step: str) -> dict[str, Any]:
    """What the step has to show, read only for that step."""
    actor = request.actor  # type: ignore[attr-defined]
    if step == "programs":
        return {"passwords": app_passwords_for(actor), "tokens": tokens_of(actor)}
    if step != "review":
        return {}
    kinds = Authenticator.objects.filter(user=request.user).values_list("type", flat=True)  # type: ignore[misc]
    recent = [
        (login, SAID.get(login.reason, login.reason), program_of(login.program)) for login in logins_for(actor)[:RECENT]
    ]
    return {
        "has_code": "totp" in kinds,
        "passkeys": sum(kind == "webauthn" for kind in kinds),
        "has_recovery": "recovery_codes" in kinds,
        "logins": recent,
    }
