# SPDX-License-Identifier: AGPL-3.0-or-later
"""One vector for each command and each form of it, and what is refused."""

from datetime import UTC, datetime

import pytest

from mazot.wire.imap.asking import Copy, Expunge, Search, Sort, Store, Thread
from mazot.wire.imap.commands import (
    Append,
    Appended,
    Authenticate,
    Compress,
    Enable,
    Identify,
    Login,
    Plain,
    Quota,
    read_tag,
)
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.fetching import Attribute, Fetch, Section
from mazot.wire.imap.folders import About, Create, List, Lsub, Rename, Resync, Select, Status
from mazot.wire.imap.searching import All
from mazot.wire.imap.sets import NumberSet
from mazot.wire.imap.tests.talk import read

ONE = NumberSet(((1, 1),))
NONE = frozenset()

VECTORS = (
    (b"CAPABILITY", Plain()),
    (b"noop", Plain()),
    (b"LOGIN malik secret", Login(b"malik", b"secret")),
    (b'LOGIN "my self" "a\\"b\\\\c"', Login(b"my self", b'a"b\\c')),
    (b"LOGIN {5}\r\nmalik {6}\r\nsecret", Login(b"malik", b"secret")),
    (b"LOGIN {5+}\r\nmalik {0+}\r\n", Login(b"malik", b"")),
    (b"LOGIN a]b c", Login(b"a]b", b"c")),
    (b"AUTHENTICATE plain", Authenticate(b"PLAIN")),
    (b"AUTHENTICATE PLAIN AGEAYg==", Authenticate(b"PLAIN", b"\0a\0b")),
    (b"AUTHENTICATE EXTERNAL =", Authenticate(b"EXTERNAL", b"")),
    (b"ID NIL", Identify(())),
    (b'ID ("name" "mutt" "version" NIL)', Identify((("name", "mutt"), ("version", "")))),
    (b"ENABLE CONDSTORE qresync", Enable((b"CONDSTORE", b"QRESYNC"))),
    (b"COMPRESS DEFLATE", Compress(b"DEFLATE")),
    (b"SELECT inbox", Select("INBOX", False)),
    (b"SELECT INBOX (CONDSTORE)", Select("INBOX", False, wants_changes=True)),
    (b"EXAMINE &AMk-t&AOk-", Select("Été", True)),
    (b"SELECT A (QRESYNC (67890007 20050715194045000 41,43:211,214:541))",
     Select("A", False, resync=Resync(67890007, 20050715194045000, NumberSet(((41, 41), (43, 211), (214, 541)))))),
    (b"SELECT A (QRESYNC (1 2 1:9 (1,3 2,7)))",
     Select("A", False, resync=Resync(1, 2, NumberSet(((1, 9),)),
            (NumberSet(((1, 1), (3, 3))), NumberSet(((2, 2), (7, 7))))))),
    (b"CREATE Plans/2026", Create("Plans/2026")),
    (b"CREATE Plans (USE (\\Drafts \\sent))", Create("Plans", ("\\Drafts", "\\Sent"))),
    (b"DELETE {5}\r\nPlans", About("Plans")),
    (b"RENAME Plans Old", Rename("Plans", "Old")),
    (b'LIST "" *', List("", ("*",))),
    (b'LIST "" ""', List("", ("",))),
    (b"LIST ~ %/inbox", List("~", ("%/inbox",))),
    (b'LIST (SUBSCRIBED REMOTE) "" ("A*" %)',
     List("", ("A*", "%"), frozenset((b"SUBSCRIBED", b"REMOTE")), is_extended=True)),
    (b'LIST "" % RETURN (CHILDREN STATUS (MESSAGES UNSEEN) SPECIAL-USE)',
     List("", ("%",), NONE, frozenset((b"CHILDREN", b"SPECIAL-USE")), (b"MESSAGES", b"UNSEEN"), is_extended=True)),
    (b'LSUB "" "*"', Lsub("", "*")),
    (b"STATUS INBOX (MESSAGES UIDNEXT HIGHESTMODSEQ SIZE)",
     Status("INBOX", (b"MESSAGES", b"UIDNEXT", b"HIGHESTMODSEQ", b"SIZE"))),
    (b'GETQUOTA ""', Quota("")),
    (b"GETQUOTAROOT INBOX", About("INBOX")),
    (b"APPEND Sent {3}\r\nabc", Append("Sent", (Appended(b"abc"),))),
    (b'APPEND Sent (\\Seen $Done) "23-Nov-2026 10:00:00 +0100" ~{2+}\r\na\0',
     Append("Sent", (Appended(b"a\0", ("\\Seen", "$Done"), datetime(2026, 11, 23, 9, tzinfo=UTC)),))),
    (b'APPEND A {1}\r\na () " 3-Nov-2026 10:00:00 -0030" {1}\r\nb',
     Append("A", (Appended(b"a"), Appended(b"b", (), datetime(2026, 11, 3, 10, 30, tzinfo=UTC))))),
    (b"APPEND A UTF8 (~{1}\r\na)", Append("A", (Appended(b"a"),))),
    (b"FETCH 1 FAST", Fetch(ONE, (Attribute(b"FLAGS"), Attribute(b"INTERNALDATE"), Attribute(b"RFC822.SIZE")), False)),
    (b"FETCH 2:*,7 (uid flags)",
     Fetch(NumberSet(((2, 0), (7, 7))), (Attribute(b"UID"), Attribute(b"FLAGS")), False)),
    (b"UID FETCH 1:* (FLAGS) (CHANGEDSINCE 12345 VANISHED)",
     Fetch(NumberSet(((1, 0),)), (Attribute(b"FLAGS"),), True, 12345, True)),
    (b"FETCH $ BODY[]", Fetch(NumberSet((), True), (Section(b"BODY[]"),), False)),
    (b"FETCH 1 BODY.PEEK[1.2.MIME]<10.20>",
     Fetch(ONE, (Section(b"BODY[1.2.MIME]", b"1.2", b"MIME", partial=(10, 20), peeks=True),), False)),
    (b'FETCH 1 BODY[HEADER.FIELDS (subject "from")]',
     Fetch(ONE, (Section(b"BODY[HEADER.FIELDS (subject from)]", b"", b"HEADER.FIELDS", (b"subject", b"from")),), False)),
    (b"FETCH 1 BODY[3.HEADER.FIELDS.NOT (To)]",
     Fetch(ONE, (Section(b"BODY[3.HEADER.FIELDS.NOT (To)]", b"3", b"HEADER.FIELDS.NOT", (b"To",)),), False)),
    (b"FETCH 1 (RFC822 RFC822.HEADER BINARY[1] BINARY.SIZE[1.1] BINARY.PEEK[]<0.1>)",
     Fetch(ONE, (Section(b"RFC822"), Section(b"RFC822.HEADER", text=b"HEADER", peeks=True),
                 Section(b"BINARY[1]", b"1", kind=b"BINARY"),
                 Section(b"BINARY.SIZE[1.1]", b"1.1", peeks=True, kind=b"BINARY.SIZE"),
                 Section(b"BINARY[]", partial=(0, 1), peeks=True, kind=b"BINARY")), False)),
    (b"FETCH 1 (EMAILID THREADID SAVEDATE MODSEQ PREVIEW (LAZY))",
     Fetch(ONE, tuple(map(Attribute, (b"EMAILID", b"THREADID", b"SAVEDATE", b"MODSEQ", b"PREVIEW"))), False)),
    (b"STORE 1 FLAGS ()", Store(ONE, "set", (), False)),
    (b"STORE 1 +flags.silent \\deleted", Store(ONE, "add", ("\\Deleted",), False, is_silent=True)),
    (b"UID STORE 1 (UNCHANGEDSINCE 9) -FLAGS (\\Seen $Junk)",
     Store(ONE, "remove", ("\\Seen", "$Junk"), True, unchanged_since=9)),
    (b"COPY 1 Trash", Copy(ONE, "Trash", False)),
    (b"UID MOVE 1 Trash", Copy(ONE, "Trash", True, moves=True)),
    (b"EXPUNGE", Expunge()),
    (b"UID EXPUNGE 1", Expunge(ONE)),
    (b"SEARCH ALL", Search(All(), False)),
    (b"UID SEARCH RETURN () ALL", Search(All(), True, frozenset((b"ALL",)))),
    (b"SORT (REVERSE DATE SUBJECT) UTF-8 ALL", Sort(((b"DATE", True), (b"SUBJECT", False)), All(), False)),
    (b"UID THREAD REFERENCES UTF-8 ALL", Thread(b"REFERENCES", All(), True)),
)  # fmt: skip

