# SPDX-License-Identifier: AGPL-3.0-or-later
"""Making, changing, removing and restoring addresses."""

from datetime import timedelta

import pytest

from mazot.foundation.clock import Clock
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, OverQuota, Refused
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.addresses import (
    erase_address,
    make_address,
    remove_address,
    restore_address,
    set_address,
    set_address_state,
)
from mazot.products.mail.actions.bulk import make_addresses
from mazot.products.mail.jobs import empty_bin
from mazot.products.mail.models import Address, Mailbox, Service, Sharing, Store
from mazot.products.mail.rules.sheets import BadSheet, Line, read_sheet
from mazot.tenancy.models import Membership
from tests.cast import Cast


def member(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(organization=cast.mimosa, person=getattr(cast.people, name))


def test_a_real_address_comes_with_its_store_and_its_keeper(cast: Cast, service: Service) -> None:
    made = make_address(cast.adam, service, local=" Box.Office ", name="Box office", keeper=member(cast, "malik"))
    assert (str(made), made.kind, made.name) == ("box.office@mimosa.example", "real", "Box office")
    assert Mailbox.objects.filter(store=Store.objects.get(address=made), role="inbox").exists()
    sharing = Sharing.objects.get(address=made)
    assert (sharing.person, sharing.is_keeper) == (cast.people.malik, True)
    assert FactRow.objects.get(kind="mail.AddressMade").details["address"] == "box.office@mimosa.example"


@pytest.mark.parametrize("local", ["", "two words", "élodie", "a..b", "name+word", "x" * 65, "a@b"])
def test_a_name_nobody_could_write_to_is_refused(cast: Cast, service: Service, local: str) -> None:
    with pytest.raises(Invalid) as refusal:
        make_address(cast.adam, service, local=local)
    assert refusal.value.facts["field"] == "local"
    assert not Address.objects.exists()


def test_a_name_is_one_address_however_it_is_written(cast: Cast, address: Address) -> None:
    with pytest.raises(Conflict, match="taken"):
        make_address(cast.adam, address.service, local="MALIK")


def test_no_address_comes_before_the_domain_is_proved(cast: Cast, service: Service) -> None:
    Service.objects.update(proof="none")
    with pytest.raises(Refused, match="not_proved"):
        make_address(cast.adam, service, local="box")


def test_only_real_addresses_count(cast: Cast, address: Address) -> None:
    service = address.service
    Service.objects.update(max_addresses=2)
    make_address(cast.adam, service, local="box")
    with pytest.raises(OverQuota, match="no_address_left"):
        make_address(cast.adam, service, local="third")
    alias = make_address(cast.adam, service, local="m.diallo", kind="alias", target=address)
    redirect = make_address(cast.adam, service, local="choir", kind="redirect")
    assert (alias.target, alias.may_send, redirect.may_send) == (address, True, False)
    assert not Store.objects.filter(address__in=[alias, redirect]).exists()


def test_an_alias_leads_to_a_real_address_of_its_service(cast: Cast, address: Address, service: Service) -> None:
    alias = make_address(cast.adam, service, local="alias", kind="alias", target=address)
    for target in (None, alias):
        with pytest.raises(Invalid, match="no_target"):
            make_address(cast.adam, service, local="another", kind="alias", target=target)
    for kind in ("alias", "redirect"):
        with pytest.raises(Refused, match="catchall_keeps"):
            make_address(cast.adam, service, local="catchall", kind=kind, target=address)
    assert make_address(cast.adam, service, local="CatchAll").local == "catchall"


def test_fifty_addresses_a_day_are_enough(cast: Cast, service: Service, clock: Clock) -> None:
    Service.objects.update(max_addresses=1000)
    for number in range(50):
        make_address(cast.adam, service, local=f"a{number}", kind="redirect")
    with pytest.raises(Refused, match="too_many_today"):
        make_address(cast.adam, service, local="one-more")
    clock.advance(timedelta(days=1, seconds=1))
    make_address(cast.adam, service, local="one-more")


def test_a_name_a_way_to_send_and_a_state_change(cast: Cast, address: Address) -> None:
    changed = set_address(cast.adam, address, name="Malik  D.", may_send=False, keeps_copies=True)
    assert (changed.name, changed.may_send) == ("Malik D.", False)
    assert FactRow.objects.get(kind="mail.AddressChanged").details["what"] == ["name", "may_send"]
    assert set_address_state(cast.adam, address, state="maintenance").state == "maintenance"
    set_address_state(cast.adam, address, state="maintenance")
    assert FactRow.objects.filter(kind="mail.AddressStateChanged").count() == 1
    with pytest.raises(Invalid):
        set_address_state(cast.adam, address, state="asleep")
    with pytest.raises(Invalid):
        set_address(cast.adam, address, name="x" * 121)


def test_what_is_removed_waits_thirty_days_with_its_mail(cast: Cast, address: Address, clock: Clock) -> None:
    remove_address(cast.adam, address)
    with pytest.raises(NotFound):
        remove_address(cast.adam, address)
    clock.advance(timedelta(days=29))
    assert empty_bin() == 0
    back = restore_address(cast.adam, address)
    assert back.deleted_at is None
    assert Store.objects.filter(address=address).exists()
    told = FactRow.objects.filter(kind__in=["mail.AddressRemoved", "mail.AddressRestored"]).order_by("id")
    assert [row.kind for row in told] == ["mail.AddressRemoved", "mail.AddressRestored"]


def test_the_bin_empties_itself(cast: Cast, address: Address, clock: Clock) -> None:
    with pytest.raises(NotFound):
        erase_address(cast.adam, address)
    remove_address(cast.adam, address)
    clock.advance(timedelta(days=30, seconds=1))
    assert empty_bin() == 1
    assert empty_bin() == 0
    assert not Address.objects.exists()
    assert not Store.objects.exists()
    assert FactRow.objects.get(kind="mail.AddressErased").details["address"] == "malik@mimosa.example"


def test_a_name_or_a_room_that_is_taken_keeps_an_address_in_the_bin(cast: Cast, address: Address) -> None:
    Service.objects.update(max_addresses=1)
    remove_address(cast.adam, address)
    other = make_address(cast.adam, address.service, local="malik")
    with pytest.raises(Conflict, match="taken"):
        restore_address(cast.adam, address)
    Address.objects.filter(id=other.id).update(local="other")
    with pytest.raises(OverQuota, match="no_address_left"):
        restore_address(cast.adam, address)


# Many at once


def test_a_table_makes_every_address_or_none(cast: Cast, address: Address, service: Service) -> None:
    Service.objects.update(max_addresses=4)
    lines = [Line(2, "one", "One", cast.people.malik.login), Line(3, "two"), Line(4, "malik"), Line(5, "x y")]
    done, outcomes = make_addresses(cast.adam, service, lines=lines, is_rehearsal=False)
    assert not done
    assert [bool(outcome.fault) for outcome in outcomes] == [False, False, True, True]
    assert Address.objects.count() == 1
    assert make_addresses(cast.adam, service, lines=lines[:2], is_rehearsal=True)[0] is False
    assert Address.objects.count() == 1
    assert make_addresses(cast.adam, service, lines=lines[:2], is_rehearsal=False)[0] is True
    assert sorted(Address.objects.values_list("local", flat=True)) == ["malik", "one", "two"]
    assert Sharing.objects.get(address__local="one").person == cast.people.malik
    assert FactRow.objects.filter(kind="mail.AddressMade").count() == 2


def test_a_table_says_of_each_line_why_it_cannot_be(cast: Cast, service: Service) -> None:
    Service.objects.update(max_addresses=1)
    lines = [Line(1, "a@rival.example"), Line(2, "b", keeper="otto@people.example"), Line(3, "one"), Line(4, "two")]
    _done, outcomes = make_addresses(cast.adam, service, lines=lines, is_rehearsal=True)
    assert "another domain" in outcomes[0].fault
    assert "otto@people.example" in outcomes[1].fault
    assert not outcomes[2].fault
    assert "in use" in outcomes[3].fault


@pytest.mark.parametrize(
    "content",
    [
        b"address,name,login\nbox,Box office,malik@people.example\n\nchoir,,\n",
        "\ufeffAdresse;Nom;Login\r\nbox;Box office;malik@people.example\r\nchoir\r\n".encode(),
        b"box\tBox office\tmalik@people.example\r\nchoir\t\t",
    ],
)
def test_a_table_is_read_as_programs_write_it(content: bytes) -> None:
    lines = read_sheet(content)
    assert [(line.local, line.name, line.keeper) for line in lines] == [
        ("box", "Box office", "malik@people.example"),
        ("choir", "", ""),
    ]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"address,name\n", "empty"),
        (b"a\0b", "not_text"),
        (b"a\n" * 501, "too_long"),
        (b"a" * 200_001, "too_large"),
        (b'"' + b"a" * 140_000, "not_a_table"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, word: str) -> None:
    with pytest.raises(BadSheet, match=word):
        read_sheet(content)


def test_only_managers_set_addresses_up_and_to_otto_there_are_none(cast: Cast, address: Address) -> None:
    service = address.service
    deeds = [
        lambda actor: make_address(actor, service, local="box"),
        lambda actor: make_addresses(actor, service, lines=[Line(1, "box")], is_rehearsal=True),
        lambda actor: set_address(actor, address, name="Box"),
        lambda actor: set_address_state(actor, address, state="blocked"),
        lambda actor: remove_address(actor, address),
        lambda actor: restore_address(actor, address),
        lambda actor: erase_address(actor, address),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed(cast.malik)
        with pytest.raises(NotFound):
            deed(cast.otto)
    assert Address.objects.get() == address
