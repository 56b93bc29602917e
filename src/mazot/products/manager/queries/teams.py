# SPDX-License-Identifier: AGPL-3.0-or-later
"""Finding a few people among thousands."""

from collections.abc import Sequence
from typing import TypeVar

from django.db.models import Model, QuerySet

from mazot.foundation.ids import read_id
from mazot.tenancy.models import Membership, Team, TeamMember

AT_ONCE = 500
Kind = TypeVar("Kind", bound=Model)


def chosen_among(rows: QuerySet[Kind], ids: Sequence[str]) -> list[Kind]:
    """The named ones of these rows; what is no name of one is left out."""
    wanted = [found for text in ids[:AT_ONCE] if (found := read_id(text))]
    return list(rows.filter(id__in=wanted)) if wanted else []


def outside(members: QuerySet[Membership], team: Team) -> QuerySet[Membership]:
    """Those who are not in the team yet."""
    return members.exclude(id__in=TeamMember.objects.filter(team=team).values("membership_id"))
