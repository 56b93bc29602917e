# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole access of a member or a team as a screen shows it, with the stamp by which a stale screen is known."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from mazot.foundation.facts import Heard
from mazot.tenancy.models import Grant, Membership, Team

Holder = Membership | Team


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One line of somebody's access: rights on one product, or on a category with its future products."""

    product: str
    instance_id: UUID | None
    rights: frozenset[str]

    @property
    def target(self) -> str:
        """What the line is about, as a form names it."""
        return str(self.instance_id) if self.instance_id else self.product


def grants_shown(holder: Holder) -> QuerySet[Grant]:
    """The holder's grants that a screen can show: those on products that have ended wait unseen."""
    about = Q(membership=holder) if isinstance(holder, Membership) else Q(team=holder)
    return Grant.objects.filter(about, instance__ended_at__isnull=True, organization_id=holder.organization_id)


def access_of(holder: Holder) -> list[AccessLine]:
    """What the holder was given, as lines."""
    rows = grants_shown(holder).order_by("product", "instance_id").values_list("product", "instance_id", "rights")
    return [AccessLine(product, instance_id, frozenset(rights)) for product, instance_id, rights in rows]


def stamp_of(lines: Iterable[AccessLine]) -> str:
    """A digest of the access as it was shown: another one means that somebody changed it meanwhile."""
    told = sorted((line.product, str(line.instance_id or ""), sorted(line.rights)) for line in lines)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def access_topics(heard: Heard) -> list[str]:
    """Where open streams hear that somebody of an organization may do more or less than before."""
    return [access_topic(heard.organization_id)] if heard.organization_id else []


def access_topic(organization_id: UUID | None) -> str:
    return f"tenancy:access:{organization_id}"