REFUSED = (
    (b"", "a command"),
    (b"NOOP ", "the end"),
    (b"NOOP x", "the end"),
    (b"FROB", "no command FROB"),
    (b"UID NOOP", "does not go by UID"),
    (b"LOGIN malik", "a space"),
    (b'LOGIN "malik', "a login"),
    (b'LOGIN "my\\self" x', "a login"),
    (b"LOGIN {1}\r\n\0 x", "NUL"),
    (b"AUTHENTICATE PLAIN a=b=", "base 64"),
    (b"SELECT &AMk", "shift"),
    (b"SELECT &AGE-", "shortest"),
    (b"SELECT \xc3\xa9", "mailbox name"),
    (b"SELECT INBOX (FROB)", "FROB"),
    (b"SELECT A (QRESYNC (0 1))", "UIDVALIDITY"),
    (b"SELECT A (QRESYNC (1 1 1:*))", "cannot have"),
    (b"CREATE A (USE (Wrong))", "a use"),
    (b'LIST (RECURSIVEMATCH) "" *', "RECURSIVEMATCH"),
    (b'LIST (FROB) "" *', "FROB"),
    (b'LIST "" * RETURN (STATUS (FROB))', "FROB"),
    (b"STATUS INBOX ()", "STATUS"),
    (b"APPEND A", "a space"),
    (b"APPEND A abc", "a message"),
    (b'APPEND A "31-Feb-2026 10:00:00 +0000" {1}\r\na', "no time"),
    (b"APPEND A (\\Frob) {1}\r\na", "no flag"),
    (b"FETCH 0 FLAGS", "message number"),
    (b"FETCH 1:0 FLAGS", "message number"),
    (b"FETCH 4294967296 FLAGS", "above"),
    (b"FETCH 1, FLAGS", "message number"),
    (b"FETCH 1 ()", "item"),
    (b"FETCH 1 (FLAGS", r"'\)'"),
    (b"FETCH 1 FROB", "FROB"),
    (b"FETCH 1 BODY[0]", "a part"),
    (b"FETCH 1 BODY[MIME]", "MIME"),
    (b"FETCH 1 BODY[]<0.0>", "how many"),
    (b"FETCH 1 BODY[HEADER.FIELDS ()]", "field name"),
    (b"FETCH 1 FLAGS (VANISHED)", "VANISHED"),
    (b"STORE 1 FLAG \\Seen", "FLAGS"),
    (b"STORE 1 FLAGS \\Frob", "no flag"),
    (b"COPY 1", "a space"),
    (b"UID EXPUNGE", "a space"),
    (b"SORT () UTF-8 ALL", "sort"),
)


