# SPDX-License-Identifier: AGPL-3.0-or-later
"""What opens an address, and what does not although it is called the same."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from mazot.foundation.clock import Clock
from mazot.foundation.errors import InMaintenance, SignInRefused, TooMany
from mazot.products.mail.actions.addresses import set_address_state
from mazot.products.mail.actions.devices import make_device_password, revoke_device_password
from mazot.products.mail.actions.domains import set_service
from mazot.products.mail.actions.doors import Opened, closed_by, is_still_open, open_address
from mazot.products.mail.models import Address, DevicePassword, Service, Sharing, Store
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.logins import admit_basic
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.models import LoginEvent, Membership, Pace, ProductInstance
from tests.cast import Cast

PASSWORD = "seven herons on the quay"
LOGIN = "malik@mimosa.example"
Knock = Callable[..., Opened]


def knock(secret: str, login: str = LOGIN, via: str = "imap", address: str = "192.0.2.1") -> Opened:
    return open_address(login, secret, via=via, program="mutt", from_address=address)


def reason_of(secret: str, **details: str) -> str:
    with pytest.raises(SignInRefused) as refusal:
        knock(secret, **details)
    return refusal.value.reason


@pytest.fixture
def secret(cast: Cast, address: Address) -> str:
    return make_device_password(cast.malik, address, name="Telephone")[1]


@pytest.mark.parametrize("login", [LOGIN, "Malik@MIMOSA.example", " malik@mimosa.example. "])
def test_a_device_password_opens_its_address_as_its_person(
    cast: Cast, address: Address, secret: str, login: str
) -> None:
    opened = knock(secret, login)
    assert (opened.address, opened.store) == (address, Store.objects.get(address=address))
    assert (opened.actor.person_id, opened.actor.organization_id) == (cast.people.malik.id, cast.mimosa.id)
    assert (opened.actor.via, opened.actor.address, opened.actor.scopes) == ("imap", "192.0.2.1", {"mail"})
    assert is_still_open(opened)
    device = DevicePassword.objects.get()
    assert (device.last_used_from, device.last_used_by, device.id) == ("192.0.2.1", "mutt", opened.device_id)
    assert not LoginEvent.objects.exists()


def test_a_use_is_noted_once_a_minute_and_for_each_new_place(secret: str, address: Address, clock: Clock) -> None:
    knock(secret)
    first = DevicePassword.objects.get().last_used_at
    clock.advance(timedelta(seconds=30))
    knock(secret)
    assert DevicePassword.objects.get().last_used_at == first
    knock(secret, address="192.0.2.2")
    assert DevicePassword.objects.get().last_used_from == "192.0.2.2"
    clock.advance(timedelta(seconds=61))
    knock(secret, address="192.0.2.2")
    assert DevicePassword.objects.get().last_used_at > first


# Mission AC2: where the login identifier and the address are the same string, neither password opens the other's doors.


@pytest.fixture
def namesake(cast: Cast) -> Address:
    """An address that is called exactly as its person's account."""
    malik = cast.people.malik
    malik.set_password(PASSWORD)
    malik.save(update_fields=["password"])
    made = an_address(a_service(cast.mimosa, "people.example"), "malik")
    share(made, malik, is_keeper=True)
    return made


def test_the_password_of_an_account_does_not_open_the_address_of_the_same_name(cast: Cast, namesake: Address) -> None:
    assert str(namesake) == cast.people.malik.login
    assert reason_of(PASSWORD, login=cast.people.malik.login) == "wrong_password"


def test_the_password_of_a_device_does_not_open_the_account_of_the_same_name(cast: Cast, namesake: Address) -> None:
    login, secret = cast.people.malik.login, make_device_password(cast.malik, namesake, name="Telephone")[1]
    client = Client()
    client.post("/login", {"login": login, "password": secret})
    assert client.get("/account/profile").status_code == 302
    client.post("/login", {"login": login, "password": PASSWORD})
    assert client.get("/account/profile").status_code == 200


