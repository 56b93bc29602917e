# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the overview counts, what stands on the page of details, and where logos are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.exchange.registry import products
from mazot.foundation import quota
from mazot.foundation.errors import NotFound
from mazot.products.manager.queries.table import Counts, counts_for
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Organization, Person, ProductInstance, Team
from mazot.tenancy.models.organizations import Kind
from mazot.tenancy.queries.invitations import invitations_for
from mazot.tenancy.queries.transfers import open_transfers
from mazot.tenancy.rules.roles import MANAGERS

KINDS = {
    Kind.INDIVIDUAL: _("Individual"),
    Kind.ASSOCIATION: _("Association"),
    Kind.COMPANY: _("Company"),
    Kind.SCHOOL: _("School"),
    Kind.PUBLIC: _("Public body"),
}
FIELDS = {
    "name": _("Name"),
    "tint": _("Colour"),
    "kind": _("Kind"),
    "legal_name": _("Legal name"),
    "street": _("Street and number"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "country": _("Country"),
    "phone": _("Phone"),
    "website": _("Website"),
    "contacts": _("Contacts"),
    "logo": _("Logo"),
}


@dataclass(frozen=True, slots=True)
class Overview:
    """What those who manage want to know first."""

    people: Counts
    teams: int
    products: int
    invitations: int
    transfers: int
    used: int
    allowed: int | None

    @property
    def share(self) -> int:
        return min(100, round(100 * self.used / self.allowed)) if self.allowed else 0


def overview_for(actor: Actor) -> Overview:
    """The counts of the actor's organization."""
    instances = live_products(actor)
    accounts = quota.accounts_of(instance.id for instance in instances)
    storage = [accounts.get((instance.id, kind), (0, None)) for instance in instances for kind in _kinds(instance)]
    unlimited = not storage or any(allowed is None for _used, allowed in storage)
    return Overview(
        people=counts_for(actor),
        teams=Team.objects.filter(organization_id=actor.organization_id).count(),
        products=len(instances),
        invitations=invitations_for(actor).count(),
        transfers=open_transfers().filter(organization_id=actor.organization_id).count(),
        used=sum(used for used, _allowed in storage),
        allowed=None if unlimited else sum(allowed or 0 for _used, allowed in storage),
    )


def live_products(actor: Actor) -> list[ProductInstance]:
    """The products of the actor's organization that are open."""
    return list(
        ProductInstance.objects.filter(organization_id=actor.organization_id, ended_at__isnull=True)
        .select_related("plan")
        .order_by("product", "name")
    )


def bytes_of(instances: Iterable[ProductInstance]) -> dict[UUID, int]:
    """What each of these products keeps."""
    asked = list(instances)
    accounts = quota.accounts_of(one.id for one in asked)
    return {one.id: sum(accounts.get((one.id, kind), (0, None))[0] for kind in _kinds(one)) for one in asked}


def _kinds(instance: ProductInstance) -> list[str]:
    return [storage.kind for one in products() if one.key == instance.product for storage in one.storage]


def logos_in_use() -> Iterator[str]:
    """The logos that organizations show."""
    shown = Organization.objects.exclude(logo_digest="").filter(deleted_at__isnull=True)
    yield from shown.values_list("logo_digest", flat=True).iterator()


def logo_of(organization_id: UUID, digest: str) -> str:
    """The digest when it is that organization's logo; a logo of before, or another's, is absent."""
    if not Organization.objects.filter(id=organization_id, logo_digest=digest, deleted_at__isnull=True).exists():
        raise NotFound("not_found")
    return digest


def managers_of(organization_id: UUID) -> list[Person]:
    """Those who are written to about the organization itself."""
    able = Membership.objects.filter(
        organization_id=organization_id,
        role__in=MANAGERS,
        blocked_at__isnull=True,
        removed_at__isnull=True,
        person__is_active=True,
    )
    return [membership.person for membership in able.select_related("person")]


def organization_by_id(organization_id: UUID) -> Organization | None:
    """An organization for a letter about it."""
    return Organization.objects.filter(id=organization_id).first()
