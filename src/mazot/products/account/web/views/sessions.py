# SPDX-License-Identifier: AGPL-3.0-or-later
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from mazot.foundation.errors import NotFound
from mazot.tenancy.queries.people import logins_for
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later

SHOWN = 100


@login_required
@open_to_newcomers
def overview(request: HttpRequest) -> HttpResponse:
    found = UserSession.objects.purge_and_list(request.user)
    sessions = sorted(found, key=lambda session: (not session.is_current(), -session.last_seen_at.timestamp()))
    return render(request, "account/pages/sessions.html", {"sessions": sessions})


@login_required
@open_to_newcomers
@require_POST
def end(request: HttpRequest, session_id: int) -> HttpResponse:
    session = UserSession.objects.filter(user=request.user, id=session_id).first()
    if session is None:
        raise NotFound("not_found", _("This session has ended already."))
    session.end()
    toast_later(request, _("The session is ended."))
    return redirect("account:sessions")


@login_required
@open_to_newcomers
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    others = [session for session in UserSession.objects.filter(user=request.user) if not session.is_current()]
    for session in others:
        session.end()
    said = ngettext("%(n)s other session is ended.", "%(n)s other sessions are ended.", len(others))
    toast_later(request, said % {"n": len(others)})
    return redirect("account:sessions")


@login_required
@open_to_newcomers
def logins(request: HttpRequest) -> HttpResponse:
    return render(request, "account/pages/logins.html", {"logins": logins_for(request.actor)[:SHOWN]})  # type: ignore[attr-defined]
