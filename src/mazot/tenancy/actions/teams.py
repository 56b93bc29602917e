# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make teams, fill them, and take them apart; what came through a team goes with it."""

from collections.abc import Iterable, Sequence
from typing import TypedDict, Unpack
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.foundation.errors import Conflict, NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actions.access import set_access
from mazot.tenancy.actions.members import lock_membership, lock_organization
from mazot.tenancy.actions.reach import require_reach_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import TeamChanged, TeamMade, TeamRemoved
from mazot.tenancy.limits import TEAMS_OF_AN_ORGANIZATION, check_room, checked_name, checked_tint
from mazot.tenancy.manage import BELONG, MANAGE_PEOPLE
from mazot.tenancy.models import Grant, Membership, Organization, Team, TeamMember
from mazot.tenancy.queries.access import AccessLine, stamp_of
from mazot.tenancy.rights import action


@action(needs=MANAGE_PEOPLE)
def make_team(
    actor: Actor,
    organization: Organization,
    *,
    name: str,
    tint: int = 2,
    members: Iterable[Membership] = (),
    grants: Sequence[AccessLine] = (),
) -> Team:
    """Make a team, with its products and its first members, or still empty."""
    organization = lock_organization(actor, organization.id)
    check_room(organization.teams.count(), limit=TEAMS_OF_AN_ORGANIZATION, field="team")
    team = Team(organization=organization, name=_free_name(organization.id, name), tint=checked_tint(tint))
    team.save(force_insert=True)
    _fill(team, members)
    tell(actor, TeamMade(team.id, name=team.name))
    if grants:
        set_access(actor, team, seen=stamp_of(()), grants=grants)
    return team


class TeamDetails(TypedDict, total=False):
    """What can be said of a team; what is not there stays."""

    name: str
    tint: int
    leader: Membership | None


@action(needs=MANAGE_PEOPLE)
def set_team(actor: Actor, team: Team, **wanted: Unpack[TeamDetails]) -> Team:
    """Change a team's name, colour or leader; a leader is whom to ask and holds no right by it."""
    team = _lock(actor, team)
    if "name" in wanted and wanted["name"] != team.name:
        team.name = _free_name(team.organization_id, wanted["name"], but=team.id)
    if "tint" in wanted:
        team.tint = checked_tint(wanted["tint"])
    if "leader" in wanted:
        team.leader = leader = wanted["leader"]
        if leader is not None and not TeamMember.objects.filter(team=team, membership=leader).exists():
            raise NotFound("not_found", _("A team is led by one of its members."))
    team.save(update_fields=["name", "tint", "leader"])
    tell(actor, TeamChanged(team.id, name=team.name))
    return team


@action(needs=MANAGE_PEOPLE)
def add_to_team(actor: Actor, team: Team, *, members: Iterable[Membership]) -> Team:
    """Put members into a team; those who are in it stay so."""
    team = _lock(actor, team)
    _fill(team, members)
    tell(actor, TeamChanged(team.id, name=team.name))
    return team


@action(needs=MANAGE_PEOPLE)
def take_from_team(actor: Actor, team: Team, *, member: Membership) -> Team:
    """Take a member out of a team; only what came solely through it is lost."""
    team = _lock(actor, team)
    _take(team, member.id)
    tell(actor, TeamChanged(team.id, name=team.name))
    return team


@action(needs=BELONG)
def leave_team(actor: Actor, team: Team) -> Team:
    """Go out of a team by oneself; whoever led it leaves it without a leader."""
    lock_organization(actor, team.organization_id)
    found = Team.objects.filter(id=team.id, organization_id=team.organization_id).first()
    if found is None:
        raise NotFound("not_found")
    _take(found, actor.membership_id)
    tell(actor, TeamChanged(found.id, name=found.name))
    return found


@action(needs=MANAGE_PEOPLE)
def change_teams(
    actor: Actor, membership: Membership, *, put_into: Iterable[Team] = (), take_from: Iterable[Team] = ()
) -> Membership:
    """Change the teams of one member: all of it, or nothing and the reason; the teams not named stay."""
    membership = lock_membership(actor, membership)
    into, out_of = (_here(actor, membership.organization_id, teams) for teams in (put_into, take_from))
    held = set(TeamMember.objects.filter(membership=membership).values_list("team_id", flat=True))
    gained, lost = ([team for team in into if team.id not in held], [team for team in out_of if team.id in held])
    for team in gained:
        _fill(team, [membership])
    TeamMember.objects.filter(membership=membership, team__in=lost).delete()
    Team.objects.filter(id__in=[team.id for team in lost], leader=membership).update(leader=None)
    for team in (*gained, *lost):
        tell(actor, TeamChanged(team.id, name=team.name))
    return membership


@action(needs=MANAGE_PEOPLE)
def remove_team(actor: Actor, team: Team) -> None:
    """Take a team apart, with its grants."""
    team = _lock(actor, team)
    team_id, name = team.id, team.name
    team.delete()
    tell(actor, TeamRemoved(team_id, name=name))


def _lock(actor: Actor, team: Team) -> Team:
    lock_organization(actor, team.organization_id)
    return _here(actor, team.organization_id, [team])[0]


def _here(actor: Actor, organization_id: UUID, teams: Iterable[Team]) -> list[Team]:
    """The teams as they are now, each within what the actor may give and take."""
    wanted = {team.id for team in teams}
    found = list(Team.objects.filter(id__in=wanted, organization_id=organization_id).order_by("id"))
    if len(found) < len(wanted):
        raise NotFound("not_found")
    require_reach_of(actor, Grant.objects.filter(team__in=found))
    return found


def _take(team: Team, membership_id: UUID | None) -> None:
    deleted, _rows = TeamMember.objects.filter(team=team, membership_id=membership_id).delete()
    if not deleted:
        raise NotFound("not_found")
    if team.leader_id == membership_id:
        team.leader = None
        team.save(update_fields=["leader"])


def _free_name(organization_id: UUID, name: str, *, but: UUID | None = None) -> str:
    name = checked_name(name, field="name", limit=80)
    if Team.objects.filter(organization_id=organization_id, name__iexact=name).exclude(id=but).exists():
        raise Conflict("taken", _("Another team has this name."), field="name")
    return name


def _fill(team: Team, members: Iterable[Membership]) -> None:
    wanted = {member.id for member in members}
    present = Membership.objects.filter(
        id__in=wanted, organization_id=team.organization_id, removed_at__isnull=True
    ).values_list("id", flat=True)
    if set(present) != wanted:
        raise NotFound("not_found")
    TeamMember.objects.bulk_create(
        [TeamMember(team=team, membership_id=member_id) for member_id in sorted(wanted)], ignore_conflicts=True
    )
