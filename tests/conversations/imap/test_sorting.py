# SPDX-License-Identifier: AGPL-3.0-or-later
"""SORT and THREAD, asked over a socket."""

import pytest

from tests.conversations.imap.talk import Client

LETTERS = (
    ("Zo\u00e9 <b@x.example>", "c@x.example", "Re: [choir] Rehearsal", "Mon, 2 Nov 2026 10:00:00 +0100", "1", ""),
    ("Adam <z@x.example>", "a@x.example", "Rehearsal", "Mon, 2 Nov 2026 08:00:00 +0100", "2", ""),
    ("\u00c9lodie <a@x.example>", "b@x.example", "apples", "Mon, 2 Nov 2026 09:30:00 -0500", "3", "<2@x>"),
    ("Adam <z@x.example>", "a@x.example", "Apples", "no date", "4", "<2@x> <3@x>"),
)


@pytest.fixture
def letters(malik: Client) -> Client:
    name = malik.mailbox = malik.in_new_mailbox()
    for sender, to, subject, date, number, references in LETTERS:
        head = f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date}\r\nMessage-ID: <{number}@x>\r\n"
        head += f"References: {references}\r\n" if references else ""
        malik.append(name, f"{head}\r\n{'x' * int(number)}".encode())
    return malik


@pytest.mark.parametrize(
    ("criteria", "numbers"),
    [
        (b"ARRIVAL", b"1 2 3 4"),
        (b"REVERSE ARRIVAL", b"4 3 2 1"),
        (b"SUBJECT", b"3 4 1 2"),  # base subjects, whatever the case; of equals the first
        (b"REVERSE SUBJECT", b"1 2 3 4"),
        (b"FROM", b"3 1 2 4"),
        (b"TO", b"2 4 3 1"),
        (b"CC", b"1 2 3 4"),
        (b"DISPLAYFROM", b"2 4 3 1"),
        (b"FROM REVERSE DATE", b"3 1 4 2"),
        (b"SUBJECT REVERSE ARRIVAL", b"4 3 2 1"),
    ],
)
def test_messages_are_sorted(letters: Client, criteria: bytes, numbers: bytes) -> None:
    assert letters.ask(b"SORT (" + criteria + b") UTF-8 ALL").lines == [b"* SORT " + numbers]


def test_dates_are_compared_as_moments_and_a_missing_one_is_the_arrival(letters: Client) -> None:
    assert letters.ask(b"SORT (DATE) US-ASCII 1:3").lines == [b"* SORT 2 1 3"]
    assert letters.ask(b"SORT (DATE) US-ASCII ALL").lines == [b"* SORT 2 1 3 4"]


def test_a_sort_is_a_search_too(letters: Client) -> None:
    assert letters.ask(b'UID SORT (SUBJECT) UTF-8 SUBJECT "apples"').lines == [b"* SORT 3 4"]
    assert letters.ask(b"SORT (SUBJECT) UTF-8 SUBJECT nothing").lines == [b"* SORT"]
    told = letters.ask(b"SORT RETURN (MIN MAX COUNT ALL) (TO) UTF-8 ALL").lines[0]
    assert told.endswith(b") MIN 2 MAX 1 ALL 2,4,3,1 COUNT 4")


def test_a_day_is_the_one_that_was_written(letters: Client) -> None:
    head = b"From: a@x.example\r\nSubject: night\r\nDate: Mon, 2 Nov 2026 23:30:00 -0500\r\n\r\n"
    letters.append(letters.mailbox, head)
    assert letters.ask(b"SEARCH SENTON 2-Nov-2026").lines == [b"* SEARCH 1 2 3 5"]
    assert letters.ask(b"SEARCH SENTSINCE 3-Nov-2026").lines == [b"* SEARCH"]
    assert letters.ask(b"SEARCH SENTBEFORE 3-Nov-2026").lines == [b"* SEARCH 1 2 3 5"]


def test_what_cannot_be_sorted_is_refused(letters: Client) -> None:
    assert letters.ask(b"SORT (COLOUR) UTF-8 ALL").state == b"BAD"
    assert letters.ask(b"SORT () UTF-8 ALL").state == b"BAD"
    assert letters.ask(b"SORT (DATE) KOI8-R ALL").code.startswith(b"BADCHARSET")
    assert letters.ask(b"THREAD MAGIC UTF-8 ALL").state == b"BAD"


def test_messages_are_threaded(letters: Client) -> None:
    assert letters.ask(b"THREAD REFERENCES UTF-8 ALL").lines == [b"* THREAD (2 (1)(3 4))"]
    assert letters.ask(b"UID THREAD ORDEREDSUBJECT UTF-8 ALL").lines == [b"* THREAD (2 1)(3 4)"]
    assert letters.ask(b"THREAD REFERENCES UTF-8 SUBJECT nothing").lines == [b"* THREAD"]
    assert {b"SORT", b"THREAD=REFERENCES", b"THREAD=ORDEREDSUBJECT"} <= set(letters.ask(b"CAPABILITY").lines[0].split())
