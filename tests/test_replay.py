# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cast that each test gets is the cast that the house's own actions make."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from mazot.foundation.clock import CLOCK, now
from mazot.tenancy.models import Leaving, Organization, Person, ProductInstance
from mazot.tenancy.queries.actors import actor_for_person
from tests.cast import NAMES, assemble
from tests.replay import WRITTEN_ID, Recording, Rows, everything

pytestmark = pytest.mark.django_db
NO_PASSWORD = re.compile(r"^![A-Za-z0-9]{40}$")


def told(rows: Rows) -> dict[str, list[str]]:
    """The rows with identifiers by their order and moments to the day, so that two makings can be compared."""
    found = {UUID(written) for written in WRITTEN_ID.findall(repr(rows))}
    numbers = {each: number for number, each in enumerate(sorted(found, key=lambda each: each.int))}

    def plain(cell: Any) -> str:
        if isinstance(cell, datetime):
            return f"in {round((cell.replace(tzinfo=None) - now().replace(tzinfo=None)) / timedelta(days=1))} days"
        text = NO_PASSWORD.sub("no password", str(cell))
        return WRITTEN_ID.sub(lambda each: f"id {numbers[UUID(each[0])]}", text)

    counted = {"foundation_account": 1}  # the first columns that the database counts up by itself, never twice the same
    return {
        table: sorted(str([plain(cell) for cell in row[counted.get(table, 0) :]]) for row in kept)
        for table, kept in rows.items()
        if kept and table.partition("_")[0] in ("foundation", "tenancy", "drive", "account", "manager", "tickets")
    }


def test_the_cast_played_again_is_the_cast_made_by_the_actions() -> None:
    recording = Recording(assemble)
    assert not Organization.objects.exists(), "recording leaves nothing"
    with transaction.atomic():
        assemble()
        made = told(everything())
        transaction.set_rollback(True)
    recording.play()
    assert told(everything()) == made
    assert len(made["tenancy_membership"]) == 6


def test_it_comes_with_new_identifiers_and_with_the_moments_of_now() -> None:
    recording = Recording(assemble)
    with transaction.atomic():
        first = recording.play()
        transaction.set_rollback(True)
    CLOCK.advance(timedelta(days=40))
    again = recording.play()
    kept = Organization.objects.get(id=again.mimosa.id)
    assert again.mimosa.id > first.otto.id > first.mimosa.id, "in the order of their making"
    assert again.malik.id != first.malik.id, "what a process remembers of an actor is not met again"
    assert kept.created_at == again.mimosa.created_at
    assert abs(kept.created_at - now()) < timedelta(minutes=1)
    assert Leaving.objects.get().undo_until > now() + timedelta(days=29)


def test_the_people_given_back_are_those_of_the_database() -> None:
    cast = Recording(assemble).play()
    for key in NAMES:
        person = getattr(cast.people, key)
        assert Person.objects.get(id=person.id).login == person.login
        assert actor_for_person(person) == getattr(cast, key) or key == "basil"
    assert cast.drive == ProductInstance.objects.get(organization=cast.mimosa, product="drive")
