# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another receiver for a step of a removal that waits because the first one is gone."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import Conflict, NotAllowed, Refused
from mazot.products.manager.queries.removals import asked
from mazot.products.manager.web.views.frame import managing
from mazot.products.manager.web.views.removal import told_of
from mazot.tenancy.actions.leaving import name_receiver, question_of
from mazot.tenancy.departures import Choice, Question, Removal
from mazot.tenancy.models import Leaving
from mazot.tenancy.models.leaving import LeavingState
from mazot.tenancy.queries.leavings import leaving_for
from mazot.ui.toasts import toast_later


@managing
@require_http_methods(["GET", "POST"])
def receiver(request: Any, leaving_id: UUID) -> HttpResponse:
    leaving = leaving_for(request.actor, leaving_id)
    waiting = _waiting(request, leaving)
    if waiting is None:
        toast_later(request, _("Nothing of this removal waits for anybody any more."), kind="warning")
        return redirect("manager:removed")
    removal, question = waiting
    told, error = request.POST if request.method == "POST" else request.GET, ""
    choice = _choice(told, question)
    if request.method == "POST":
        try:
            name_receiver(request.actor, leaving, key=question.key, choice=choice)
        except (Conflict, NotAllowed, Refused) as refused:
            error = told_of(refused)
        else:
            toast_later(request, _("That is decided anew. The step is tried again now."))
            return redirect("manager:removed")
    shown = asked(request.actor, leaving.membership, removal, question, choice, words=told.get("words", ""))
    context = shown | {
        "place": "people",
        "member": leaving.membership,
        "leaving": leaving,
        "waits": _step(leaving, question).record.get("waits", ""),
        "options": question.keeping,
        "error": error,
        "crumbs": [(reverse("manager:people"), _("Users")), (reverse("manager:removed"), _("Removed"))],
    }
    return render(request, "manager/pages/removal_receiver.html", context, status=422 if error else 200)


def _waiting(request: Any, leaving: Leaving) -> tuple[Removal, Question] | None:
    """The first step that waits and that somebody can decide about."""
    if leaving.state != LeavingState.GOING:
        return None
    for step in leaving.steps.all():
        if step.done_at is None and step.record.get("waits"):
            found = question_of(request.actor, leaving.membership, step.key)
            if found is not None:
                return found
    return None


def _step(leaving: Leaving, question: Question) -> Any:
    return next(step for step in leaving.steps.all() if step.key == question.key)


def _choice(told: Any, question: Question) -> Choice:
    named = {name: told.get(f"{name}:{question.key}", "")[:80] for name in ("fate", "receiver", "place")}
    return {name: value for name, value in named.items() if value}
