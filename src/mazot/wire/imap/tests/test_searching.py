# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date

import pytest

from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.searching import (
    All,
    And,
    BadCharset,
    Changed,
    Flagged,
    Header,
    Identity,
    Not,
    Numbers,
    On,
    Or,
    Size,
    Text,
    Within,
    asks_changes,
)
from mazot.wire.imap.sets import NumberSet
from mazot.wire.imap.tests.talk import read

DAY = date(2026, 11, 3)

VECTORS = (
    (b"ALL", All()),
    (b"UNSEEN", Not(Flagged("\\Seen"))),
    (b"DELETED FLAGGED", And((Flagged("\\Deleted"), Flagged("\\Flagged")))),
    (b"NOT (ANSWERED DRAFT)", Not(And((Flagged("\\Answered"), Flagged("\\Draft"))))),
    (b"OR SEEN OLD", Or(Flagged("\\Seen"), All())),
    (b"NEW", Not(All())),
    (b"1:*,4", Numbers(NumberSet(((1, 0), (4, 4))), by_uid=False)),
    (b"UID 5:*", Numbers(NumberSet(((5, 0),)), by_uid=True)),
    (b"$", Numbers(NumberSet((), is_saved=True), by_uid=False)),
    (b"KEYWORD $Done", Flagged("$Done")),
    (b"UNKEYWORD $Done", Not(Flagged("$Done"))),
    (b'FROM "Ren\\\\"', Header("from", "Ren\\")),
    (b"TO {5}\r\nmalik", Header("to", "malik")),
    (b'HEADER X-Spam ""', Header("x-spam", "")),
    (b"CHARSET utf-8 SUBJECT {6}\r\n\xc3\xa9t\xc3\xa9 ", Header("subject", "été ")),
    (b"BODY word", Text("word", with_header=False)),
    (b"TEXT word", Text("word", with_header=True)),
    (b"SINCE 3-Nov-2026", On("received", "since", DAY)),
    (b'SENTON "03-nov-2026"', On("sent", "on", DAY)),
    (b"SAVEDBEFORE 3-Nov-2026", On("saved", "before", DAY)),
    (b"LARGER 1000", Size(True, 1000)),
    (b"SMALLER 0", Size(False, 0)),
    (b"OLDER 60", Within(True, 60)),
    (b"YOUNGER 60", Within(False, 60)),
    (b"MODSEQ 620162338", Changed(620162338)),
    (b'MODSEQ "/flags/\\\\draft" all 620', Changed(620)),
    (b"EMAILID M1", Identity(False, "M1")),
    (b"THREADID T1", Identity(True, "T1")),
)

REFUSED = (
    (b"FROB", "no key FROB"),
    (b"OR SEEN", "a space"),
    (b"NOT", "a space"),
    (b"(SEEN", "'"),
    (b"SINCE 31-Feb-2026", "no day"),
    (b"SINCE yesterday", "a date"),
    (b"SUBJECT \xc3\xa9", "text"),
    (b"SUBJECT {2}\r\n\xc3\xa9", "not us-ascii"),
    (b"CHARSET UTF-8 SUBJECT {1}\r\n\xc3", "not utf-8"),
    (b"OLDER 0", "seconds"),
    (b"RETURN (FROB) ALL", "FROB"),
    (b"NOT " * 60 + b"ALL", "deep"),
    (b"ALL " * 600 + b"ALL", "500"),
)


@pytest.mark.parametrize(("text", "key"), VECTORS, ids=[repr(text) for text, _ in VECTORS])
def test_a_key_is_read_to_its_value(text, key):
    assert read(b"SEARCH " + text).key == key


@pytest.mark.parametrize(("text", "says"), REFUSED, ids=[repr(text[:40]) for text, _ in REFUSED])
def test_a_key_that_is_none_is_refused(text, says):
    with pytest.raises(Malformed, match=says):
        read(b"SEARCH " + text)


def test_an_unknown_charset_has_its_own_error():
    with pytest.raises(BadCharset, match="KOI8-R"):
        read(b"SEARCH CHARSET KOI8-R ALL")


def test_modseq_is_seen_wherever_it_stands():
    assert asks_changes(read(b"SEARCH NOT (SEEN OR MODSEQ 3 DRAFT)").key)
    assert not asks_changes(read(b"SEARCH SEEN").key)
