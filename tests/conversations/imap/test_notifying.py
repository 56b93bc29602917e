# SPDX-License-Identifier: AGPL-3.0-or-later
"""NOTIFY (RFC 5465) over the wire: news come without a question, and none that was not asked for."""

import select

from tests.conversations.imap.conftest import Connect
from tests.conversations.imap.talk import LETTER, Client

BOTH = b"(MessageNew MessageExpunge)"
ALL = b"(MessageNew MessageExpunge FlagChange)"


def is_silent(client: Client, seconds: float = 0.4) -> bool:
    """Whether nothing comes by itself."""
    return not client._buffer and not select.select([client.socket], [], [], seconds)[0]


def new_mailbox(client: Client) -> bytes:
    name = client.in_new_mailbox()
    client.ask(b"UNSELECT")
    return name


def test_letters_elsewhere_are_told_without_a_question(connect: Connect) -> None:
    one, other = connect(), connect()
    name, unwatched = new_mailbox(one), new_mailbox(one)
    assert b"NOTIFY" in one.ask(b"CAPABILITY").lines[0].split()
    assert one.ask(b"NOTIFY SET (mailboxes %b %b)" % (name, ALL)).lines == []
    other.append(unwatched)
    uid = other.append(name)
    told = one.line()
    assert told.startswith(b"* STATUS %b (MESSAGES 1 UIDNEXT %d UIDVALIDITY " % (name, uid + 1))
    assert b" UNSEEN 1 HIGHESTMODSEQ " in told
    other.ask(b"SELECT " + name)
    other.ask(b"STORE 1 +FLAGS (\\Seen)")
    assert b" UNSEEN 0 " in one.line()
    other.ask(b"STORE 1 +FLAGS (\\Deleted)")
    assert one.line().startswith(b"* STATUS %b (MESSAGES 1 " % name)
    other.ask(b"EXPUNGE")
    assert b"(MESSAGES 0 " in one.line()
    assert is_silent(one)


def test_status_first_says_how_all_of_them_stand(connect: Connect) -> None:
    one = connect()
    name, opened = one.in_new_mailbox(letters=2), one.in_new_mailbox(letters=1)
    one.ask(b"ENABLE CONDSTORE")
    assert b"HIGHESTMODSEQ" in one.ask(b"NOTIFY SET STATUS (mailboxes %b %b)" % (name, BOTH)).lines[0]
    lines = one.ask(b"NOTIFY SET STATUS (mailboxes (%b %b nowhere) %b) (personal NONE)" % (name, opened, ALL)).lines
    assert len(lines) == 1, lines  # of the open one the client knows
    assert lines[0].startswith(b"* STATUS %b (MESSAGES 2 UIDNEXT 3 UIDVALIDITY " % name)
    assert b" UNSEEN 2 HIGHESTMODSEQ " in lines[0]


def test_new_letters_of_the_open_mailbox_bring_what_was_asked(connect: Connect) -> None:
    one, other = connect(), connect()
    name = one.in_new_mailbox()
    words = b"BODY[HEADER.FIELDS (SUBJECT)] FLAGS"
    assert one.ask(b"NOTIFY SET (selected (MessageNew (%b) MessageExpunge FlagChange))" % words).state == b"OK"
    uid = other.append(name)
    assert one.line() == b"* 1 EXISTS"
    subject = b"Subject: Rehearsal on Monday\r\n\r\n"
    told = b"* 1 FETCH (UID %d BODY[HEADER.FIELDS (SUBJECT)] {%d}\r\n%b FLAGS ())"
    assert one.line() == told % (uid, len(subject), subject)
    other.ask(b"SELECT " + name)
    assert other.ask(b"FETCH 1 FLAGS").lines == [b"* 1 FETCH (FLAGS ())"]  # telling it marked nothing as seen
    other.ask(b"STORE 1 +FLAGS (\\Deleted)")
    assert one.line() == b"* 1 FETCH (FLAGS (\\Deleted))"
    other.ask(b"EXPUNGE")
    assert one.line() == b"* 1 EXPUNGE"


def test_delayed_numbers_shift_where_a_command_lets_them(connect: Connect) -> None:
    one, other = connect(), connect()
    name = one.in_new_mailbox(letters=2)
    one.ask(b"NOTIFY SET (selected-delayed %b)" % BOTH)
    other.ask(b"SELECT " + name)
    other.ask(b"STORE 1 +FLAGS (\\Deleted)")
    other.ask(b"EXPUNGE")
    other.append(name)
    assert one.line() == b"* 3 EXISTS"
    assert is_silent(one)
    assert one.ask(b"FETCH 2 UID").lines == [b"* 2 FETCH (UID 2)"]
    assert one.ask(b"NOOP").lines == [b"* 1 EXPUNGE"]


