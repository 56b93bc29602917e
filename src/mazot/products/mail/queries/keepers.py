# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whom an address is written about: its keepers, or whoever may change its mail where it has none."""

from uuid import UUID

from mazot.products.mail.models import Sharing
from mazot.products.mail.rules.rights import AddressRight
from mazot.tenancy.models import Membership, Person


def keepers_of(address_id: UUID) -> list[Person]:
    """Those who still belong to the organization."""
    sharings = Sharing.objects.filter(address_id=address_id, address__deleted_at__isnull=True)
    shared = list(sharings.select_related("person").order_by("created_at", "id"))
    keepers = [one for one in shared if one.is_keeper]
    chosen = keepers or [one for one in shared if not one.rights & AddressRight.LOOK_ONLY]
    belonging = Membership.objects.filter(
        organization_id__in={one.organization_id for one in chosen},
        person_id__in={one.person_id for one in chosen},
        removed_at__isnull=True,
    )
    let_in = set(belonging.values_list("organization_id", "person_id"))
    return [one.person for one in chosen if (one.organization_id, one.person_id) in let_in]
