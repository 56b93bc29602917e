# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is written can be read again; what is mutated is refused and never breaks."""

import contextlib
from array import array
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.wire.imap.commands import read_name
from mazot.wire.imap.cursor import Cursor, Malformed, announced
from mazot.wire.imap.dates import read_date_time, written_date_time
from mazot.wire.imap.names import BadName, decode_name, encode_name
from mazot.wire.imap.responses import condition, fields, flag_list, mailbox, nstring, string, text
from mazot.wire.imap.sets import NumberSet, read_set, written_set
from mazot.wire.imap.tests.talk import pieces_of
from mazot.wire.imap.tests.test_commands import VECTORS
from mazot.wire.imap.tests.test_searching import VECTORS as KEYS

NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)


@given(st.binary(max_size=200).filter(lambda value: b"\0" not in value))
def test_any_string_is_read_as_it_was_written(value):
    cursor = Cursor(pieces_of(string(value)))
    assert cursor.string() == value
    cursor.end()


def test_nothing_is_nil_and_empty_is_quoted():
    assert (nstring(None), nstring(b""), nstring(b"NIL")) == (b"NIL", b'""', b'"NIL"')
    assert nstring("é".encode()) == b"{2}\r\n\xc3\xa9"
    assert string(b'a"b\\') == b'"a\\"b\\\\"'


@given(NAMES, st.booleans())
def test_any_mailbox_name_is_read_as_it_was_written(name, utf8):
    cursor = Cursor(pieces_of(mailbox(name, utf8=utf8)), utf8=utf8)
    assert cursor.mailbox() == ("INBOX" if name.upper() == "INBOX" else name)
    cursor.end()


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("Entwürfe", b"Entw&APw-rfe"),
        ("A&B", b"A&-B"),
        ("日本語", b"&ZeVnLIqe-"),
        ("~peter/mail/台北", b"~peter/mail/&U,BTFw-"),
    ],
)
def test_names_are_in_modified_utf7(name, raw):
    assert encode_name(name) == raw
    assert decode_name(raw) == name


@pytest.mark.parametrize("raw", [b"&", b"&Jjo", b"&Jjo!-", b"&AGE-", b"&U,BTFw-&ZeVnLIqe-", b"\xe9", b"&2AA-"])
def test_a_name_with_two_spellings_has_one(raw):
    with pytest.raises(BadName):
        decode_name(raw)


@given(st.lists(st.integers(1, 2**32 - 1), min_size=1, max_size=50, unique=True).map(sorted))
def test_a_set_is_read_as_it_was_written(numbers):
    found = read_set(Cursor([written_set(numbers)]))
    assert found.among(array("Q", numbers), largest=numbers[-1]) == numbers


@pytest.mark.parametrize(
    ("ranges", "largest", "among"),
    [
        (((5, 0),), 3, [3]),
        (((0, 0),), 3, [3]),
        (((3, 1),), 3, [1, 2, 3]),
        (((1, 2), (2, 3), (9, 9)), 3, [1, 2, 3]),
        (((0, 2),), 3, [2, 3]),
    ],
)
def test_a_set_is_sorted_once_and_star_is_the_largest(ranges, largest, among):
    assert NumberSet(ranges).among(array("Q", [1, 2, 3]), largest=largest) == among


def test_nothing_is_in_an_empty_mailbox():
    assert NumberSet(((1, 0),)).among(array("Q"), largest=0) == []


@given(st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30)))  # noqa: DTZ001
def test_a_time_is_read_as_it_was_written(moment):
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    assert read_date_time(Cursor([written_date_time(moment)])) == moment


def test_a_sentence_is_one_line_and_no_code():
    assert text("[ALERT] a\r\n* BYE é") == b"_[ALERT] a * BYE ?"
    assert condition(b"a1", b"NO", "", b"NOPERM") == b"a1 NO [NOPERM] .\r\n"
    assert flag_list(["\\Seen", "$Done"]) == b"(\\Seen $Done)"
    assert fields({"name": "Mazot"}) == b'("name" "Mazot")'


@pytest.mark.parametrize(
    ("line", "size", "waits"), [(b"a LOGIN {3}", 3, True), (b"a LOGIN {3+}", 3, False), (b"a LOGIN ~{3}", 3, True)]
)
def test_a_literal_is_announced_at_the_end_of_a_line(line, size, waits):
    plain, literal = announced(line)
    assert literal is not None
    assert (plain, literal.size, literal.waits) == (b"a LOGIN ", size, waits)
    assert announced(b"a LOGIN {3} x")[1] is None


SPECIMENS = [b"a1 " + line for line, _ in VECTORS] + [b"a1 SEARCH " + key for key, _ in KEYS]


@settings(max_examples=3000)
@given(st.sampled_from(SPECIMENS), st.integers(0, 200), st.binary(max_size=6), st.integers(0, 8), st.booleans())
def test_a_mutated_command_is_read_or_refused_and_nothing_else(line, at, put, cut, utf8):
    at %= len(line) + 1
    mutated = line[:at] + put + line[at + cut :]
    with contextlib.suppress(Malformed):
        read_name(pieces_of(mutated), utf8=utf8).read()
