# SPDX-License-Identifier: AGPL-3.0-or-later
"""Threads of RFC 5256, by subject and by whom messages name."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.imap.envelopes import first_address, read_envelope, written_day
from mazot.wire.imap.threads import Node, Sent, by_references, by_subject, written

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)


def sent(
    number: int, references: str = "", subject: str = "", *, minutes: int | None = None, own: str | None = None
) -> Sent:
    is_reply = subject.startswith("re:")
    at = BEGIN + timedelta(minutes=number if minutes is None else minutes)
    identity = f"{number}" if own is None else own
    return Sent(number, at, subject.removeprefix("re:").strip(), is_reply, identity, tuple(references.split()))


@pytest.mark.parametrize(
    ("messages", "threads"),
    [
        ([], b""),
        ([sent(1), sent(2)], b"(1)(2)"),
        ([sent(1), sent(2, "1"), sent(3, "1 2")], b"(1 2 3)"),
        ([sent(1), sent(2, "1"), sent(3, "1")], b"(1 (2)(3))"),
        ([sent(1), sent(2, "1"), sent(3, "1"), sent(4, "1 3")], b"(1 (2)(3 4))"),
        ([sent(2, "1"), sent(3, "1")], b"((2)(3))"),  # nobody has the one they answer
        ([sent(2, "1")], b"(2)"),
        ([sent(1, "2"), sent(2, "1")], b"(2 1)"),  # they answer each other: the first said counts
        ([sent(1, "1")], b"(1)"),
        ([sent(1, own="x"), sent(2, own="x"), sent(3, "x")], b"(1 3)(2)"),
        ([sent(1, own=""), sent(2, own="")], b"(1)(2)"),
        ([sent(1, subject="a"), sent(2, subject="re:a")], b"(1 2)"),
        ([sent(1, subject="re:a"), sent(2, subject="a")], b"(2 1)"),
        ([sent(1, subject="a"), sent(2, subject="a")], b"((1)(2))"),
        ([sent(1, subject="a"), sent(2, subject="a"), sent(3, subject="a")], b"((1)(2)(3))"),
        ([sent(1, minutes=9), sent(2, minutes=1), sent(3, "1", minutes=0)], b"(2)(1 3)"),
        ([sent(1), sent(3, "1 2"), sent(4, "1 2")], b"(1 (3)(4))"),
    ],
)
def test_references(messages, threads):
    assert written(by_references(messages)) == threads


def test_subjects():
    messages = [sent(1, subject="a"), sent(2, subject="b"), sent(3, subject="re:a"), sent(4, subject="a")]
    assert written(by_subject(messages)) == b"(1 (3)(4))(2)"
    assert written(by_subject([sent(1, subject="a", minutes=5), sent(2, subject="a", minutes=1)])) == b"(2 1)"


def test_a_thread_without_end_takes_no_long_time():
    started = time.process_time()
    deep = [sent(number, f"{number - 1}" if number else "") for number in range(1, 20_000)]
    assert written(by_references(deep)).startswith(b"(1 2 3 4")
    wide = [sent(number, "0") for number in range(20_000)]
    assert written(by_references(wide)).startswith(b"(0 (1)(2)")
    assert time.process_time() - started < 8


@given(
    st.lists(st.tuples(st.lists(st.integers(0, 12), max_size=4), st.sampled_from(["", "a", "re:a", "b"])), max_size=12)
)
def test_every_message_is_in_the_threads_once(told):
    messages = [sent(at, " ".join(map(str, refs)), subject) for at, (refs, subject) in enumerate(told)]
    for roots in (by_references(messages), by_subject(messages)):
        assert sorted(numbers(roots)) == list(range(len(told)))
        text = written(roots).decode()
        assert text.count("(") == text.count(")")
        assert "( " not in text
        assert " )" not in text


def numbers(roots: list[Node]) -> list[int]:
    found, stack = [], [*roots]
    while stack:
        node = stack.pop()
        stack += node.children
        found += [node.message.number] if node.message else []
    return found


def test_an_envelope_is_read_back():
    envelope = (
        b'("Mon" "a \\"b\\"" (("Ren\\\\e" NIL "renee" "rival.example")) NIL NIL ((NIL NIL "a" "b")(NIL NIL "c" "d")) NIL'
        b' NIL {3}\r\n<x> "<one@x>")'
    )
    members = read_envelope(envelope)
    assert members[1] == b'a "b"'
    assert first_address(members, b"FROM") == (b"Ren\\e", b"renee", b"rival.example")
    assert first_address(members, b"TO") == (b"", b"a", b"b")
    assert first_address(members, b"CC") == (b"", b"", b"")
    assert members[8:] == [b"<x>", b"<one@x>"]
    assert read_envelope(b'("broken') == [None] * 10


@pytest.mark.parametrize(
    ("told", "day"),
    [
        (b'("Mon, 23 Nov 2026 23:30:00 -0500" "late")', 23),  # the 24th in UTC
        (b'("Tue, 24 Nov 2026 00:30:00 +0900" "early")', 24),  # the 23rd in UTC
        (b'("Tue, 99 Nov 2026 00:30:00 +0900" "none")', 24),
        (b'(NIL "none")', 24),
    ],
)
def test_a_letter_was_written_on_the_day_it_says(told, day):
    sent_at = datetime(2026, 11, 24, 4, 30, tzinfo=UTC)
    assert written_day(told, sent_at, sent_at.date()).day == day
    assert written_day(told, sent_at, sent_at.date() - timedelta(days=9)).day == 24  # too far to matter
