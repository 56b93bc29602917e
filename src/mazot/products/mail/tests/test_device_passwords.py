# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.devices import (
    make_device_password,
    revoke_device_password,
    revoke_every_device_password,
)
from mazot.products.mail.models import Address, DevicePassword, Sharing
from mazot.products.mail.rules.devices import DEVICES_OF_AN_ADDRESS
from mazot.products.mail.rules.rights import AddressRight
from tests.cast import Cast


def let(cast: Cast, name: str, rights: AddressRight) -> None:
    Sharing.objects.filter(person=getattr(cast.people, name)).update(rights=int(rights))


def test_a_password_is_shown_once_and_kept_as_a_digest(cast: Cast, address: Address) -> None:
    made, secret = make_device_password(cast.malik, address, name="  Office   printer ")
    kept = DevicePassword.objects.get()
    assert (kept.name, kept.person, kept.address, kept.id) == ("Office printer", cast.people.malik, address, made.id)
    assert len(secret.replace("-", "")) == 40
    assert secret.replace("-", "").startswith(kept.prefix)
    assert secret.replace("-", "")[8:] not in f"{kept.digest}{kept.prefix}"
    told = FactRow.objects.get(kind="mail.DevicePasswordMade")
    assert told.details == {
        "address_id": str(address.id),
        "address": "malik@mimosa.example",
        "device": "Office printer",
    }


def test_whoever_may_not_connect_devices_makes_none(cast: Cast, address: Address) -> None:
    for actor in (cast.gaia, cast.olive, cast.adam):
        with pytest.raises(NotAllowed):
            make_device_password(actor, address, name="Tablet")
    let(cast, "gaia", AddressRight.DEVICES | AddressRight.LOOK_ONLY)
    assert make_device_password(cast.gaia, address, name="Tablet")[0].person == cast.people.gaia


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "two\nlines"])
def test_a_device_needs_a_name_of_one_line(cast: Cast, address: Address, name: str) -> None:
    with pytest.raises(Invalid):
        make_device_password(cast.malik, address, name=name)


def test_there_is_an_end_to_the_devices_of_an_address(cast: Cast, address: Address) -> None:
    DevicePassword.objects.bulk_create(
        DevicePassword(
            address=address, person=cast.people.malik, name="One", prefix=f"{n:08}", digest="0", created_at=clock.now()
        )
        for n in range(DEVICES_OF_AN_ADDRESS)
    )
    with pytest.raises(Refused, match="too_many"):
        make_device_password(cast.malik, address, name="One more")


def test_an_alias_and_an_address_in_the_bin_have_no_devices(cast: Cast, address: Address) -> None:
    Address.objects.filter(id=address.id).update(kind=Address.Kind.REDIRECT)
    with pytest.raises(Refused, match="no_mailbox"):
        make_device_password(cast.malik, address, name="Tablet")
    Address.objects.filter(id=address.id).update(kind=Address.Kind.REAL, deleted_at=clock.now())
    with pytest.raises(NotFound):
        make_device_password(cast.malik, address, name="Tablet")


def test_each_ends_their_own_and_the_keeper_and_managers_everybodys(cast: Cast, address: Address) -> None:
    let(cast, "gaia", AddressRight.DEVICES)
    own = make_device_password(cast.gaia, address, name="Tablet")[0]
    keepers = make_device_password(cast.malik, address, name="Telephone")[0]
    with pytest.raises(NotAllowed):
        revoke_device_password(cast.gaia, keepers)
    assert revoke_device_password(cast.gaia, own).revoked_at
    with pytest.raises(NotFound):
        revoke_device_password(cast.gaia, own)
    assert revoke_device_password(cast.adam, keepers).revoked_at
    another = make_device_password(cast.gaia, address, name="Tablet")[0]
    assert revoke_device_password(cast.malik, another).revoked_at
    assert FactRow.objects.filter(kind="mail.DevicePasswordRevoked").count() == 3


def test_all_are_ended_at_once_as_far_as_one_may(cast: Cast, address: Address) -> None:
    let(cast, "gaia", AddressRight.DEVICES)
    for actor in (cast.gaia, cast.malik, cast.malik):
        make_device_password(actor, address, name="Some")
    live = DevicePassword.objects.filter(revoked_at__isnull=True)
    with pytest.raises(NotFound):
        revoke_every_device_password(cast.gaia, address, person_id=cast.people.malik.id)
    assert revoke_every_device_password(cast.gaia, address) == 1
    assert live.count() == 2
    assert revoke_every_device_password(cast.adam, address, person_id=cast.people.gaia.id) == 0
    assert revoke_every_device_password(cast.adam, address) == 2
    assert revoke_every_device_password(cast.adam, address) == 0
    counts = [row.details["count"] for row in FactRow.objects.filter(kind="mail.DevicePasswordsRevoked").order_by("id")]
    assert counts == [1, 2]


def test_to_otto_there_is_no_such_device(cast: Cast, address: Address) -> None:
    device = make_device_password(cast.malik, address, name="Telephone")[0]
    with pytest.raises(NotFound):
        make_device_password(cast.otto, address, name="Telephone")
    with pytest.raises(NotFound):
        revoke_device_password(cast.otto, device)
    with pytest.raises(NotFound):
        revoke_every_device_password(cast.otto, address)
    assert DevicePassword.objects.get().revoked_at is None
