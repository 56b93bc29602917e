# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from django.db import OperationalError, connection

from mazot.foundation.errors import Busy, NoSpace
from mazot.foundation.ids import new_id
from mazot.foundation.models import Account
from mazot.foundation.transactions import one_transaction, until_written


def fill_the_disk() -> None:
    """Let SQLite believe that its disk ends here."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")


def give_room() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA max_page_count = 1073741823")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can be told where its disk ends")
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_as_such_and_keeps_nothing():
    fill_the_disk()
    try:
        with pytest.raises(NoSpace), one_transaction():
            for _number in range(5000):
                Account(holder_id=new_id(), kind="x" * 40).save(force_insert=True)
    finally:
        give_room()

    assert not Account.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "state", "meant"),
    [
        ("database or disk is full", "", NoSpace),
        ("could not extend file: No space left on device", "53100", NoSpace),
        ("database is locked", "", Busy),
        ("deadlock detected", "40P01", Busy),
        ("disk I/O error", "", Busy),
        ("could not read block", "58030", Busy),
        ("no such table: nowhere", "", OperationalError),
    ],
)
def test_what_the_database_says_becomes_a_word_of_the_house(said, state, meant):
    cause = Exception()
    cause.sqlstate = state
    error = OperationalError(said)
    error.__cause__ = cause

    with pytest.raises(meant), one_transaction():
        raise error


def test_what_has_to_be_noted_is_tried_until_there_is_room():
    tries = iter((NoSpace("no_space"), Busy("busy"), None))

    def note() -> str:
        if error := next(tries):
            raise error
        return "noted"

    assert until_written(note, within=5, pause=0.01) == "noted"


def test_what_finds_no_room_for_too_long_is_given_up():
    def note() -> None:
        raise NoSpace("no_space")

    with pytest.raises(NoSpace):
        until_written(note, within=0.05, pause=0.01)
