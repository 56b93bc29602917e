# SPDX-License-Identifier: AGPL-3.0-or-later
"""One deed for several people: asked once, done person by person, and told person by person where it is refused."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from mazot.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from mazot.products.manager.queries.table import dressed_rows
from mazot.products.manager.queries.teams import chosen_among
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.actions.invitations import renew_invitation
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.actions.teams import change_teams
from mazot.tenancy.models import Membership, Team
from mazot.tenancy.queries.invitations import every_invitation_for
from mazot.tenancy.queries.people import member_for, members_for, teams_for
from mazot.ui.toasts import toast_later

ASK = require_http_methods(["GET", "HEAD", "POST"])


@managing
@ASK
def teams_of_one(request: Any, membership_id: UUID) -> HttpResponse:
    """Put one person into work teams and take them out of others."""
    return _teams(request, [member_for(request.actor, membership_id)])


@managing
@ASK
def teams_of_several(request: Any) -> HttpResponse:
    return _teams(request, _chosen(request))


@managing
@ASK
def block_several(request: Any) -> HttpResponse:
    """Block the ticked people; who cannot be blocked stays as they are, with the reason."""
    members = _chosen(request)
    if request.method != "POST" or not members:
        return _ask(request, "block_several", members, {})

    def said(n: int) -> str:
        return ngettext("%(n)d person is blocked.", "%(n)d people are blocked.", n) % {"n": n}

    named = ((member.person.name, member) for member in members)
    return _done(request, named, lambda member: block_member(request.actor, member), said, "people")


@managing
@require_POST
def invite_again(request: Any) -> HttpResponse:
    """Send new letters for the ticked invitations; the links of the earlier ones end."""
    ids = request.POST.getlist("invitation")
    invitations = chosen_among(every_invitation_for(request.actor), ids)

    def said(n: int) -> str:
        return ngettext("%(n)d new letter is on its way.", "%(n)d new letters are on their way.", n) % {"n": n}

    named = ((one.address, one) for one in invitations)
    return _done(request, named, lambda one: renew_invitation(request.actor, one), said, "invitations")


def _teams(request: Any, members: list[Membership]) -> HttpResponse:
    everyone = list(teams_for(request.actor))
    inside = Counter(team.id for row in dressed_rows(request.actor, members) for team in row.teams)
    if request.method != "POST" or not members:
        context = {
            "outside": [team for team in everyone if inside[team.id] < len(members)],
            "inside": [team for team in everyone if team.id in inside],
        }
        return _ask(request, "teams_several", members, context)
    into, out_of = (_among(everyone, request.POST.getlist(name)) for name in ("into", "out"))

    def deed(member: Membership) -> object:
        return change_teams(request.actor, member, put_into=into, take_from=out_of)

    def said(n: int) -> str:
        return ngettext("The work teams of %(n)d person are saved.", "The work teams of %(n)d people are saved.", n) % {
            "n": n
        }

    return _done(request, ((member.person.name, member) for member in members), deed, said, "people")


def _done(
    request: Any,
    named: Iterable[tuple[str, Any]],
    deed: Callable[[Any], object],
    said: Callable[[int], str],
    back: str,
) -> HttpResponse:
    """Do it for each, and show who was refused and why; without any, back to the table."""
    refused, done = [], 0
    for name, one in named:
        try:
            deed(one)
        except (Conflict, NotAllowed, NotFound, Refused) as error:
            reason = " ".join(filter(None, (str(error.sentence), str(error.way_out))))
            refused.append((name, reason or _("They are not here any more.")))
        else:
            done += 1
    address = reverse(f"manager:{back}")
    if not refused:
        toast_later(request, said(done) if done else _("Nobody was ticked, and nothing changed."))
        return HttpResponseRedirect(address)
    context = {"place": "people", "done": said(done) if done else "", "refused": refused, "back": address}
    return render(request, "manager/pages/several_done.html", context)


def _ask(request: Any, deed: str, members: list[Membership], context: dict[str, Any]) -> HttpResponse:
    context |= {"place": "people", "deed": f"manager/fragments/{deed}.html", "members": members}
    return render(request, "manager/pages/deed.html", context)


def _chosen(request: Any) -> list[Membership]:
    said = request.POST if request.method == "POST" else request.GET
    return chosen_among(members_for(request.actor), said.getlist("member"))


def _among(teams: list[Team], ids: list[str]) -> list[Team]:
    wanted = set(ids)
    return [team for team in teams if str(team.id) in wanted]
