# SPDX-License-Identifier: AGPL-3.0-or-later
"""Say who reaches which product: one product, several, or a category with every product it will ever have."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actions.members import lock_organization, require_touch
from mazot.tenancy.actions.reach import require_reach, require_reach_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import offer_of
from mazot.tenancy.facts import RightsGranted, RightsTaken
from mazot.tenancy.manage import MANAGE_PEOPLE
from mazot.tenancy.models import Grant, Membership, ProductInstance, Team
from mazot.tenancy.queries.rights import EVERYTHING
from mazot.tenancy.rights import Right, action

Holder = Membership | Team


@action(needs=MANAGE_PEOPLE)
def grant_rights(
    actor: Actor,
    holder: Holder,
    *,
    rights: Iterable[Right | str],
    instances: Sequence[ProductInstance] = (),
    category: str = "",
) -> list[Grant]:
    """Let a member or a team do these things on the named products, or on a whole category with future ones.

    What the holder had on the same product or category is replaced. `"*"` is every right, future ones too.
    """
    lock_organization(actor, holder.organization_id)
    check_holder(actor, holder)
    if bool(instances) == bool(category):
        raise Invalid("which_products", _("Choose products, or a category of products."), field="instances")
    for instance in instances:
        if instance.organization_id != holder.organization_id or instance.ended_at is not None:
            raise NotFound("not_found")
    keys = sorted({right.key if isinstance(right, Right) else right for right in rights})
    for product in {category} if category else {instance.product for instance in instances}:
        check_rights(product, keys)
    targets: list[tuple[str, ProductInstance | None]] = [(instance.product, instance) for instance in instances]
    targets = targets or [(category, None)]
    for product, target in targets:
        require_reach(actor, product, keys, instance_id=target.id if target else None)
    return [write_grant(actor, holder, product, target, keys) for product, target in targets]


@action(needs=MANAGE_PEOPLE)
def take_rights(actor: Actor, grant: Grant) -> None:
    """Take a grant back; the holder's other grants and teams stay."""
    lock_organization(actor, grant.organization_id)
    found = (
        Grant.objects.select_related("membership").filter(id=grant.id, organization_id=grant.organization_id).first()
    )
    if found is None:
        raise NotFound("not_found")
    if found.membership is not None and actor.manages_people:
        require_touch(actor, found.membership)
    require_reach_of(actor, [found])
    Grant.objects.filter(id=found.id).delete()
    tell(
        actor,
        RightsTaken(
            found.id,
            product_key=found.product,
            membership_id=found.membership_id,
            team_id=found.team_id,
            instance_id=found.instance_id,
        ),
    )


def check_holder(actor: Actor, holder: Holder) -> None:
    """A member who was removed, or a team that is gone, holds nothing; a user manager gives to those they manage."""
    if isinstance(holder, Membership):
        found = Membership.objects.filter(
            id=holder.id, organization_id=holder.organization_id, removed_at__isnull=True
        ).first()
        if found is None:
            raise NotFound("not_found")
        # An administrator gives a legal representative grants that wait for a demotion; a user manager does not.
        if actor.manages_people:
            require_touch(actor, found)
    elif not Team.objects.filter(id=holder.id, organization_id=holder.organization_id).exists():
        raise NotFound("not_found")
    require_reach_of(actor, holder.grants.all())


def check_rights(product: str, keys: Sequence[str]) -> None:
    """Raise unless each is a right that is given on such a product."""
    offered = offer_of(product)
    if offered is None:
        raise Invalid("unknown_product", _("There is no such product."), field="category")
    if not keys:
        raise Invalid("no_right", _("Choose at least one right."), field="rights")
    for key in keys:
        if key != EVERYTHING and not offered.has_right(key):
            raise Invalid("unknown_right", _("This product has no such right."), field="rights", right=key)


def write_grant(actor: Actor, holder: Holder, product: str, instance: ProductInstance | None, keys: list[str]) -> Grant:
    """Give these rights in place of those the holder had on the same thing, under the organization's lock."""
    held_by = {"membership": holder} if isinstance(holder, Membership) else {"team": holder}
    grant, _made = Grant.objects.update_or_create(
        organization_id=holder.organization_id,
        product=product,
        instance=instance,
        **held_by,
        defaults={"rights": keys},
    )
    tell(
        actor,
        RightsGranted(
            grant.id,
            product_key=product,
            rights=tuple(keys),
            membership_id=grant.membership_id,
            team_id=grant.team_id,
            instance_id=grant.instance_id,
        ),
    )
    return grant
