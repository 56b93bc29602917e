# SPDX-License-Identifier: AGPL-3.0-or-later
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from mazot.products.account.rules.programs import device_of, program_of
from mazot.tenancy.actions.sessions import end_other_sessions, end_session
from mazot.tenancy.queries.people import logins_for
from mazot.ui.toasts import toast_later

SHOWN = 100
SAID = {
    "password": gettext_lazy("password"),
    "passkey": gettext_lazy("passkey"),
    "totp": gettext_lazy("password and code"),
    "recovery_codes": gettext_lazy("recovery code"),
    "app_password": gettext_lazy("application password"),
    "wrong_password": gettext_lazy("wrong password"),
    "wrong_login": gettext_lazy("password of somebody else"),
    "wrong_code": gettext_lazy("wrong code of the second step"),
    "second_factor": gettext_lazy("password and second factor"),
    "mfa": gettext_lazy("password and second factor"),
    "unknown_login": gettext_lazy("no such account"),
    "throttled": gettext_lazy("too many tries"),
    "revoked": gettext_lazy("revoked application password"),
    "expired": gettext_lazy("expired application password"),
    "scope": gettext_lazy("application password for something else"),
    "blocked": gettext_lazy("blocked"),
    "two_factor_is_on": gettext_lazy("two-factor is on: an application password is needed"),
    "organization_forbids": gettext_lazy("the organization asks for an application password"),
    "too_long": gettext_lazy("far too long a password"),
    "not_shared": gettext_lazy("the address is no longer shared with you"),
    "may_not_send": gettext_lazy("you may not send from this address"),
    "maintenance": gettext_lazy("the address is in maintenance"),
    "address_blocked": gettext_lazy("the address is blocked"),
    "address_removed": gettext_lazy("the address is removed"),
}


@login_required
def overview(request: HttpRequest) -> HttpResponse:
    found = UserSession.objects.purge_and_list(request.user)
    sessions = sorted(found, key=lambda session: (not session.is_current(), -session.last_seen_at.timestamp()))
    return render(
        request,
        "account/pages/sessions.html",
        {
            "sessions": [
                (session, program_of(session.user_agent), device_of(session.user_agent)) for session in sessions
            ]
        },
    )


@login_required
@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    end_session(request.actor, request.user, session_id=session_id)  # type: ignore[attr-defined, arg-type]
    toast_later(request, _("The session is ended."))
    return redirect("account:sessions")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    count = end_other_sessions(request.actor, request.user, but=request.session.session_key or "")  # type: ignore[attr-defined, arg-type]
    said = ngettext("%(n)s other session is ended.", "%(n)s other sessions are ended.", count)
    toast_later(request, said % {"n": count})
    return redirect("account:sessions")


@login_required
def logins(request: HttpRequest) -> HttpResponse:
    shown = [
        (login, SAID.get(login.reason, login.reason), program_of(login.program))
        for login in logins_for(request.actor)[:SHOWN]  # type: ignore[attr-defined]
    ]
    return render(request, "account/pages/logins.html", {"logins": shown})
