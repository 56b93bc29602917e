# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replace everything a member or a team was given in one deed, unless somebody else changed it meanwhile."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from mazot.foundation.errors import Conflict, Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actions.grants import check_holder, check_rights, write_grant
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actions.reach import require_reach, require_reach_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import offers
from mazot.tenancy.facts import RightsTaken
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Grant, ProductInstance
from mazot.tenancy.queries.access import AccessLine, Holder, access_of, grants_shown, stamp_of
from mazot.tenancy.queries.rights import EVERYTHING
from mazot.tenancy.rights import action


@action(needs=MANAGE_PEOPLE)
def set_access(actor: Actor, holder: Holder, *, seen: str, grants: Iterable[AccessLine]) -> list[AccessLine]:
    """Give the holder exactly these grants; `seen` is the stamp of those they had when the choice was made.

    Nobody's change is lost in silence: when the grants are no longer those that were seen, nothing is written.
    """
    lock_organization(actor, holder.organization_id)
    check_holder(actor, holder)
    if stamp_of(access_of(holder)) != seen:
        raise Conflict(
            "changed_meanwhile",
            _("Somebody else changed this access since you opened the page."),
            way_out=_("Look at what changed, then save again."),
        )
    wanted = {(line.product, line.instance_id): line for line in grants}
    present = {(grant.product, grant.instance_id): grant for grant in grants_shown(holder)}
    instances = _instances(holder, wanted.values())
    for key, grant in present.items():
        if key not in wanted:
            _take(actor, grant)
    for key, line in wanted.items():
        if key in present and line.rights == set(present[key].rights):
            continue
        keys = sorted(line.rights)
        check_rights(line.product, keys)
        require_reach(actor, line.product, keys, instance_id=line.instance_id)
        instance = instances[line.instance_id] if line.instance_id else None
        write_grant(actor, holder, line.product, instance, keys)
    return access_of(holder)


def everything() -> list[AccessLine]:
    """Every right on every product there is and will be."""
    kinds = [offered for offered in offers() if any(right.grantable for right in offered.rights)]
    return [AccessLine(offered.key, None, frozenset({EVERYTHING})) for offered in kinds]


def _instances(holder: Holder, lines: Iterable[AccessLine]) -> dict[object, ProductInstance]:
    """The named products, each of the holder's organization and of the category its line says."""
    named = {line.instance_id: line.product for line in lines if line.instance_id}
    found = ProductInstance.objects.filter(organization_id=holder.organization_id, ended_at__isnull=True).in_bulk(
        list(named)
    )
    if len(found) != len(named):
        raise NotFound("not_found")
    if any(found[instance_id].product != product for instance_id, product in named.items()):
        raise Invalid("unknown_product", _("There is no such product."), field="category")
    return dict(found)


def _take(actor: Actor, grant: Grant) -> None:
    require_reach_of(actor, [grant])
    grant_id = grant.id
    grant.delete()
    tell(
        actor,
        RightsTaken(
            grant_id,
            product_key=grant.product,
            membership_id=grant.membership_id,
            team_id=grant.team_id,
            instance_id=grant.instance_id,
        ),
    )
