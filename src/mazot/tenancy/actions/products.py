# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open and end the products of an organization."""

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import STANDARD_PLAN, offer_of, offers
from mazot.tenancy.facts import ProductEnded, ProductOpened, ProductRenamed
from mazot.tenancy.limits import PRODUCTS_OF_AN_ORGANIZATION, check_room, checked_name
from mazot.tenancy.manage import MANAGE_PRODUCTS
from mazot.tenancy.models import Organization, Plan, ProductInstance
from mazot.tenancy.rights import action


@action(needs=MANAGE_PRODUCTS)
def open_product(
    actor: Actor, organization: Organization, *, product: str, name: str = "", plan: Plan | None = None
) -> ProductInstance:
    """Give the organization a product, on the standard plan unless told, and furnish it."""
    organization = lock_organization(actor, organization.id)
    offered = offer_of(product)
    if offered is None or (plan is not None and plan.product != product):
        raise Invalid("unknown_product", _("There is no such product or plan."), field="product")
    live = ProductInstance.objects.filter(organization=organization, ended_at__isnull=True)
    check_room(live.count(), limit=PRODUCTS_OF_AN_ORGANIZATION, field="product")
    plan = plan or Plan.objects.filter(product=product, key=STANDARD_PLAN).first()
    instance = ProductInstance(
        organization=organization,
        product=product,
        name=checked_name(name or f"{offered.title} {organization.name}"[:120], field="name", limit=120),
        plan=plan,
    )
    instance.save(force_insert=True)
    if offered.furnish is not None:
        offered.furnish(actor, instance)
    tell(actor, ProductOpened(instance.id, product_key=product))
    return instance


@action(needs=MANAGE_PRODUCTS)
def rename_product(actor: Actor, instance: ProductInstance, *, name: str) -> ProductInstance:
    """Give a product another name; its address and its contents stay."""
    found = _lock(actor, instance)
    found.name = checked_name(name, field="name", limit=120)
    found.save(update_fields=["name"])
    tell(actor, ProductRenamed(found.id, product_key=found.product, name=found.name))
    return found


@action(needs=MANAGE_PRODUCTS)
def end_product(actor: Actor, instance: ProductInstance) -> ProductInstance:
    """Close a product: nobody reaches it from now on, and its data stays until the grace is over."""
    found = _lock(actor, instance)
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    tell(actor, ProductEnded(found.id, product_key=found.product))
    return found


def open_default_products(actor: Actor, organization: Organization) -> None:
    """Furnish a new organization with what every organization has."""
    for offered in offers():
        if offered.by_default:
            open_product(actor, organization, product=offered.key)


def _lock(actor: Actor, instance: ProductInstance) -> ProductInstance:
    """The product as it is under the organization's lock; one that moved away meanwhile is absent."""
    organization = lock_organization(actor, instance.organization_id)
    live = ProductInstance.objects.select_for_update().filter(organization=organization, ended_at__isnull=True)
    found = live.filter(id=instance.id).first()
    if found is None:
        raise NotFound("not_found")
    return found
