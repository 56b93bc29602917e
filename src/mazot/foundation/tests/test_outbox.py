# SPDX-License-Identifier: AGPL-3.0-or-later
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import connection, transaction

from mazot.foundation import facts, outbox
from mazot.foundation.clock import Clock
from mazot.foundation.facts import Fact, Heard, tell
from mazot.foundation.ids import new_id
from mazot.foundation.models import FactRow

SYSTEM = SimpleNamespace(person_id=None, organization_id=None, via="job", address="", because="a test")


@dataclass(frozen=True, slots=True)
class Rang(Fact):
    product = "foundation"
    bell_id: UUID


@pytest.fixture
def heard() -> Iterator[list[Heard]]:
    found: list[Heard] = []
    facts.listen(Rang, found.append)
    yield found
    facts._listeners.pop(Rang.kind())


@pytest.fixture
def failing() -> Iterator[list[Heard]]:
    tries: list[Heard] = []

    def fail(fact: Heard) -> None:
        tries.append(fact)
        raise ValueError("the bell is broken")

    facts.listen(Rang, fail)
    yield tries
    facts._listeners.pop(Rang.kind())


@pytest.mark.django_db
def test_a_fact_reaches_its_listener_once_it_is_told(heard: list[Heard]) -> None:
    bell = new_id()
    tell(SYSTEM, Rang(bell))
    assert outbox.hear_all() == 1
    assert [fact.details["bell_id"] for fact in heard] == [str(bell)]
    assert outbox.hear_all() == 0
    assert len(heard) == 1


@pytest.mark.django_db
def test_what_did_not_commit_was_never_told(heard: list[Heard]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(SYSTEM, Rang(new_id()))
        raise RuntimeError
    assert outbox.hear_all() == 0


@pytest.mark.django_db
def test_a_worker_that_dies_leaves_its_fact_to_the_next(heard: list[Heard], clock: Clock) -> None:
    tell(SYSTEM, Rang(new_id()))
    outbox._take()  # taken, and then the process is gone
    assert outbox.hear_all() == 0
    clock.advance(outbox.LEASE + timedelta(seconds=1))
    assert outbox.hear_all() == 1
    assert len(heard) == 1


@pytest.mark.django_db
def test_a_failing_listener_is_tried_again_later_and_then_parked(failing: list[Heard], clock: Clock) -> None:
    tell(SYSTEM, Rang(new_id()))
    for _ in range(20):
        outbox.hear_all()
        clock.advance(timedelta(hours=2))
    assert len(failing) == len(outbox.AGAIN_AFTER) + 1
    assert [row.kind for row in outbox.parked()] == ["foundation.Rang"]
    assert outbox.seconds_to_next() is None


@pytest.mark.django_db
def test_a_fact_that_kills_its_worker_every_time_is_parked_too(heard: list[Heard], clock: Clock) -> None:
    tell(SYSTEM, Rang(new_id()))
    for _ in range(20):
        outbox._take()
        clock.advance(timedelta(hours=2))
    assert len(outbox.parked()) == 1


@pytest.mark.django_db
def test_a_parked_fact_is_heard_after_the_operator_has_looked(failing: list[Heard], clock: Clock) -> None:
    tell(SYSTEM, Rang(new_id()))
    for _ in range(20):
        outbox.hear_all()
        clock.advance(timedelta(hours=2))
    facts._listeners[Rang.kind()] = []
    assert outbox.unpark() == 1
    assert outbox.hear_all() == 1


@pytest.mark.django_db
def test_a_poisoned_fact_holds_up_no_other(failing: list[Heard]) -> None:
    tell(SYSTEM, Rang(new_id()))
    outbox.hear_all()
    facts._listeners[Rang.kind()] = [lambda fact: None]
    tell(SYSTEM, Rang(new_id()))
    assert outbox.hear_all() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_facts_and_hear_each_once(heard: list[Heard]) -> None:
    for _ in range(120):
        tell(SYSTEM, Rang(new_id()))
    faults: list[BaseException] = []

    def work() -> None:
        try:
            outbox.hear_all()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(heard) == len({fact.id for fact in heard}) == 120
    assert not FactRow.objects.filter(heard_at__isnull=True).exists()
