# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a list of people can be invited: what is wrong on each line, found before anything is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.text import folded
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Invitation, Membership, Team
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.sentences import ROLES
from mazot.tenancy.rules.invitees import CELL, LETTERS, LINES, Fault, Invitee
from mazot.tenancy.rules.roles import may_touch


@dataclass(frozen=True, slots=True)
class Told:
    """A fault as a person reads it."""

    line: int
    found: str
    sentence: str


def open_invitations(organization_id: object) -> "Iterable[Invitation]":
    return Invitation.objects.filter(
        organization_id=organization_id,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
        declined_at__isnull=True,
        expires_at__gt=clock.now(),
    )


def with_role_keys(people: Iterable[Invitee]) -> list[Invitee]:
    """The same people, each role by its key where the list names it as the reader's pages do."""
    keys = {folded(str(title)): key for key, title in ROLES.items()}
    return [replace(person, role=keys.get(folded(person.role), person.role)) for person in people]


def faults_of(actor: Actor, people: Sequence[Invitee], *, role: str) -> list[Fault]:
    """What in the organization speaks against each line; `role` is for lines that name none."""
    addresses = [folded(person.address) for person in people]
    members = _present(
        Membership.objects.filter(organization_id=actor.organization_id, removed_at__isnull=True),
        "person__login",
        addresses,
    )
    waiting = _present(open_invitations(actor.organization_id), "address", addresses)
    named = {folded(team) for person in people for team in person.teams}
    teams = {folded(name) for name in _team_names(actor)} if named else set()
    faults = []
    for person, address in zip(people, addresses, strict=True):
        wanted = person.role or role
        if wanted not in Role.values:
            faults.append(Fault(person.line, "unknown_role", wanted[:80]))
        elif not (actor.is_system or may_touch(actor.role, wanted, manages_people=actor.manages_people)):
            faults.append(Fault(person.line, "representatives_only", wanted))
        if person.language and person.language not in dict(settings.LANGUAGES):
            faults.append(Fault(person.line, "unknown_language", person.language[:80]))
        faults += [Fault(person.line, "unknown_team", name) for name in person.teams if folded(name) not in teams]
        if address in members:
            faults.append(Fault(person.line, "member_already", person.address))
        elif address in waiting:
            faults.append(Fault(person.line, "invited_already", person.address))
    return faults


def _team_names(actor: Actor) -> Iterable[str]:
    return Team.objects.filter(organization_id=actor.organization_id).values_list("name", flat=True)


def _present(rows: object, column: str, addresses: Sequence[str]) -> set[str]:
    """Which of the addresses are there, asked five hundred at a time."""
    found: set[str] = set()
    for start in range(0, len(addresses), 500):
        some = rows.filter(**{f"{column}__in": addresses[start : start + 500]})  # type: ignore[attr-defined]
        found |= set(some.values_list(column, flat=True))
    return found


def told(faults: Iterable[Fault]) -> list[Told]:
    """The faults in sentences, line by line."""
    return [Told(fault.line, fault.found, _sentence(fault)) for fault in faults]


def _sentence(fault: Fault) -> str:
    values = {
        "found": fault.found,
        "lines": LINES,
        "letters": LETTERS,
        "cell": CELL,
        "roles": ", ".join(map(str, ROLES.values())),
    }
    values["languages"] = ", ".join(dict(settings.LANGUAGES))
    return _sentences().get(fault.reason, _("This line cannot be read.")) % values


def _sentences() -> dict[str, str]:
    return {
        "no_address": _("There is no e-mail address on this line."),
        "not_an_address": _("“%(found)s” is not an e-mail address."),
        "formula": _("“%(found)s” begins like a formula of a spreadsheet, which is not taken."),
        "hidden_letter": _("There is a hidden character on this line. Type it again instead of pasting it."),
        "too_long": _("A cell has at most %(cell)d characters."),
        "twice": _("This address is on line %(found)s already."),
        "too_many": _("A list has at most %(lines)d people; this one has %(found)s. Send it in parts."),
        "list_too_long": _("A list has at most %(letters)d characters; this one has %(found)s. Send it in parts."),
        "not_a_table": _("The table cannot be read from here on: a quotation mark is missing."),
        "not_utf8": _("The file is no text in UTF-8. Save it as “CSV UTF-8”."),
        "empty": _("The table is empty."),
        "too_many_cells": _("This line has more cells than the heading has columns."),
        "unknown_column": _("There is no column “%(found)s”. The columns are address, role, language and teams."),
        "no_address_column": _("The first line names the columns, and one of them is “address”."),
        "column_twice": _("The first line names a column twice."),
        "unknown_role": _("“%(found)s” is not a role. The roles are %(roles)s."),
        "representatives_only": _("You cannot invite somebody in the role “%(found)s”."),
        "unknown_language": _("“%(found)s” is not a language of letters here. Those are %(languages)s."),
        "unknown_team": _("There is no work team “%(found)s”."),
        "member_already": _("%(found)s belongs to the organization already."),
        "invited_already": _("%(found)s has an open invitation. Send it again from the invitations."),
        "no_room": _("There is no room for so many open invitations. Revoke those that are no longer needed."),
    }
