# SPDX-License-Identifier: AGPL-3.0-or-later
"""The work teams a person is in, in every organization that lets them in."""

from collections.abc import Sequence
from uuid import UUID

from mazot.foundation.errors import NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import TeamMember
from mazot.tenancy.queries.effects import effects_of_leaving


def own_teams_of(actor: Actor) -> Sequence[TeamMember]:
    """The person's places in teams, by organization and name, with who leads each."""
    found = TeamMember.objects.filter(
        membership__person_id=actor.person_id,
        membership__removed_at__isnull=True,
        membership__blocked_at__isnull=True,
        team__organization__deleted_at__isnull=True,
    )
    related = ("team__organization", "team__leader__person", "membership__person")
    return list(
        found.select_related(*related).order_by("team__organization__name", "team__organization_id", "team__name")
    )


def own_team_of(actor: Actor, team_id: UUID) -> TeamMember:
    """One's place in one team; a team one is not in is absent."""
    found = next((place for place in own_teams_of(actor) if place.team_id == team_id), None)
    if found is None:
        raise NotFound("not_found")
    return found


def lost_without(place: TeamMember) -> list[tuple[str, str]]:
    """What came through this team alone: the product, and the right to it."""
    effects = effects_of_leaving(place.team, [place.membership])
    return [(effect.instance.name, str(effect.right.sentence)) for effect in effects if effect.instance and effect.lost]
