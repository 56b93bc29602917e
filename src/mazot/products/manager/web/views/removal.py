# SPDX-License-Identifier: AGPL-3.0-or-later
"""The removal wizard: what is decided travels in the form, and nothing is written before the last button."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from mazot.foundation.text import folded
from mazot.products.manager.queries.removals import (
    asked,
    parts_of,
    questions_about,
    shown,
    target_of,
)
from mazot.products.manager.queries.table import counts_for
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.products.manager.web.views.table import tabs
from mazot.tenancy.actions.leaving import check_choice, start_leaving, undo_leaving
from mazot.tenancy.actions.members import refuse_touch
from mazot.tenancy.departures import Choice, Question, Removal
from mazot.tenancy.models import Membership
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.leavings import (
    UNDO_DAYS,
    is_last_representative,
    leaving_for,
    leavings_for,
    newest_leaving_of,
)
from mazot.tenancy.queries.people import member_for, person_for, removed_members_for
from mazot.tenancy.queries.sentences import ROLES
from mazot.ui.toasts import toast_later

LAST_STEPS = ("review", "again", "confirm")
A_PAGE = 50


@dataclass
class Draft:
    """What was decided so far, as the form carries it from page to page."""

    told: QueryDict
    questions: list[tuple[Removal, Question]]
    choices: dict[str, Choice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for _removal, question in self.questions:
            names = ("fate", "receiver", "place")
            choice = {name: self.told.get(f"{name}:{question.key}", "")[:80] for name in names}
            self.choices[question.key] = {name: value for name, value in choice.items() if value}

    @property
    def steps(self) -> list[str]:
        return [question.key for _removal, question in self.questions] + list(LAST_STEPS)

    def kept(self, but: str) -> list[tuple[str, str]]:
        """The fields of the other pages, to hide in this one."""
        lines = [
            (f"{name}:{key}", value)
            for key, choice in self.choices.items()
            if key != but
            for name, value in choice.items()
        ]
        return lines + ([("read", "on")] if "read" in self.told and but != "review" else [])


@managing
@require_http_methods(["GET", "POST"])
def remove(request: Any, membership_id: UUID) -> HttpResponse:
    """One page of the wizard; the last one, and it alone, is posted."""
    try:
        member = member_for(request.actor, membership_id)
    except NotFound:
        return _gone(request, membership_id)
    if why := _why_not(request, member):
        return render(request, "manager/pages/removal_refused.html", {"place": "people", "member": member, "why": why})
    told = request.POST if request.method == "POST" else request.GET
    draft = Draft(told, questions_about(request.actor, member))
    if request.method == "POST":
        return _carry_out(request, member, draft)
    at, error = _turn(request, member, draft)
    return _page(request, member, draft, at, error=error)


def _turn(request: Any, member: Membership, draft: Draft) -> tuple[str, str]:
    """The page that the pressed button leads to, and what has to be mended before."""
    at, go, to = (draft.told.get(name, "") for name in ("step", "go", "to"))
    if to in draft.steps:
        return to, ""
    if at not in draft.steps:
        return draft.steps[0], ""
    place = draft.steps.index(at)
    if go == "back":
        return draft.steps[max(0, place - 1)], ""
    if go != "next":
        return at, ""
    error_at, error = _first_fault(request, member, draft, until=at)
    return (error_at, error) if error else (draft.steps[min(len(draft.steps) - 1, place + 1)], "")


def _carry_out(request: Any, member: Membership, draft: Draft) -> HttpResponse:
    error_at, error = _first_fault(request, member, draft, until="again")
    if error:
        return _page(request, member, draft, error_at, error=error)
    if "sure" not in request.POST or folded(request.POST.get("login", "")) != person_for(request.actor).login:
        error = _("Type your own login identifier and tick the box; nothing was removed.")
        return _page(request, member, draft, "confirm", error=error)
    try:
        start_leaving(request.actor, member, choices=draft.choices)
    except NotFound:
        return _gone(request, member.id)
    except (Conflict, NotAllowed, Refused) as refused:
        return _page(request, member, draft, "confirm", error=told_of(refused))
    toast_later(request, _("%(name)s is out. For 30 days you can undo it here.") % {"name": member.person.name})
    if member.id == request.actor.membership_id:
        return redirect("front-door")
    return redirect("manager:removed")


def _first_fault(request: Any, member: Membership, draft: Draft, *, until: str) -> tuple[str, str]:
    """The first step up to this one that is not decided, or no longer as it was decided."""
    last = draft.steps.index(until)
    for number, (removal, question) in enumerate(draft.questions):
        if number <= last:
            try:
                check_choice(request.actor, member, removal, question, draft.choices[question.key] or {"fate": ""})
            except (NotAllowed, Refused) as refused:
                return question.key, told_of(refused)
    if last >= draft.steps.index("review") and "read" not in draft.told:
        return "review", _("Tick that you have read what happens, then continue.")
    return "", ""


def _page(request: Any, member: Membership, draft: Draft, at: str, *, error: str = "") -> HttpResponse:
    parts = parts_of(request.actor, member, draft.choices) if at in ("review", "again") else []
    context = {
        "place": "people",
        "member": member,
        "role": ROLES[Role(member.role)],
        "at": at,
        "is_first": at == draft.steps[0],
        "steps": _steps(member, draft, at),
        "kept": draft.kept(at),
        "error": error,
        "until": clock.now() + timedelta(days=UNDO_DAYS),
        "parts": parts,
        "read": "read" in draft.told,
        "typed": draft.told.get("login", "")[:254],
        "losses": any(part.kind == "lose" for part in parts),
    }
    pair = next((pair for pair in draft.questions if pair[1].key == at), None)
    if pair:
        context |= _asked(request, member, draft, *pair)
    return render(request, "manager/pages/removal.html", context, status=422 if error else 200)


def _asked(request: Any, member: Membership, draft: Draft, removal: Removal, question: Question) -> dict[str, Any]:
    return asked(
        request.actor, member, removal, question, draft.choices[question.key], words=draft.told.get("words", "")
    )


def _steps(member: Membership, draft: Draft, at: str) -> list[dict[str, Any]]:
    number = draft.steps.index(at)
    titles = {"review": _("Review"), "again": _("Last look"), "confirm": _("Your confirmation")}
    notes = {"confirm": _("Type your login identifier")}
    for _removal, question in draft.questions:
        titles[question.key] = str(_removal.title) if len(draft.questions) == 1 else str(question.title)
        option = question.option(str(draft.choices[question.key].get("fate", "")))
        if option is not None:
            target = target_of(member, option, draft.choices[question.key])
            notes[question.key] = f"{option.outcome} → {target}" if target else str(option.outcome)
    return [
        {
            "title": titles[key],
            "note": notes.get(key, ""),
            "current": key == at,
            "done": draft.steps.index(key) < number,
        }
        for key in draft.steps
    ]


def _why_not(request: Any, member: Membership) -> str:
    """Why this member cannot be removed by this person, before they have read four pages."""
    if refused := refuse_touch(request.actor, member):
        return told_of(refused)
    if not is_last_representative(member):
        return ""
    return _("An organization always has a legal representative who can act. Name a second one first.")


def _gone(request: Any, membership_id: UUID) -> HttpResponse:
    """A page that was open while somebody else removed the same person says who and when."""
    member = removed_members_for(request.actor).filter(id=membership_id).first()
    if member is None:
        raise NotFound("not_found")
    context = {"place": "people", "member": member, "leaving": newest_leaving_of(member.id)}
    return render(request, "manager/pages/removal_gone.html", context, status=409)


@managing
@require_safe
def removed(request: Any) -> HttpResponse:
    """Everybody who was removed: by whom, until when it can be undone, and how far it is."""
    page = Paginator(leavings_for(request.actor), A_PAGE).get_page(request.GET.get("page"))
    context = {"place": "people", "tab": "removed", "lines": shown(list(page.object_list)), "page": page}
    return render(request, "manager/pages/removed.html", context | tabs(request, counts_for(request.actor)))


@managing
@require_POST
def undo(request: Any, leaving_id: UUID) -> HttpResponse:
    leaving = leaving_for(request.actor, leaving_id)
    return attempt(
        request,
        lambda: undo_leaving(request.actor, leaving),
        said=_("%(name)s is back, with the role, teams and access they had. Their files follow.")
        % {"name": leaving.membership.person.name},
        back=reverse("manager:removed"),
    )


def told_of(refused: Conflict | NotAllowed | Refused) -> str:
    return " ".join(str(part) for part in (refused.sentence, refused.way_out) if part)
