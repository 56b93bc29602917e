# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.devices import make_device_password
from mazot.products.mail.actions.sharings import end_sharing, set_sharing, share_address
from mazot.products.mail.models import Address, DevicePassword, Service, Sharing
from mazot.products.mail.queries.mailboxes import stores_for
from mazot.products.mail.rules.rights import EVERYTHING, AddressRight
from mazot.products.mail.tests.furnishing import a_service, an_address
from mazot.tenancy.models import Membership
from tests.cast import Cast


def member(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(person=getattr(cast.people, name), organization__in=[cast.mimosa, cast.rival])


def test_a_member_comes_in_with_the_usual_rights(cast: Cast, address: Address) -> None:
    Service.objects.update(default_rights=int(AddressRight.SEND | AddressRight.RULES))
    assert stores_for(cast.adam) == []
    made = share_address(cast.olive, address, member=member(cast, "adam"))
    assert (made.rights, made.is_keeper) == (2048 | 256, False)
    assert len(stores_for(cast.adam)) == 1
    told = FactRow.objects.get(kind="mail.AddressShared").details
    assert told["person_id"] == str(cast.people.adam.id)
    with pytest.raises(Conflict, match="there"):
        share_address(cast.olive, address, member=member(cast, "adam"))


def test_strangers_and_leavers_come_into_no_address(cast: Cast, address: Address) -> None:
    for name in ("otto", "basil"):
        with pytest.raises(Invalid, match="no_member"):
            share_address(cast.olive, address, member=member(cast, name))


def test_an_address_that_somebody_signs_in_with_is_theirs_alone(cast: Cast) -> None:
    address = an_address(a_service(cast.mimosa, "people.example"), "malik")
    with pytest.raises(Refused, match="is_login"):
        share_address(cast.olive, address, member=member(cast, "gaia"))
    assert share_address(cast.olive, address, member=member(cast, "malik"), is_keeper=True).is_keeper


def test_an_alias_has_no_people(cast: Cast, address: Address) -> None:
    Address.objects.filter(id=address.id).update(kind="redirect")
    with pytest.raises(Refused, match="no_mailbox"):
        share_address(cast.olive, address, member=member(cast, "adam"))


@pytest.mark.parametrize("right", list(AddressRight))
def test_each_switch_is_set_by_itself(cast: Cast, address: Address, right: AddressRight) -> None:
    sharing = Sharing.objects.get(person=cast.people.gaia)
    everything = int(EVERYTHING | AddressRight.LOOK_ONLY)
    assert set_sharing(cast.olive, sharing, rights=everything & ~right).rights == everything - right
    assert set_sharing(cast.olive, sharing, rights=everything).rights == everything
    assert FactRow.objects.filter(kind="mail.SharingChanged").count() == 2


@pytest.mark.parametrize("rights", [-1, 8192])
def test_there_are_twelve_switches_and_no_other(cast: Cast, address: Address, rights: int) -> None:
    with pytest.raises(Invalid):
        set_sharing(cast.olive, Sharing.objects.get(person=cast.people.gaia), rights=rights)


def test_whoever_loses_an_address_loses_their_devices_at_it(cast: Cast, address: Address) -> None:
    sharing = Sharing.objects.get(person=cast.people.malik)
    make_device_password(cast.malik, address, name="Telephone")
    end_sharing(cast.olive, sharing)
    assert DevicePassword.objects.get().revoked_at
    assert stores_for(cast.malik) == []
    assert FactRow.objects.get(kind="mail.SharingEnded").details["address"] == "malik@mimosa.example"
    with pytest.raises(NotFound):
        end_sharing(cast.olive, sharing)


def test_only_managers_share_and_to_otto_there_is_nothing(cast: Cast, address: Address) -> None:
    sharing = Sharing.objects.get(person=cast.people.gaia)
    for deed in (
        lambda actor: share_address(actor, address, member=member(cast, "adam")),
        lambda actor: set_sharing(actor, sharing, is_keeper=True),
        lambda actor: end_sharing(actor, sharing),
    ):
        with pytest.raises(NotAllowed):
            deed(cast.malik)
        with pytest.raises(NotFound):
            deed(cast.otto)
