# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import TYPE_CHECKING, cast

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Conflict, NotFound, Refused
from mazot.products.account.jobs import write_letter
from mazot.products.account.web.doors import confirms_password, door_of
from mazot.products.account.web.forms import IdentifierForm
from mazot.tenancy.actions.identifiers import (
    ask_identifier_change,
    confirm_identifier_change,
    drop_identifier_change,
    undo_identifier_change,
)
from mazot.tenancy.actor import Actor
from mazot.tenancy.queries.identifiers import change_to_confirm, change_to_undo, waiting_change_for
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.tenancy.models import IdentifierChange, Person


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for another identifier; a free address and a taken one are answered alike, each with one letter."""
    person = cast("Person", request.user)
    form = IdentifierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            confirms_password(request, form.cleaned_data["password"])
        except ValidationError as wrong:
            form.add_error("password", wrong)
        else:
            try:
                asked = ask_identifier_change(request.actor, person, login=form.cleaned_data["login"])  # type: ignore[attr-defined]
            except Refused as refused:
                form.add_error("login", str(refused.sentence))
            else:
                _write(person, *asked)
                toast_later(request, _("A letter is on its way to the new address."))
                return redirect("account:identifier")
    context = {"form": form, "waiting": waiting_change_for(request.actor)}  # type: ignore[attr-defined]
    return render(request, "account/pages/identifier.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    drop_identifier_change(request.actor, request.user)  # type: ignore[attr-defined, arg-type]
    toast_later(request, _("Your login identifier stays as it is."))
    return redirect("account:identifier")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Confirm by a button: programs that look at letters open links too."""
    try:
        change = change_to_confirm(request.actor, token)  # type: ignore[attr-defined]
        if request.method == "POST":
            change = confirm_identifier_change(request.actor, request.user, token=token)  # type: ignore[attr-defined, arg-type]
            said = _("You log in with %(login)s from now on.") % {"login": change.new_login}
            toast_later(request, said)
            return redirect("account:profile")
    except NotFound:
        return render(request, "account/pages/identifier_over.html", status=404)
    except Conflict as taken:
        return render(request, "account/pages/identifier_over.html", {"taken": taken.sentence}, status=409)
    return render(request, "account/pages/identifier_confirm.html", {"change": change})


@never_cache
@require_http_methods(["GET", "POST"])
@open_to_newcomers
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take a change back with the letter alone: an intruder has the session and the password."""
    try:
        change = change_to_undo(token)
        if request.method == "POST":
            actor = Actor(change.person_id, None, None, address=door_of(request).address)
            person = undo_identifier_change(actor, change.person, token=token).person
            request.session.flush()
            return redirect(_new_password(person))
    except NotFound:
        return render(request, "account/pages/identifier_undo_over.html", status=404)
    except Conflict as taken:
        return render(request, "account/pages/identifier_undo_over.html", {"taken": taken.sentence}, status=409)
    return render(request, "account/pages/identifier_undo.html", {"change": change})


def _write(person: "Person", change: "IdentifierChange", token: str, is_taken: bool) -> None:
    if is_taken:
        write_letter(person, "identifier_taken", to=change.new_login)
        return
    link = settings.MAZOT.address + reverse("account:identifier-confirm", args=[token])
    write_letter(person, "identifier_confirm", to=change.new_login, change=change, link=link)


def _new_password(person: "Person") -> str:
    """The page where a forgotten password is replaced: the letter of the undo proves as much as the one of a reset."""
    key = default_token_generator.make_token(person)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key})