@pytest.mark.parametrize(("text", "value"), VECTORS, ids=[repr(text) for text, _ in VECTORS])
def test_a_command_is_read_to_its_value(text, value):
    assert read(text) == value


@pytest.mark.parametrize(("text", "says"), REFUSED, ids=[repr(text) for text, _ in REFUSED])
def test_a_malformed_command_is_told_what_and_where(text, says):
    with pytest.raises(Malformed, match=says):
        read(text)


def test_utf8_names_are_taken_once_they_are_enabled():
    assert read('SELECT "Été & co"'.encode(), utf8=True) == Select("Été & co", False)
    with pytest.raises(Malformed):
        read(b'SELECT "\xff"', utf8=True)


@pytest.mark.parametrize(("line", "tag"), [(b"a1 NOOP", b"a1"), (b"a+1 NOOP", b"*"), (b"a1", b"*"), (b"", b"*")])
def test_a_line_without_a_tag_is_answered_without_one(line, tag):
    assert read_tag(line) == tag


def test_a_set_of_too_many_ranges_is_refused():
    with pytest.raises(Malformed, match="20000"):
        read(b"FETCH " + b",".join([b"1"] * 20_002) + b" FLAGS")


def test_words_that_are_remembered_say_where_they_are_wrong() -> None:
    for _time in range(2):
        with pytest.raises(Malformed, match="at byte 23, found the end"):
            read(b"UID FETCH 12 (FLAGS")
