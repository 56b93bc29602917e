# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far a user manager's gifts go: never beyond what they may do themselves."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.foundation.errors import NotAllowed
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Grant
from mazot.tenancy.queries.reach import reaches


def require_reach(actor: Actor, product: str, keys: Iterable[str], *, instance_id: UUID | None) -> None:
    """Raise when a user manager would give, or take, what they do not have; without instance, the whole category.

    Administrators and legal representatives reach everything. What the actor holds is read anew, under the lock.
    """
    if actor.manages_people and not reaches(actor, product, keys, instance_id=instance_id):
        raise NotAllowed(
            "beyond_reach", _("A user manager gives and takes only the access they have themselves."), product=product
        )


def require_reach_of(actor: Actor, grants: Iterable[Grant]) -> None:
    """Raise when a user manager would change, or use up, a grant that goes beyond what they have themselves."""
    if actor.manages_people:
        for grant in grants:
            require_reach(actor, grant.product, grant.rights, instance_id=grant.instance_id)
