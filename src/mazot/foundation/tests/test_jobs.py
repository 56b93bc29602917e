# SPDX-License-Identifier: AGPL-3.0-or-later
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from mazot.foundation import clock as time_of
from mazot.foundation import job_queue, schedule
from mazot.foundation.clock import Clock
from mazot.foundation.errors import Busy
from mazot.foundation.ids import new_id
from mazot.foundation.jobs import JOBS, job
from mazot.foundation.models import Turn

DONE: list[Any] = []


@job(retries=(10, 60))
def ring(bell: object) -> None:
    DONE.append(bell)


@job(retries=(10, 60))
def crack(bell: object) -> None:
    DONE.append(bell)
    raise ValueError("the bell is broken")


@job(retries=(10, 60))
def wait_for_turn() -> None:
    DONE.append("waited")
    raise Busy("sending")


@job(priority=50)
def alarm() -> None:
    DONE.append("alarm")


@job()
def chime() -> None:
    DONE.append("chime")


@pytest.fixture(autouse=True)
def _nothing_done_yet() -> None:
    DONE.clear()


def work() -> None:
    job_queue.worker(f"here:1:{new_id().hex[-8:]}").run()


def due_now() -> None:
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_job_is_enqueued_when_its_transaction_commits() -> None:
    bell = new_id()
    with transaction.atomic():
        ring.later(bell)
        assert DBTaskResult.objects.count() == 0
    assert DBTaskResult.objects.count() == 1
    work()
    assert [str(bell)] == DONE


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_fails_enqueues_nothing() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        ring.later(1)
        raise RuntimeError
    work()
    assert DONE == []


@pytest.mark.django_db(transaction=True)
def test_a_failed_job_runs_again_after_its_waits_and_is_then_given_up() -> None:
    crack.later("a")
    for expected in (1, 2, 3, 3):
        due_now()
        work()
        assert len(DONE) == expected
    assert [name for _, name in job_queue.given_up()] == [crack.name]
    assert job_queue.retry_given_up() == 1
    assert job_queue.given_up() == []
    work()
    assert len(DONE) == 4


@pytest.mark.django_db(transaction=True)
def test_the_next_try_waits_as_long_as_the_job_says() -> None:
    crack.later("a")
    work()
    wait = job_queue.seconds_to_next()
    assert wait is not None
    assert 8 < wait <= 10


@pytest.mark.django_db(transaction=True)
def test_a_job_that_has_to_wait_for_its_turn_has_not_failed(caplog: pytest.LogCaptureFixture) -> None:
    wait_for_turn.later()
    for expected in (1, 2, 3):
        due_now()
        work()
        assert len(DONE) == expected
        assert "Traceback" not in caplog.text or expected == 3  # the last one: nobody ever let go
    assert [name for _, name in job_queue.given_up()] == [wait_for_turn.name]


@pytest.mark.django_db(transaction=True)
def test_an_urgent_job_goes_first() -> None:
    ring.later("slow")
    alarm.later()
    work()
    assert DONE == ["alarm", "slow"]


@pytest.mark.django_db(transaction=True)
def test_a_job_that_is_no_longer_known_is_kept_as_failed() -> None:
    ring.later("a")
    known = JOBS.pop(ring.name)
    try:
        work()
        assert [name for _, name in job_queue.given_up()] == [ring.name]
    finally:
        JOBS[ring.name] = known


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_worker_held_runs_again() -> None:
    ring.later("a")
    DBTaskResult.objects.get().claim("here:1:dead")
    work()
    assert DONE == []
    assert job_queue.take_back("here") == 1
    work()
    assert DONE == ["a"]


@pytest.mark.django_db(transaction=True)
def test_what_a_worker_of_another_machine_holds_is_left_until_it_is_surely_lost(clock: Clock) -> None:
    ring.later("a")
    DBTaskResult.objects.get().claim("there:1:alive")
    assert job_queue.take_back("here") == 0
    clock.advance(job_queue.LOST_AFTER + timedelta(minutes=1))
    assert job_queue.take_back("here") == 1


@pytest.mark.django_db(transaction=True)
def test_old_traces_are_forgotten_and_failures_stay_longer(clock: Clock) -> None:
    ring.later("a")
    crack.later("b")
    work()
    clock.advance(timedelta(days=2))
    job_queue.forget_old()
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"FAILED", "READY"}
    clock.advance(timedelta(days=20))
    job_queue.forget_old()
    assert list(DBTaskResult.objects.values_list("status", flat=True)) == ["READY"]


@pytest.fixture
def every_hour() -> Any:
    before = dict(schedule._periods)
    schedule._periods.clear()
    schedule.every(60, chime)
    yield
    schedule._periods.clear()
    schedule._periods.update(before)


@pytest.mark.django_db(transaction=True)
def test_a_periodic_job_has_its_turn_once_an_hour(every_hour: None, clock: Clock) -> None:
    assert schedule.take_turns() == [chime.name]
    assert schedule.take_turns() == []
    clock.advance(timedelta(minutes=61))
    assert schedule.take_turns() == [chime.name]
    work()
    assert DONE == ["chime", "chime"]


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_takes_the_turn(every_hour: None) -> None:
    taken: list[str] = []
    start = threading.Barrier(4)

    def take() -> None:
        start.wait()
        taken.extend(schedule.take_turns())
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert taken == [chime.name]
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db
def test_a_worker_whose_clock_is_a_little_behind_leaves_the_turn_to_who_took_it(every_hour: None) -> None:
    Turn.objects.create(job=chime.name, due_at=time_of.now() + timedelta(hours=1, seconds=2))
    assert schedule.take_turns() == []


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_was_set_back_does_not_put_a_job_to_sleep(every_hour: None) -> None:
    Turn.objects.create(job=chime.name, due_at=time_of.now() + timedelta(days=30))
    assert schedule.take_turns() == [chime.name]


def test_what_another_process_could_not_find_is_not_scheduled() -> None:
    with pytest.raises(TypeError, match="would not find it"):
        schedule.every(60, lambda: None)
