# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a leaver's devices and sharings become."""

import pytest

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.products.mail.actions.leaving import forget_devices, keep_devices_shut, let_devices_in
from mazot.products.mail.models import Address, DevicePassword, Sharing
from mazot.tenancy.models import Membership
from tests.cast import Cast

ENDING = {"key": "mail.devices", "choice": {}, "record": {}}


@pytest.fixture
def membership(cast: Cast, address: Address) -> Membership:
    DevicePassword.objects.create(
        address=address, person=cast.people.malik, name="Phone", prefix="abcd1234", digest="0", created_at=clock.now()
    )
    return Membership.objects.get(id=cast.malik.membership_id)


def test_devices_wait_for_whoever_comes_back(cast: Cast, membership: Membership) -> None:
    record = keep_devices_shut(cast.adam, membership, **ENDING)
    let_devices_in(cast.adam, membership, **ENDING | {"record": record})
    assert DevicePassword.objects.count() == 1
    assert Sharing.objects.filter(person=cast.people.malik).exists()


def test_devices_and_sharings_of_a_leaver_are_erased_for_good_and_others_stay(
    cast: Cast, membership: Membership
) -> None:
    forget_devices(cast.adam, membership, **ENDING)
    forget_devices(cast.adam, membership, **ENDING)
    assert not DevicePassword.objects.exists()
    assert [sharing.person for sharing in Sharing.objects.all()] == [cast.people.gaia]


@pytest.mark.parametrize("deed", [keep_devices_shut, let_devices_in, forget_devices])
def test_to_otto_nobody_of_mimosa_leaves(cast: Cast, membership: Membership, deed) -> None:
    with pytest.raises(NotFound):
        deed(cast.otto, membership, **ENDING)
    assert DevicePassword.objects.count() == 1
