# SPDX-License-Identifier: AGPL-3.0-or-later
"""The files of somebody who closes their account go the way of any removal: handed over, or hidden and then erased."""

from datetime import timedelta

import pytest

from mazot.foundation.clock import CLOCK
from mazot.foundation.errors import Refused
from mazot.products.drive.actions.drives import open_own_folder
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.models import Entry, Space
from mazot.products.drive.tests.conftest import blob
from mazot.tenancy.actions.closing import close_account, reopen_account
from mazot.tenancy.jobs import carry_on, finish
from mazot.tenancy.models import Leaving, Membership
from mazot.tenancy.queries.closings import partings_of, person_to_reopen, reopening_token


@pytest.fixture
def key(cast):
    return f"drive.folder:{cast.drive.id.hex}"


@pytest.fixture
def file(malik, cast):
    return put_file(malik, open_own_folder(malik, cast.drive).root, name="Score.pdf", blob=blob(b"score")).entry


def close(cast, **choices):
    place = Membership.objects.get(organization=cast.mimosa, person=cast.people.malik)
    person = close_account(cast.malik, cast.people.malik, choices={place.id: choices})
    leaving = Leaving.objects.get(membership=place, state="going")
    carry_on(leaving.id)
    leaving.refresh_from_db()
    return person, leaving


def test_files_are_handed_to_the_oldest_legal_representative(cast, olive, file, key):
    _person, leaving = close(cast)
    assert leaving.choices[key] == {"fate": "hand_over", "receiver": str(olive.membership_id)}
    file.refresh_from_db()
    assert file.space.person_id == cast.people.olive.id
    assert leaving.state == "gone"


def test_files_that_are_to_go_are_hidden_and_erased_when_the_time_is_over(cast, file, key):
    _person, leaving = close(cast, **{key: {"fate": "delete"}})
    assert Entry.objects.filter(id=file.id).exists()
    CLOCK.advance(timedelta(days=31))
    finish(leaving.id)
    leaving.refresh_from_db()
    assert leaving.state == "final"
    assert not Entry.objects.filter(id=file.id).exists()
    assert not Space.objects.filter(person=cast.people.malik).exists()


@pytest.mark.parametrize("fate", ["hand_over", "delete"])
def test_files_come_back_with_the_account(cast, file, key, fate):
    person, leaving = close(cast, **({} if fate == "hand_over" else {key: {"fate": fate}}))
    token = reopening_token(person)
    reopen_account(cast.malik, person_to_reopen(token), token=token)
    carry_on(leaving.id)
    leaving.refresh_from_db()
    file.refresh_from_db()
    assert (leaving.state, file.space.person_id) == ("back", cast.people.malik.id)


def test_nobody_picks_a_receiver_or_an_organization_folder_for_the_organization(cast, gaia, file, key):
    for choice in ({"fate": "hand_over", "receiver": str(gaia.membership_id)}, {"fate": "organization_folder"}):
        with pytest.raises(Refused):
            close(cast, **{key: choice})
    (thing,) = partings_of(cast.malik, cast.people.malik)[0].things
    assert {option.key for option in thing.options} == {"hand_over", "delete"}
    file.refresh_from_db()
    assert file.space.person_id == cast.people.malik.id
