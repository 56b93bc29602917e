# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable

import pytest

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.tenancy.actions.members import change_role
from mazot.tenancy.actions.products import end_product, open_product, rename_product
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Organization, ProductInstance
from tests.cast import Cast

DEEDS: list[Callable[[Actor, ProductInstance], object]] = [
    lambda actor, drive: open_product(actor, drive.organization, product="drive", name="More"),
    lambda actor, drive: rename_product(actor, drive, name="Other"),
    end_product,
]


@pytest.mark.parametrize("deed", DEEDS)
def test_who_managed_products_a_moment_ago_manages_none(
    cast: Cast, drive: ProductInstance, deed: Callable[[Actor, ProductInstance], object]
) -> None:
    before = list(ProductInstance.objects.values())
    change_role(cast.olive, Membership.objects.get(person=cast.people.adam), role="collaborator")
    with pytest.raises(NotAllowed):
        deed(cast.adam, drive)
    assert list(ProductInstance.objects.values()) == before


def test_a_deleted_organization_opens_no_product(cast: Cast) -> None:
    page = Organization.objects.get(id=cast.mimosa.id)
    Organization.objects.filter(id=page.id).update(deleted_at=page.created_at)
    with pytest.raises(NotFound):
        open_product(cast.adam, page, product="drive")
