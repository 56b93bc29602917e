# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding a few people among thousands, to put them into a team."""

from collections.abc import Sequence

from django.db.models import QuerySet

from mazot.foundation.ids import read_id
from mazot.tenancy.models import Membership, Team, TeamMember

AT_ONCE = 500


def chosen_among(members: QuerySet[Membership], ids: Sequence[str]) -> list[Membership]:
    """The named ones of these members; what is no name of one is left out."""
    wanted = [found for text in ids[:AT_ONCE] if (found := read_id(text))]
    return list(members.filter(id__in=wanted)) if wanted else []


def outside(members: QuerySet[Membership], team: Team) -> QuerySet[Membership]:
    """Those who are not in the team yet."""
    return members.exclude(id__in=TeamMember.objects.filter(team=team).values("membership_id"))
