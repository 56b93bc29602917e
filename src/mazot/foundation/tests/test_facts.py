# SPDX-License-Identifier: AGPL-3.0-or-later
from dataclasses import dataclass
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import transaction

from mazot.foundation import facts
from mazot.foundation.ids import new_id
from mazot.foundation.models import FactRow

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class DoorOpened(facts.Fact):
    """A door is open."""

    product = "test"

    door_id: UUID
    wide: bool


@pytest.fixture
def teller():
    return SimpleNamespace(person_id=new_id(), organization_id=new_id(), via="web", address="192.0.2.7", because="")


@pytest.fixture
def registries(monkeypatch):
    monkeypatch.setattr(facts, "_listeners", {})
    monkeypatch.setattr(facts, "_hints", {})
    monkeypatch.setattr(facts, "_publish", [])


def test_a_fact_is_one_row_with_who_what_where(teller, registries):
    door = new_id()
    facts.tell(teller, DoorOpened(door, wide=True))

    row = FactRow.objects.get()
    assert (row.kind, row.subject_id, row.person_id) == ("test.DoorOpened", door, teller.person_id)
    assert row.details == {"door_id": str(door), "wide": True}
    assert (row.via, row.address) == ("web", "192.0.2.7")


def test_a_fact_without_listeners_waits_for_nobody(teller, registries):
    facts.tell(teller, DoorOpened(new_id(), wide=True))

    assert FactRow.objects.get().heard_at is not None


def test_a_fact_with_a_listener_waits_to_be_heard(teller, registries):
    facts.listen(DoorOpened, lambda heard: None)
    facts.tell(teller, DoorOpened(new_id(), wide=True))

    assert FactRow.objects.get().heard_at is None


def test_a_fact_is_undone_with_its_deed(teller, registries):
    with pytest.raises(RuntimeError), transaction.atomic():
        facts.tell(teller, DoorOpened(new_id(), wide=True))
        raise RuntimeError("the deed failed")

    assert not FactRow.objects.exists()


def test_open_pages_hear_only_after_the_commit(teller, registries, django_capture_on_commit_callbacks):
    sent = []
    facts.publish_with(lambda topic, body: sent.append((topic, body["kind"])))
    facts.hint(DoorOpened, lambda heard: [f"door:{heard.details['door_id']}"])
    door = new_id()

    with django_capture_on_commit_callbacks(execute=True):
        facts.tell(teller, DoorOpened(door, wide=False))
        assert sent == []
    assert sent == [(f"door:{door}", "test.DoorOpened")]
