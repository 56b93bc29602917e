# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way to invite: who, what they reach, what they are told, and a look at it all. Pages carry the answers."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, Refused
from mazot.products.manager.queries.people import choices_for
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.actions.invitations import invite_people
from mazot.tenancy.actions.members import refuse_touch
from mazot.tenancy.queries.invitees import faults_of, told, with_role_keys
from mazot.tenancy.queries.people import teams_for
from mazot.tenancy.queries.sentences import ROLES
from mazot.tenancy.rules.invitees import LETTERS, LINES, Fault, Invitee, read_pasted, read_table
from mazot.tenancy.rules.roles import MANAGERS
from mazot.ui.toasts import toast_later

FIELDS = {
    "who": ("role", "address", "sheet", "language"),
    "access": ("access", "everything", "teams"),
    "notices": ("billing", "products"),
    "recap": (),
}
STEPS = tuple(FIELDS)


@managing
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Any) -> HttpResponse:
    if request.method != "POST":
        said = QueryDict(mutable=True)
        said.update({"role": "collaborator", "language": get_language() or "en", "products": "on"})
        return _page(request, said, "who")
    said = request.POST.copy()
    faults = _take_file(request, said)
    wanted = said.get("go", "who")
    people, more = _people(said)
    faults += more
    if wanted in ("access", "notices", "recap", "send"):
        faults += faults_of(request.actor, people, role=said.get("role", ""))
        if faults or not people:
            return _page(request, said, "who", faults=sorted(faults, key=lambda fault: fault.line), is_empty=not faults)
    if wanted == "send":
        return _send(request, said, people)
    if "drop" in said:
        said["sheet"] = ""
    return _page(request, said, wanted if wanted in STEPS else "who", people=people)


def _send(request: Any, said: QueryDict, people: list[Invitee]) -> HttpResponse:
    organization = request.actor_membership.organization
    try:
        made = invite_people(
            request.actor,
            organization,
            people=people,
            role=said.get("role", ""),
            access=_access(request, said),
            teams=[team for team in teams_for(request.actor) if str(team.id) in said.getlist("teams")],
            notices={"billing": "billing" in said, "products": "products" in said},
            language=said.get("language", ""),
        )
    except (Conflict, Invalid, NotAllowed, Refused) as refused:
        return _page(request, said, "recap", people=people, error=refused)
    sentence = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", len(made))
    toast_later(request, sentence % {"n": len(made)})
    return redirect("manager:invitations")


def _take_file(request: Any, said: QueryDict) -> list[Fault]:
    """Put an uploaded table beside what was typed."""
    file = request.FILES.get("file")
    if file is None:
        return []
    try:
        said["sheet"] = file.read(LETTERS * 4 + 1).decode("utf-8-sig")
    except UnicodeDecodeError:
        return [Fault(1, "not_utf8")]
    return []


def _people(said: QueryDict) -> tuple[list[Invitee], list[Fault]]:
    if not said.get("sheet"):
        return read_pasted(said.get("address", ""))
    people, faults = read_table(str(said["sheet"]))
    return with_role_keys(people), faults


def _access(request: Any, said: QueryDict) -> list[dict[str, Any]]:
    """The ticked rights as an invitation keeps them; "everything" is each category with all rights to come."""
    found = []
    ticked = said.getlist("access")
    for choice in choices_for(request.actor):
        product = choice.rights[0].product
        is_category = choice.value == product
        rights = [right.key for right in choice.rights if f"{choice.value} {right.key}" in ticked]
        if is_category and "everything" in said:
            rights = ["*"]
        if rights:
            found.append({"product": product, "instance": None if is_category else choice.value, "rights": rights})
    return found


def _page(
    request: Any,
    said: QueryDict,
    step: str,
    *,
    people: list[Invitee] | None = None,
    faults: list[Fault] | None = None,
    is_empty: bool = False,
    error: Any = None,
) -> HttpResponse:
    here = STEPS.index(step)
    titles = (_("Who and which role"), _("Products and teams"), _("What they are told"), _("Look and send"))
    ticked = {*said.getlist("access"), *said.getlist("teams")}
    carried = [(name, value) for key in STEPS if key != step for name in FIELDS[key] for value in said.getlist(name)]
    context = {
        "place": "people",
        "step": step,
        "template": f"manager/fragments/invite_{step}.html",
        "steps": [{"title": title, "current": at == here, "done": at < here} for at, title in enumerate(titles)],
        "before": STEPS[here - 1] if here else "",
        "after": STEPS[here + 1] if here + 1 < len(STEPS) else "send",
        "carried": [(name, value) for name, value in carried if value],
        "said": said.dict(),
        "ticked": ticked,
        "people": people or [],
        "shown": (people or [])[:20],
        "faults": told(faults or []),
        "is_empty": is_empty,
        "error": error,
        "limit": LINES,
        "reaches_all": said.get("role") in MANAGERS,
        "choices": choices_for(request.actor),
        "chosen": _access(request, said),
        "teams": list(teams_for(request.actor)),
        "languages": settings.LANGUAGES,
        "roles": [(key, title) for key, title in ROLES.items() if refuse_touch(request.actor, key) is None],
        "role": ROLES.get(said.get("role", ""), ""),
        "language": dict(settings.LANGUAGES).get(said.get("language", ""), ""),
    }
    return render(request, "manager/pages/invite.html", context, status=422 if faults or is_empty or error else 200)
