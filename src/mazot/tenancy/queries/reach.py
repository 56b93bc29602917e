# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a user manager could hand on: the rights they hold at this moment, product by product."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from mazot.tenancy.actor import Actor, Held
from mazot.tenancy.catalogue import offer_of
from mazot.tenancy.queries.rights import EVERYTHING, reaching, read_grants
from mazot.tenancy.rights import Right


def reaches(actor: Actor, product: str, keys: Iterable[str], *, instance_id: UUID | None) -> bool:
    """Whether the actor holds all of these rights on the product, or on the category with every product to come."""
    if actor.is_system or actor.manages_organization:
        return True
    offered = offer_of(product)
    if offered is None:
        return False
    grants = [grant for grant in read_grants(actor) if grant.product == product]
    # Somebody else's grant on the category shows through where a grant to the actor says less: each named product
    # is looked at as well.
    places: set[UUID | None] = {instance_id} if instance_id else {None, *(grant.instance_id for grant in grants)}
    wanted = set(keys)
    rights = [right for right in offered.rights if right.key in wanted or EVERYTHING in wanted]
    return all(_may(grants, right, place, to_come=EVERYTHING in wanted) for right in rights for place in places)


def _may(grants: Sequence[Held], right: Right, place: UUID | None, *, to_come: bool) -> bool:
    wanted = {EVERYTHING} if to_come else {EVERYTHING, right.key}
    return any(grant.rights & wanted for grant in reaching(grants, right, place))