def test_none_is_quiet_until_the_client_looks(connect: Connect) -> None:
    one, other = connect(), connect()
    name = one.in_new_mailbox(letters=1)
    assert one.ask(b"NOTIFY NONE").state == b"OK"
    other.append(name)
    assert is_silent(one)
    assert one.ask(b"FETCH 1 UID").lines == [b"* 1 FETCH (UID 1)"]
    assert one.ask(b"NOOP").lines == [b"* 2 EXISTS"]
    other.append(name)
    one.send(b"IDLE")
    assert one.line().startswith(b"+ ")
    assert is_silent(one)
    one.socket.sendall(b"DONE\r\n")
    assert b" OK " in one.line()
    one.ask(b"STORE 1 +FLAGS.SILENT (\\Deleted)")
    assert one.ask(b"EXPUNGE").said(b"EXPUNGE") == [b"* 1 EXPUNGE"]  # what one does oneself is answered


def test_names_and_subscriptions_are_told(connect: Connect) -> None:
    one, other = connect(), connect()
    name = new_mailbox(one)
    one.ask(b"NOTIFY SET (subtree %b (MailboxName SubscriptionChange))" % name)
    other.ask(b"CREATE %b/a" % name)
    assert one.line() == b'* LIST (\\HasNoChildren \\Subscribed) "/" %b/a' % name
    other.ask(b"UNSUBSCRIBE %b/a" % name)
    assert one.line() == b'* LIST (\\HasNoChildren) "/" %b/a' % name
    other.ask(b"RENAME %b/a %b/b" % (name, name))
    assert one.line() == b'* LIST (\\HasNoChildren) "/" %b/b ("OLDNAME" (%b/a))' % (name, name)
    other.ask(b"DELETE %b/b" % name)
    assert one.line() == b'* LIST (\\NonExistent \\Noselect \\HasNoChildren) "/" %b/b' % name
    other.append(name)
    assert is_silent(one)


def test_values_that_programs_keep_are_told_by_name(connect: Connect) -> None:
    one, other = connect(), connect()
    name = new_mailbox(one)
    one.ask(b"NOTIFY SET (personal (MailboxMetadataChange ServerMetadataChange))")
    other.ask(b'SETMETADATA %b (/private/comment "x" /shared/comment "y")' % name)
    assert one.line() == b"* METADATA %b /private/comment /shared/comment" % name
    other.ask(b'SETMETADATA "" (/private/vendor/x "y")')
    assert one.line() == b'* METADATA "" /private/vendor/x'
    other.ask(b"SETMETADATA %b (/private/comment NIL)" % name)
    assert one.line() == b"* METADATA %b /private/comment" % name


def test_the_first_group_that_fits_says(connect: Connect) -> None:
    one, other = connect(), connect()
    quiet, loud = new_mailbox(one), new_mailbox(one)
    one.ask(b"NOTIFY SET (mailboxes %b NONE) (personal %b)" % (quiet, BOTH))
    other.append(quiet)
    other.append(loud)
    assert one.line().startswith(b"* STATUS %b (" % loud)
    one.ask(b"NOTIFY SET (mailboxes %b %b)" % (quiet, BOTH))  # the whole of it is replaced
    other.append(loud)
    other.append(quiet)
    assert one.line().startswith(b"* STATUS %b (MESSAGES 2 " % quiet)


def test_news_come_while_a_letter_is_on_its_way(connect: Connect) -> None:
    one, other = connect(), connect()
    name, mine = new_mailbox(one), new_mailbox(one)
    one.ask(b"NOTIFY SET (mailboxes %b %b)" % (name, BOTH))
    tag = one.send(b"APPEND %b {%d}" % (mine, len(LETTER)))
    assert one.line().startswith(b"+ ")
    other.append(name)
    assert one.line().startswith(b"* STATUS %b (MESSAGES 1 " % name)
    one.socket.sendall(LETTER + b"\r\n")
    assert one.until(tag).state == b"OK"


def test_what_nobody_can_tell_is_refused_with_what_can(malik: Client, connect: Connect) -> None:
    reply = malik.ask(b"NOTIFY SET (personal (AnnotationChange))")
    assert reply.state == b"NO"
    assert reply.code.startswith(b"BADEVENT (MessageNew MessageExpunge FlagChange ")
    assert malik.ask(b"NOTIFY SET (selected (MessageNew))").state == b"BAD"
    assert connect("").ask(b"NOTIFY NONE").state == b"BAD"
