# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the menu of a user does: each deed asks first, in a dialog or on a page of its own."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mazot.products.manager.queries.refusals import refusals_of
from mazot.products.manager.queries.table import counts_for, dressed_rows
from mazot.products.manager.web.views.frame import attempt, managing
from mazot.tenancy.actions.alerts import send_security_alert
from mazot.tenancy.actions.members import block_member, change_role, refuse_touch, unblock_member
from mazot.tenancy.queries.factors import without_second_factor
from mazot.tenancy.queries.people import member_for, members_for
from mazot.tenancy.queries.sentences import ROLES
from mazot.tenancy.rules.roles import MANAGERS

ASK = require_http_methods(["GET", "HEAD", "POST"])


@managing
@ASK
def role_of(request: Any, membership_id: UUID) -> HttpResponse:
    """Choose another role; from administrator down to the products that are to stay reachable."""
    member = member_for(request.actor, membership_id)
    name = member.person.name
    if request.method != "POST":
        hints = {
            "legal_representative": _("Answers for the organization, reaches everything, names other representatives."),
            "administrator": _("Reaches every product and manages people."),
            "collaborator": _("Reaches what you or a work team give them."),
            "external": _("Reaches what you give them, and is in nothing that is for the whole organization."),
        }
        roles = []
        for key, title in ROLES.items():
            refused = refuse_touch(request.actor, key)
            roles.append((key, title, hints[key], str(refused.sentence) if refused else ""))
        return _ask(request, member, "role", {"roles": roles, "is_manager": member.role in MANAGERS})
    role = request.POST.get("role", "")
    goes_down = member.role in MANAGERS and role not in MANAGERS
    said = _("%(name)s has another role now, and gets a letter that says so.")
    if goes_down:
        said = _("%(name)s has another role now, and gets a letter that says so. Choose what they reach from here on.")
    back = reverse("manager:people")

    def deed() -> None:
        nonlocal back
        change_role(request.actor, member, role=role)
        back = reverse("manager:person-access", args=[membership_id]) if goes_down else back

    answer = attempt(request, deed, said=said % {"name": name}, back=back)
    answer["Location"] = back
    return answer


@managing
@ASK
def block(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    if request.method != "POST":
        return _ask(request, member, "block", {})
    return attempt(
        request,
        lambda: block_member(request.actor, member),
        said=_("%(name)s cannot come in until you unblock them.") % {"name": member.person.name},
        back=reverse("manager:people"),
    )


@managing
@require_POST
def unblock(request: Any, membership_id: UUID) -> HttpResponse:
    member = member_for(request.actor, membership_id)
    return attempt(
        request,
        lambda: unblock_member(request.actor, member),
        said=_("%(name)s can come in again.") % {"name": member.person.name},
        back=reverse("manager:people"),
    )


@managing
@ASK
def alert(request: Any) -> HttpResponse:
    """Ask one person, or everybody without it, to set up two-factor."""
    one = request.POST.get("person") or request.GET.get("person", "")
    present = members_for(request.actor).filter(blocked_at__isnull=True)
    chosen = [member_for(request.actor, _id(one))] if one else list(without_second_factor(present))
    if request.method != "POST":
        context = {"count": len(chosen), "one": one, "member": chosen[0] if one else None}
        return _draw(request, "alert", context)
    organization = request.actor_membership.organization
    said = _("The letters are on their way.")
    if one:
        said = _("A letter is on its way to %(name)s.") % {"name": chosen[0].person.name}
    return attempt(
        request,
        lambda: send_security_alert(request.actor, organization, members=chosen),
        said=said,
        back=reverse("manager:security" if request.POST.get("from") == "security" else "manager:people"),
    )


def _ask(request: Any, member: Any, deed: str, context: dict[str, Any]) -> HttpResponse:
    (row,) = dressed_rows(request.actor, [member])
    counts = counts_for(request.actor)
    why = refusals_of(request.actor, member, representatives=counts.representatives, is_protected=bool(row.factors))
    return _draw(request, deed, context | {"member": member, "why": getattr(why, deed)})


def _draw(request: Any, deed: str, context: dict[str, Any]) -> HttpResponse:
    """The question in a dialog for the page that is open, or on a page of its own."""
    is_dialog = request.headers.get("HX-Request-Type") == "partial"
    context |= {"place": "people", "deed": f"manager/fragments/{deed}.html", "is_dialog": is_dialog}
    page = "manager/fragments/deed.html" if is_dialog else "manager/pages/deed.html"
    response = render(request, page, context)
    response["Vary"] = "HX-Request-Type, Cookie"
    return response


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
