# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from django.db import IntegrityError, transaction

from mazot.foundation.errors import OverQuota
from mazot.foundation.ids import new_id
from mazot.foundation.quota import accounts_of, charge, open_account, room_left, used_and_allowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder():
    holder = new_id()
    open_account(holder, "drive", allowed=100)
    return holder


def test_a_charge_that_fits_is_added(holder):
    charge(holder, "drive", size=60)

    assert used_and_allowed(holder, "drive") == (60, 100)
    assert room_left(holder, "drive") == 40


def test_the_accounts_of_many_are_read_at_once(holder, django_assert_num_queries):
    charge(holder, "drive", size=60)
    open_account(other := new_id(), "photos", allowed=None)

    with django_assert_num_queries(1):
        assert accounts_of([holder, other, new_id()]) == {(holder, "drive"): (60, 100), (other, "photos"): (0, None)}


def test_a_charge_that_does_not_fit_changes_nothing(holder):
    charge(holder, "drive", size=60)

    with pytest.raises(OverQuota):
        charge(holder, "drive", size=41)
    assert used_and_allowed(holder, "drive") == (60, 100)


def test_the_last_byte_fits(holder):
    charge(holder, "drive", size=100)

    assert room_left(holder, "drive") == 0


def test_giving_back_is_possible_above_the_limit(holder):
    charge(holder, "drive", size=100)
    open_account(holder, "drive", allowed=50)

    charge(holder, "drive", size=-30)
    assert used_and_allowed(holder, "drive") == (70, 50)
    assert room_left(holder, "drive") == 0


def test_an_account_without_limit_takes_all():
    holder = new_id()
    open_account(holder, "drive", allowed=None)

    charge(holder, "drive", size=10**15)
    assert room_left(holder, "drive") is None


def test_a_holder_without_an_account_gets_no_bytes():
    with pytest.raises(OverQuota):
        charge(new_id(), "drive", size=1)


def test_nobody_gives_back_more_than_was_used(holder):
    with pytest.raises(IntegrityError), transaction.atomic():
        charge(holder, "drive", size=-1)
