# SPDX-License-Identifier: AGPL-3.0-or-later
"""People from outside are invited to an address, and members attach one they hold a device password of."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.devices import make_device_password, revoke_device_password
from mazot.products.mail.actions.doors import Opened, open_address
from mazot.products.mail.actions.inviting import attach_address, invite_to_address, let_joined_in, withdraw_invited
from mazot.products.mail.jobs import hear_joined
from mazot.products.mail.models import Address, DevicePassword, Invited, Service, Sharing
from mazot.products.mail.queries.mailboxes import stores_for
from mazot.products.mail.rules.rights import AddressRight
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Invitation, Membership, Person
from tests.cast import Cast

SignedIn = Callable[..., Client]
GUEST = "guest@far.example"


def joined(cast: Cast, login: str = GUEST) -> Membership:
    """Whoever got the letter has come."""
    person = Person.objects.create(login=login, given_name="Guest", family_name="Far")
    Invitation.objects.filter(address=login).update(accepted_at=clock.now(), accepted_by=person)
    return Membership.objects.create(organization=cast.mimosa, person=person, role="external")


def heard(member: Membership) -> None:
    class Told:
        details = {"membership_id": str(member.id)}

    hear_joined(Told())  # type: ignore[arg-type]


def opened(address: Address, secret: str) -> Opened:
    return open_address(str(address), secret, via="web", program="web", from_address="192.0.2.1")


def test_who_is_invited_finds_the_address_once_they_have_joined(cast: Cast, address: Address) -> None:
    Service.objects.update(default_rights=int(AddressRight.SEND))
    invite_to_address(cast.olive, address, login=" Guest@Far.example ")
    assert Invitation.objects.get(address=GUEST).role == "external"
    member = joined(cast)
    heard(member)
    sharing = Sharing.objects.get(address=address, person=member.person)
    assert (sharing.rights, sharing.is_keeper) == (AddressRight.SEND, False)
    assert not Invited.objects.exists()
    heard(member)  # told twice
    assert Sharing.objects.filter(person=member.person).count() == 1


def test_somebody_with_a_letter_gets_no_second_one_and_keeps_their_role(cast: Cast, address: Address) -> None:
    other = an_address(Service.objects.get(), "choir")
    invite_to_address(cast.olive, address, login=GUEST)
    Invitation.objects.update(role="collaborator")
    invite_to_address(cast.olive, other, login=GUEST)
    assert Invitation.objects.get().role == "collaborator"
    member = joined(cast)
    heard(member)
    assert set(Sharing.objects.filter(person=member.person).values_list("address_id", flat=True)) == {
        address.id,
        other.id,
    }


def test_who_was_not_invited_or_too_long_ago_finds_nothing(cast: Cast, address: Address) -> None:
    invite_to_address(cast.olive, address, login=GUEST)
    Invited.objects.update(invited_at=clock.now() - timedelta(days=31))
    member = joined(cast)
    heard(member)
    system = Actor.system(cast.mimosa.id, because="a test")
    assert let_joined_in(system, member, {"somebody@else.example"}) == 0
    assert not Sharing.objects.filter(person=member.person).exists()


def test_members_logins_and_addresses_without_mail_are_refused(cast: Cast, address: Address) -> None:
    with pytest.raises(Conflict, match="member"):
        invite_to_address(cast.olive, address, login=cast.people.adam.login)
    login = an_address(a_service(cast.mimosa, "people.example"), "malik")
    with pytest.raises(Refused, match="is_login"):
        invite_to_address(cast.olive, login, login=GUEST)
    Address.objects.filter(id=address.id).update(kind="redirect")
    with pytest.raises(Refused, match="no_mailbox"):
        invite_to_address(cast.olive, address, login=GUEST)
    assert not Invited.objects.exists()
    assert not Invitation.objects.exists()


def test_only_managers_invite_and_to_otto_there_is_nothing(cast: Cast, address: Address) -> None:
    invited = invite_to_address(cast.olive, address, login=GUEST)
    for deed in (
        lambda actor: invite_to_address(actor, address, login="x@far.example"),
        lambda actor: withdraw_invited(actor, invited),
    ):
        with pytest.raises(NotAllowed):
            deed(cast.malik)
        with pytest.raises(NotFound):
            deed(cast.otto)
    withdraw_invited(cast.olive, invited)
    with pytest.raises(NotFound):
        withdraw_invited(cast.olive, invited)


def test_a_device_password_attaches_an_address_with_no_more_rights_than_its_owner(cast: Cast, address: Address) -> None:
    Service.objects.update(default_rights=int(AddressRight.SEND | AddressRight.RULES))
    choir = an_address(Service.objects.get(), "choir")
    share(choir, cast.people.malik, int(AddressRight.DEVICES | AddressRight.SEND))
    _device, secret = make_device_password(cast.malik, choir, name="Office")
    made = attach_address(cast.adam, opened(choir, secret))
    assert (made.rights, made.is_keeper) == (int(AddressRight.SEND), False)
    assert [store.address for store in stores_for(cast.adam)] == [choir]
    assert FactRow.objects.get(kind="mail.AddressShared").details["person_id"] == str(cast.people.adam.id)
    with pytest.raises(Conflict, match="there"):
        attach_address(cast.adam, opened(choir, secret))
    with pytest.raises(NotFound):
        attach_address(cast.otto, opened(choir, secret))


def test_nobody_attaches_what_somebody_else_signs_in_with(cast: Cast) -> None:
    login = an_address(a_service(cast.mimosa, "people.example"), "malik")
    share(login, cast.people.malik, is_keeper=True)
    _device, secret = make_device_password(cast.malik, login, name="Office")
    with pytest.raises(Refused, match="is_login"):
        attach_address(cast.adam, opened(login, secret))


def test_outsiders_are_invited_and_addresses_attached_from_their_pages(
    cast: Cast, address: Address, signed_in: SignedIn
) -> None:
    browser, page = signed_in(cast.olive), f"/mail/addresses/{address.id}/"
    member = browser.post(f"{page}people/invite", {"login": cast.people.adam.login})
    assert member.status_code == 422
    assert browser.post(f"{page}people/invite", {"login": GUEST})["Location"] == page
    assert GUEST in browser.get(page).content.decode()
    assert browser.post(f"{page}people/invited/{Invited.objects.get().id}").status_code == 302
    assert "people/invited/" not in browser.get(page).content.decode()
    device, secret = make_device_password(cast.malik, address, name="Office")
    adam = signed_in(cast.adam)
    wrong = adam.post("/mail/attach", {"address": str(address), "password": "abcd1234-nothing"})
    assert (wrong.status_code, "is not opened by this password" in wrong.content.decode()) == (422, True)
    assert secret not in wrong.content.decode()
    made = adam.post("/mail/attach", {"address": str(address), "password": secret})
    assert made["Location"] == page
    assert str(address) in adam.get("/mail/").content.decode()
    revoke_device_password(cast.malik, DevicePassword.objects.get(id=device.id))
    assert signed_in(cast.otto).post("/mail/attach", {"address": str(address), "password": secret}).status_code == 422
