# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.dav import Malformed
from mazot.wire.dav.headers import (
    LOCK_SECONDS,
    LONGEST_LOCK,
    depth_of,
    http_date,
    iso_date,
    lock_token_of,
    overwrite_of,
    parse_date,
    parse_epoch,
    seconds_of,
)
from mazot.wire.http.ranges import Unsatisfiable, range_of


@pytest.mark.parametrize(
    ("value", "depth"), [(None, "1"), (b"0", "0"), (b" 1 ", "1"), (b"infinity", "infinity"), (b"Infinity", "infinity")]
)
def test_depth(value, depth):
    assert depth_of(value, default="1") == depth


@pytest.mark.parametrize("value", [b"2", b"", b"-1", b"1,noroot", b"infinite"])
def test_an_unknown_depth_is_refused(value):
    with pytest.raises(Malformed):
        depth_of(value, default="1")


@pytest.mark.parametrize(("value", "overwrites"), [(None, True), (b"T", True), (b"F", False), (b"f", False)])
def test_overwrite(value, overwrites):
    assert overwrite_of(value) is overwrites


def test_an_unknown_overwrite_is_refused():
    with pytest.raises(Malformed):
        overwrite_of(b"yes")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, LOCK_SECONDS),
        (b"Second-180", 180),
        (b"second-180", 180),
        (b"Infinite, Second-4100000000", LONGEST_LOCK),
        (b"Second-4100000000", LONGEST_LOCK),
        (b"Second-" + b"9" * 400, LONGEST_LOCK),
        (b"Second-0", 1),
        (b"Extend, Second-60", 60),
        (b"Second--5", LOCK_SECONDS),
        (b"rubbish", LOCK_SECONDS),
    ],
)
def test_timeout(value, seconds):
    assert seconds_of(value) == seconds


def test_a_lock_token_stands_in_angle_brackets():
    assert lock_token_of(b" <urn:uuid:1> ") == "urn:uuid:1"
    for bad in (None, b"", b"<>", b"urn:uuid:1", b"<urn:uuid:1"):
        with pytest.raises(Malformed):
            lock_token_of(bad)


@pytest.mark.parametrize(
    ("value", "size", "part"),
    [
        (b"bytes=0-99", 1000, (0, 99)),
        (b"bytes=100-", 1000, (100, 999)),
        (b"bytes=-100", 1000, (900, 999)),
        (b"bytes=-5000", 1000, (0, 999)),
        (b"bytes=990-5000", 1000, (990, 999)),
        (b"bytes=0-0", 1, (0, 0)),
        (b"bytes=5-2", 1000, None),
        (b"bytes=0-1,5-6", 1000, None),
        (b"bytes=-", 1000, None),
        (b"lines=0-5", 1000, None),
        (b"bytes=a-b", 1000, None),
        (b"bytes=" + b"9" * 5000 + b"-", 1000, None),
    ],
)
def test_a_single_range_is_served_and_what_cannot_be_read_is_ignored(value, size, part):
    assert range_of(value, size) == part


@pytest.mark.parametrize(
    ("value", "size"), [(b"bytes=1000-", 1000), (b"bytes=0-", 0), (b"bytes=-0", 5), (b"bytes=-5", 0)]
)
def test_a_range_beyond_the_end_cannot_be_satisfied(value, size):
    with pytest.raises(Unsatisfiable):
        range_of(value, size)


@given(st.binary(max_size=40), st.integers(0, 10**12))
def test_a_range_never_leaves_the_content(value, size):
    try:
        part = range_of(b"bytes=" + value, size)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part[0] <= part[1] < size


def test_dates_are_those_of_the_rfcs():
    assert http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT"
    assert iso_date(784111777) == "1994-11-06T08:49:37Z"
    assert http_date(10**15).endswith("9999 23:59:59 GMT")
    assert http_date(-5) == "Thu, 01 Jan 1970 00:00:00 GMT"


@given(st.integers(0, 253_402_300_799))
def test_a_date_comes_back(seconds):
    assert parse_date(http_date(seconds).encode()) == datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize("value", [b"", b"yesterday", b"\xff", b"Sun, 99 Nov 1994 08:49:37 GMT", b"0"])
def test_an_unreadable_date_is_no_date(value):
    assert parse_date(value) is None


@pytest.mark.parametrize("value", [b"", b"abc", b"-5", b"0", b"nan", b"inf", b"1e30", b"\xff"])
def test_an_unreadable_time_of_a_file_is_none(value):
    assert parse_epoch(value) is None


def test_a_time_of_a_file_may_have_a_fraction():
    assert parse_epoch(b"784111777.5") == datetime(1994, 11, 6, 8, 49, 37, 500_000, UTC)