def test_the_password_of_a_device_does_not_open_dav(cast: Cast, namesake: Address) -> None:
    login, secret = cast.people.malik.login, make_device_password(cast.malik, namesake, name="Telephone")[1]
    drive = ProductInstance.objects.get(organization=cast.mimosa, product="drive")
    where = {"product": "drive", "instance_id": drive.id, "address": "192.0.2.1"}
    with pytest.raises(SignInRefused):
        admit_basic(login, secret, **where)
    assert admit_basic(login, PASSWORD, **where).actor.person_id == cast.people.malik.id


def test_a_change_of_one_password_leaves_the_other(cast: Cast, namesake: Address) -> None:
    malik = cast.people.malik
    device, secret = make_device_password(cast.malik, namesake, name="Telephone")
    malik.set_password("another heron on the quay")
    malik.save(update_fields=["password"])
    assert knock(secret, malik.login).address == namesake
    revoke_device_password(cast.malik, device)
    client = Client()
    client.post("/login", {"login": malik.login, "password": "another heron on the quay"})
    assert client.get("/account/profile").status_code == 200


# What ends a device, each for its own reason in the person's history.


def test_a_revoked_device_opens_nothing_from_that_moment_on(cast: Cast, address: Address, secret: str) -> None:
    opened = knock(secret)
    revoke_device_password(cast.malik, DevicePassword.objects.get())
    assert not is_still_open(opened)
    assert reason_of(secret) == "revoked"
    event = LoginEvent.objects.get()
    assert (event.person, event.via, event.reason, event.login) == (cast.people.malik, "imap", "revoked", LOGIN)


def test_the_device_of_one_address_opens_no_other(cast: Cast, address: Address, secret: str) -> None:
    other = an_address(address.service, "box")
    share(other, cast.people.malik, is_keeper=True)
    assert reason_of(secret, login="box@mimosa.example") == "wrong_login"
    assert reason_of(secret, login="malik") == "wrong_login"


def blocked(cast: Cast, address: Address) -> None:
    block_member(cast.olive, Membership.objects.get(id=cast.malik.membership_id))


def gone(cast: Cast, address: Address) -> None:
    start_leaving(cast.olive, Membership.objects.get(id=cast.malik.membership_id))


def not_shared_any_more(cast: Cast, address: Address) -> None:
    Sharing.objects.filter(address=address, person=cast.people.malik).delete()


def change(**fields: object) -> Callable[[Cast, Address], None]:
    return lambda _cast, address: Address.objects.filter(id=address.id).update(**fields) and None


def without_service(cast: Cast, address: Address) -> None:
    ProductInstance.objects.filter(id=address.instance_id).update(ended_at=address.created_at)


WHEN = "2026-11-01T00:00:00Z"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (blocked, "blocked"),
        (gone, "blocked"),
        (not_shared_any_more, "not_shared"),
        (change(state="blocked"), "address_blocked"),
        (change(deleted_at=WHEN), "address_removed"),
        (without_service, "address_removed"),
    ],
    ids=["blocked", "gone", "not shared", "address blocked", "removed", "service ended"],
)
def test_what_ends_an_address_for_a_person_ends_their_devices(
    cast: Cast, address: Address, secret: str, event: Callable[[Cast, Address], None], reason: str
) -> None:
    opened = knock(secret)
    event(cast, address)
    assert not is_still_open(opened)
    assert reason_of(secret, via="sieve") == reason
    told = LoginEvent.objects.get()
    assert (told.person, told.via, told.reason, told.succeeded) == (cast.people.malik, "sieve", reason, False)


@pytest.mark.parametrize("whole", [False, True], ids=["the address", "its service"])
def test_maintenance_is_told_to_those_alone_who_know_the_password(
    cast: Cast, address: Address, secret: str, *, whole: bool
) -> None:
    opened = knock(secret)
    if whole:
        set_service(cast.adam, address.service, is_in_maintenance=True)
    else:
        set_address_state(cast.adam, address, state="maintenance")
    assert closed_by(opened) == "maintenance"
    for via in ("imap", "smtp", "sieve"):
        with pytest.raises(InMaintenance, match="maintenance"):
            knock(secret, via=via)
    assert reason_of("guess") == "wrong_password"
    assert reason_of(secret, login="box@mimosa.example") == "wrong_login"
    told = LoginEvent.objects.filter(reason="maintenance").first()
    assert (told.person, told.succeeded) == (cast.people.malik, False)
    Sharing.objects.filter(address=address, person=cast.people.malik).delete()
    assert reason_of(secret) == "not_shared"


