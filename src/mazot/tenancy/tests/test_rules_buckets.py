# SPDX-License-Identifier: AGPL-3.0-or-later
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from mazot.tenancy.rules.buckets import Bucket


def test_a_burst_is_free_and_then_time_brings_one_after_the_other() -> None:
    bucket = Bucket(burst=3, per_second=2)
    assert [bucket.take("a", 100.0) for _n in range(4)] == [0, 0, 0, 0.5]
    assert bucket.take("b", 100.0) == 0  # another side has its own
    assert bucket.take("a", 100.25) == 0.25  # a refusal costs nothing, and its time was true
    assert bucket.take("a", 100.5) == 0
    assert bucket.take("a", 100.5) == 0.5
    assert [bucket.take("a", 1e6) for _n in range(4)] == [0, 0, 0, 0.5]  # never more than the burst


def test_a_clock_that_goes_back_brings_and_costs_nothing() -> None:
    bucket = Bucket(burst=1, per_second=1)
    assert bucket.take("a", 100.0) == 0
    assert bucket.take("a", 50.0) == 1
    assert bucket.take("a", 51.0) == 0


def test_it_remembers_only_so_many_sides() -> None:
    bucket = Bucket(burst=1, per_second=0.001, most=100)
    for n in range(1000):
        bucket.take(str(n), 0.0)
    assert len(bucket._sides) == 100
    assert bucket.take("999", 0.0) > 0


def test_threads_together_get_no_more_than_the_burst() -> None:
    bucket = Bucket(burst=50, per_second=1)
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda _n: bucket.take("a", 7.0), range(400))).count(0) == 50


@given(st.lists(st.floats(0, 100), max_size=60), st.integers(1, 9), st.floats(0.1, 9))
def test_in_no_stretch_of_time_are_there_more_than_the_burst_and_what_time_brings(
    moments: list[float], burst: int, per_second: float
) -> None:
    bucket, heard = Bucket(burst=burst, per_second=per_second), []
    for now in sorted(moments):
        if not bucket.take("a", now):
            heard.append(now)
    for at, begin in enumerate(heard):
        for count, end in enumerate(heard[at:], 1):
            assert count <= burst + (end - begin) * per_second + 1e-6
