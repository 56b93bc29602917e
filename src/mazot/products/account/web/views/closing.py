# SPDX-License-Identifier: AGPL-3.0-or-later
"""Close one's own account (rule USR-13), and open it again with the letter's link."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from mazot.products.account.web.doors import confirms_password, door_of
from mazot.products.account.web.forms import OwnPasswordForm
from mazot.tenancy.actions.closing import close_account, reopen_account
from mazot.tenancy.actor import Actor
from mazot.tenancy.departures import Choice, Option, Question
from mazot.tenancy.queries.closings import Parting, partings_of, person_to_reopen, until
from mazot.tenancy.web.middleware import open_to_newcomers
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.tenancy.models import Membership, Person


@dataclass(frozen=True, slots=True)
class Row:
    """One thing with what was chosen for it."""

    question: Question
    options: tuple[Option, ...]
    fate: str


@login_required
@open_to_newcomers
@never_cache
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest) -> HttpResponse:
    person = cast("Person", request.user)
    partings = partings_of(request.actor, person)  # type: ignore[attr-defined]
    form, error = OwnPasswordForm(request.POST if request.method == "POST" else None), ""
    if request.method == "POST":
        error = _close(request, person, form, partings)
        if not error and form.is_valid():
            logout(request)
            person.refresh_from_db()
            return render(request, "account/pages/closed.html", {"person": person, "until": until(person)})
    context = {
        "form": form,
        "error": error,
        "refused": [parting for parting in partings if parting.is_last],
        "partings": [_shown(request, parting) for parting in partings],
    }
    return render(request, "account/pages/close.html", context, status=422 if error or form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@open_to_newcomers
def reopen(request: HttpRequest, token: str) -> HttpResponse:
    """Open a closed account by a button: programs that look at letters open links too."""
    try:
        person = person_to_reopen(token)
        if request.method == "POST":
            actor = Actor(person.id, None, None, address=door_of(request).address)
            reopen_account(actor, person, token=token)
            toast_later(request, _("Your account is open again. Your files follow."))
            return redirect("account_login")
    except NotFound:
        return render(request, "account/pages/reopen_over.html", status=404)
    return render(request, "account/pages/reopen.html", {"person": person})


def _close(request: HttpRequest, person: "Person", form: OwnPasswordForm, partings: list[Parting]) -> str:
    """Do it; the answer is why not, beside what the form itself says."""
    if not form.is_valid():
        return ""
    if "sure" not in request.POST:
        return _("Tick the box first; nothing was closed.")
    try:
        confirms_password(request, form.cleaned_data["password"])
    except ValidationError as wrong:
        form.add_error("password", wrong)
        return ""
    choices = {parting.membership.id: _choices(request, parting) for parting in partings}
    try:
        close_account(request.actor, person, choices=choices)  # type: ignore[attr-defined]
    except (Conflict, NotAllowed, Refused) as refused:
        return " ".join(str(part) for part in (refused.sentence, refused.way_out) if part)
    return ""


def _choices(request: HttpRequest, parting: Parting) -> dict[str, Choice]:
    """What was chosen other than the default, which hands over and needs no choice."""
    chosen = [(thing.question, _fate(request, parting.membership, thing.question)) for thing in parting.things]
    return {question.key: {"fate": fate} for question, fate in chosen if fate != question.default}


def _fate(request: HttpRequest, membership: "Membership", question: Question) -> str:
    return request.POST.get(f"fate:{membership.id}:{question.key}", "")[:80] or question.default


def _shown(request: HttpRequest, parting: Parting) -> dict[str, object]:
    rows = [
        Row(thing.question, thing.options, _fate(request, parting.membership, thing.question))
        for thing in parting.things
    ]
    return {"membership": parting.membership, "heir": parting.heir, "things": rows}
