# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a leaver's devices and sharings become."""

import pytest

from mazot.foundation import clock
from mazot.foundation.errors import NotFound, Refused
from mazot.products.mail.actions.leaving import (
    bring_address_back,
    forget_devices,
    hand_over_address,
    keep_devices_shut,
    leave_address_as_it_is,
    let_devices_in,
)
from mazot.products.mail.models import Address, DevicePassword, Sharing
from mazot.products.mail.queries.leaving import ask_about_addresses
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


@pytest.mark.parametrize(
    "deed",
    [
        keep_devices_shut,
        let_devices_in,
        forget_devices,
        hand_over_address,
        bring_address_back,
        leave_address_as_it_is,
    ],
)
def test_to_otto_nobody_of_mimosa_leaves(cast: Cast, membership: Membership, deed) -> None:
    with pytest.raises(NotFound):
        deed(cast.otto, membership, **ENDING)
    assert DevicePassword.objects.count() == 1


# Addresses that only the leaver keeps


def record_of(cast: Cast, membership: Membership, address: Address, fate: str, **picked: str) -> tuple[dict, dict]:
    ending = {"key": f"mail.address:{address.id.hex}", "choice": {"fate": fate, **picked}}
    return ending, hand_over_address(cast.adam, membership, **ending, record={})


def test_an_address_that_the_leaver_keeps_alone_is_asked_about(cast: Cast, membership: Membership) -> None:
    questions = ask_about_addresses(cast.adam, membership)
    assert [question.title for question in questions] == ["malik@mimosa.example"]
    Sharing.objects.filter(person=cast.people.gaia).update(is_keeper=True)
    assert ask_about_addresses(cast.adam, membership) == []


def test_an_address_goes_to_somebody_else_and_comes_back(cast: Cast, membership: Membership, address: Address) -> None:
    receiver = str(cast.adam.membership_id)
    ending, record = record_of(cast, membership, address, "hand_over", receiver=receiver)
    assert Sharing.objects.get(address=address, person=cast.people.adam).is_keeper
    assert hand_over_address(cast.adam, membership, **ending, record=record) == record
    bring_address_back(cast.adam, membership, **ending, record=record)
    assert not Sharing.objects.filter(address=address, person=cast.people.adam).exists()
    leave_address_as_it_is(cast.adam, membership, **ending, record=record)


def test_somebody_who_reads_it_already_keeps_it_meanwhile(cast: Cast, membership: Membership, address: Address) -> None:
    ending, record = record_of(cast, membership, address, "hand_over", receiver=str(cast.gaia.membership_id))
    assert Sharing.objects.get(person=cast.people.gaia).is_keeper
    bring_address_back(cast.adam, membership, **ending, record=record)
    assert not Sharing.objects.get(person=cast.people.gaia).is_keeper


def test_a_deleted_address_waits_in_the_bin(cast: Cast, membership: Membership, address: Address) -> None:
    ending, record = record_of(cast, membership, address, "delete")
    address.refresh_from_db()
    assert address.deleted_at
    bring_address_back(cast.adam, membership, **ending, record=record)
    address.refresh_from_db()
    assert address.deleted_at is None


def test_an_address_left_to_the_managers_stays_as_it_is(cast: Cast, membership: Membership, address: Address) -> None:
    assert record_of(cast, membership, address, "keep")[1] == {}
    address.refresh_from_db()
    assert address.deleted_at is None


def test_a_receiver_belongs_to_the_organization(cast: Cast, membership: Membership, address: Address) -> None:
    for wrong in (str(cast.otto.membership_id), str(membership.id), "", "x"):
        with pytest.raises(Refused, match="wrong_receiver"):
            record_of(cast, membership, address, "hand_over", receiver=wrong)