def test_nobody_is_kept_out_of_the_other_services(cast: Cast, address: Address, secret: str) -> None:
    other = an_address(a_service(cast.mimosa, "people.example"), "malik")
    set_service(cast.adam, other.service, is_in_maintenance=True)
    assert knock(secret).address == address
    set_service(cast.adam, address.service, is_in_maintenance=True)
    set_service(cast.adam, address.service, is_in_maintenance=False)
    assert knock(secret).address == address


def test_a_device_of_somebody_who_may_not_send_reads_only(cast: Cast, address: Address) -> None:
    Sharing.objects.filter(person=cast.people.gaia).update(rights=1)
    secret = make_device_password(cast.gaia, address, name="Tablet")[1]
    assert knock(secret).actor.person_id == cast.people.gaia.id
    assert reason_of(secret, via="smtp") == "may_not_send"
    Sharing.objects.filter(person=cast.people.gaia).update(rights=1 | 2048)
    assert knock(secret, via="smtp").actor.via == "smtp"
    Address.objects.filter(id=address.id).update(may_send=False)
    assert reason_of(secret, via="smtp") == "may_not_send"


# Waiting


def test_guesses_make_the_next_one_wait_and_never_lock_the_right_device_out(
    cast: Cast, address: Address, secret: str
) -> None:
    for guess in range(5):
        assert reason_of(f"guess {guess}") == "wrong_password"
    with pytest.raises(TooMany) as refusal:
        knock("guess 6")
    assert refusal.value.facts["wait"] >= 1
    assert knock(secret).address == address
    assert reason_of("guess 8", address="192.0.2.77") == "wrong_password"


def test_the_same_old_password_again_and_again_is_one_guess(address: Address) -> None:
    for _again in range(12):
        assert reason_of("what I used last year") == "wrong_password"


def test_guesses_at_mail_do_not_slow_the_door_of_the_account(cast: Cast, namesake: Address) -> None:
    login = cast.people.malik.login
    for guess in range(7):
        with pytest.raises((SignInRefused, TooMany)):
            knock(f"guess {guess}", login)
    client = Client(REMOTE_ADDR="192.0.2.1")
    client.post("/login", {"login": login, "password": PASSWORD})
    assert client.get("/account/profile").status_code == 200


def test_a_wrong_password_is_in_the_history_of_the_only_keeper(cast: Cast, address: Address) -> None:
    assert reason_of("guess") == "wrong_password"
    assert LoginEvent.objects.get().person == cast.people.malik
    LoginEvent.objects.all().delete()
    Pace.objects.all().delete()
    share(address, cast.people.adam, is_keeper=True)
    assert reason_of("another") == "wrong_password"
    assert LoginEvent.objects.get().person is None


@pytest.mark.parametrize("login", ["", "@", "malik", "nobody@mimosa.example", "x" * 5000, "\x00@\ud800.example"])
def test_any_login_at_all_is_answered_alike(address: Address, login: str) -> None:
    assert reason_of("guess", login=login) == "wrong_password"


@pytest.mark.parametrize("typed", ["", "-", "0" * 40, "x" * 100_000, "\x00", "ünïcödé", "\ud800"])
def test_any_password_at_all_is_answered_alike(address: Address, typed: str) -> None:
    assert reason_of(typed) == "wrong_password"


def test_a_service_that_nobody_proved_tells_no_history(cast: Cast, address: Address) -> None:
    Service.objects.update(proof="none")
    assert reason_of("guess") == "wrong_password"
    assert LoginEvent.objects.get().person is None
