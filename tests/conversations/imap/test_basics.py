# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every program does: come in, look round, open a mailbox, read, mark, move, go."""

from tests.conversations.imap.conftest import Connect
from tests.conversations.imap.talk import LETTER, Client
from tests.served import Served


def test_a_stranger_is_greeted_and_told_what_there_is(connect: Connect) -> None:
    stranger = connect("")
    assert stranger.greeting.startswith(b"* OK [CAPABILITY IMAP4rev1 IMAP4rev2 ")
    assert b"AUTH=PLAIN" in stranger.greeting
    assert b"STARTTLS" not in stranger.greeting
    told = stranger.ask(b"CAPABILITY")
    assert told.lines[0].startswith(b"* CAPABILITY IMAP4rev1")
    assert stranger.ask(b"SELECT INBOX").end.startswith(b"BAD ")
    out = stranger.ask(b"LOGOUT")
    assert out.lines[0].startswith(b"* BYE")
    assert out.state == b"OK"


def test_a_wrong_password_says_the_same_as_a_wrong_address(connect: Connect, served: Served) -> None:
    stranger = connect("")
    address = served.people["malik"]["mail"]["address"].encode()
    first = stranger.ask(b"LOGIN " + address + b" abcd1234-nothing")
    second = stranger.ask(b"LOGIN nobody@mimosa.example abcd1234-nothing")
    assert first.end == second.end
    assert first.code == b"AUTHENTICATIONFAILED"


def test_nobody_opens_an_address_with_a_password_of_another(connect: Connect, served: Served) -> None:
    stranger = connect("")
    secret = served.people["otto"]["mail"]["secret"].encode()
    assert stranger.ask(b"LOGIN malik@mimosa.example " + secret).code == b"AUTHENTICATIONFAILED"


def test_authenticate_plain_with_and_without_a_first_word(connect: Connect, served: Served) -> None:
    from base64 import b64encode

    mail = served.people["malik"]["mail"]
    words = b64encode(f"\0{mail['address']}\0{mail['secret']}".encode())
    first = connect("")
    assert first.ask(b"AUTHENTICATE PLAIN " + words).code.startswith(b"CAPABILITY")
    second = connect("")
    tag = second.send(b"AUTHENTICATE PLAIN")
    assert second.line() == b"+ "
    second.socket.sendall(words + b"\r\n")
    assert second.until(tag).state == b"OK"
    third = connect("")
    tag = third.send(b"AUTHENTICATE PLAIN")
    third.line()
    third.socket.sendall(b"*\r\n")
    assert third.until(tag).state == b"BAD"


def test_the_folders_are_listed_with_their_uses(malik: Client) -> None:
    lines = malik.ask(b'LIST "" *').lines
    assert lines[0] == b'* LIST (\\HasNoChildren) "/" INBOX'
    assert b'* LIST (\\HasNoChildren \\Sent) "/" Sent' in lines
    assert malik.ask(b'LIST "" ""').lines == [b'* LIST (\\Noselect) "/" ""']
    assert malik.ask(b"NAMESPACE").lines == [b'* NAMESPACE (("" "/")) NIL NIL']


def test_a_mailbox_is_opened_with_all_it_says_of_itself(malik: Client) -> None:
    name = malik.in_new_mailbox(letters=2)
    reply = malik.ask(b"SELECT " + name)
    assert b"* 2 EXISTS" in reply.lines
    assert b"* 0 RECENT" in reply.lines
    assert reply.said(b"[UIDVALIDITY ")
    assert reply.said(b"[UIDNEXT 3]")
    assert reply.said(b"[UNSEEN 1]")
    assert reply.said(b"[PERMANENTFLAGS (\\Seen")
    assert reply.said(b"[HIGHESTMODSEQ ")
    assert reply.code == b"READ-WRITE"
    assert malik.ask(b"EXAMINE " + name).code == b"READ-ONLY"
    assert malik.ask(b"STORE 1 FLAGS ()").code == b"NOPERM"
    assert malik.ask(b"SELECT nowhere").code == b"NONEXISTENT"
    assert malik.ask(b"FETCH 1 FLAGS").state == b"BAD"


def test_a_letter_comes_back_byte_for_byte_and_is_seen(malik: Client) -> None:
    malik.in_new_mailbox(letters=1)
    content = LETTER.replace(b"Monday", b"day 1")
    peeked = malik.ask(b"FETCH 1 (RFC822.SIZE BODY.PEEK[])").lines
    assert peeked == [b"* 1 FETCH (RFC822.SIZE %d BODY[] {%d}\r\n%b)" % (len(content), len(content), content)]
    fetched = malik.ask(b"FETCH 1 BODY[TEXT]").lines
    assert fetched == [b"* 1 FETCH (BODY[TEXT] {19}\r\nBring the scores.\r\n FLAGS (\\Seen))"]
    assert malik.ask(b"UID FETCH 1:* FLAGS").lines == [b"* 1 FETCH (UID 1 FLAGS (\\Seen))"]


def test_parts_of_a_letter(malik: Client) -> None:
    malik.in_new_mailbox(letters=1)
    assert malik.ask(b"FETCH 1 BODY.PEEK[HEADER.FIELDS (subject)]").lines == [
        b"* 1 FETCH (BODY[HEADER.FIELDS (subject)] {31}\r\nSubject: Rehearsal on day 1\r\n\r\n)"
    ]
    assert malik.ask(b"FETCH 1 BODY.PEEK[]<6.5>").lines == [b"* 1 FETCH (BODY[]<6> {5}\r\nRen\xc3\xa9)"]
    assert malik.ask(b"FETCH 1 BODY.PEEK[]<9999.5>").lines == [b"* 1 FETCH (BODY[]<9999> {0}\r\n)"]
    assert malik.ask(b"FETCH 1 BODY.PEEK[7]").lines == [b"* 1 FETCH (BODY[7] NIL)"]
    envelope = malik.ask(b"FETCH 1 ENVELOPE").lines[0]
    assert b'"Rehearsal on day 1"' in envelope
    assert b'"renee" "rival.example"' in envelope
    assert malik.ask(b"FETCH 1 BODYSTRUCTURE").lines[0].upper().startswith(b'* 1 FETCH (BODYSTRUCTURE ("TEXT" "PLAIN"')


def test_flags_are_set_added_removed_and_silent(malik: Client) -> None:
    malik.in_new_mailbox(letters=1)
    assert malik.ask(b"STORE 1 FLAGS (\\Flagged $Done)").lines == [b"* 1 FETCH (FLAGS (\\Flagged $Done))"]
    assert malik.ask(b"STORE 1 +FLAGS \\Seen").lines == [b"* 1 FETCH (FLAGS (\\Seen \\Flagged $Done))"]
    assert malik.ask(b"UID STORE 1 -FLAGS.SILENT (\\Seen)").lines == []
    assert malik.ask(b"FETCH 1 FLAGS").lines == [b"* 1 FETCH (FLAGS (\\Flagged $Done))"]
    assert malik.ask(b"STORE 2 FLAGS ()").state == b"BAD"


def test_a_copy_is_told_where_it_is_and_a_move_leaves(malik: Client) -> None:
    source = malik.in_new_mailbox(letters=3)
    target = malik.in_new_mailbox()
    malik.ask(b"SELECT " + source)
    copied = malik.ask(b"COPY 1:2 " + target)
    assert copied.code.startswith(b"COPYUID ")
    assert copied.code.endswith(b" 1:2 1:2")
    moved = malik.ask(b"UID MOVE 2 " + target)
    assert moved.lines[0].startswith(b"* OK [COPYUID ")
    assert moved.lines[1:] == [b"* 2 EXPUNGE"]
    assert malik.ask(b"UID FETCH 1:* UID").lines == [b"* 1 FETCH (UID 1)", b"* 2 FETCH (UID 3)"]
    assert malik.ask(b"COPY 1 nowhere").code == b"TRYCREATE"
    assert malik.ask(b"STATUS " + target + b" (MESSAGES)").lines == [b"* STATUS " + target + b" (MESSAGES 3)"]


def test_what_is_marked_is_expunged(malik: Client) -> None:
    malik.in_new_mailbox(letters=4)
    malik.ask(b"STORE 1,3,4 +FLAGS.SILENT (\\Deleted)")
    assert malik.ask(b"UID EXPUNGE 1").lines == [b"* 1 EXPUNGE"]
    assert malik.ask(b"EXPUNGE").lines == [b"* 3 EXPUNGE", b"* 2 EXPUNGE"]
    assert malik.ask(b"UID SEARCH ALL").lines == [b"* SEARCH 2"]


def test_close_expunges_in_silence_and_unselect_does_not(malik: Client) -> None:
    name = malik.in_new_mailbox(letters=2)
    malik.ask(b"STORE 1 +FLAGS (\\Deleted)")
    assert malik.ask(b"UNSELECT").lines == []
    assert b"* 2 EXISTS" in malik.ask(b"SELECT " + name).lines
    assert malik.ask(b"CLOSE").lines == []
    assert b"* 1 EXISTS" in malik.ask(b"SELECT " + name).lines


def test_commands_may_come_all_at_once(malik: Client) -> None:
    malik.in_new_mailbox(letters=2)
    tags = [malik.send(b"FETCH %d UID" % number) for number in (1, 2, 1)]
    replies = [malik.until(tag).lines for tag in tags]
    assert replies == [[b"* 1 FETCH (UID 1)"], [b"* 2 FETCH (UID 2)"], [b"* 1 FETCH (UID 1)"]]


def test_another_session_is_told_when_it_may_be(malik: Client, connect: Connect) -> None:
    name = malik.in_new_mailbox(letters=2)
    other = connect()
    other.ask(b"SELECT " + name)
    malik.ask(b"STORE 1 +FLAGS (\\Deleted)")
    malik.ask(b"EXPUNGE")
    malik.append(name)
    fetched = other.ask(b"FETCH 1:2 (UID)")
    assert not fetched.said(b"EXPUNGE")
    told = other.ask(b"NOOP").lines
    assert told == [b"* 1 EXPUNGE"] or told == [b"* 1 EXPUNGE", b"* 2 EXISTS"]
    assert other.ask(b"FETCH 1:2 (UID)").lines == [b"* 1 FETCH (UID 2)", b"* 2 FETCH (UID 3)"]


def test_idle_tells_what_happens(malik: Client, connect: Connect) -> None:
    name = malik.in_new_mailbox(letters=1)
    other = connect()
    other.ask(b"SELECT " + name)
    tag = other.send(b"IDLE")
    assert other.line().startswith(b"+ ")
    malik.append(name)
    assert other.line() == b"* 2 EXISTS"
    malik.ask(b"STORE 1 +FLAGS (\\Seen)")
    assert other.line() == b"* 1 FETCH (FLAGS (\\Seen))"
    other.socket.sendall(b"DONE\r\n")
    assert other.until(tag).state == b"OK"


def test_folders_are_made_renamed_and_removed(malik: Client) -> None:
    name = malik.in_new_mailbox()
    child = name + b"/&AMk-t&AOk-"
    assert malik.ask(b"CREATE " + child).code.startswith(b"MAILBOXID (F")
    assert malik.ask(b"CREATE " + child).code == b"ALREADYEXISTS"
    assert malik.ask(b'LIST "" ' + name + b"*").lines == [
        b'* LIST (\\HasChildren) "/" ' + name,
        b'* LIST (\\HasNoChildren) "/" "' + child + b'"',
    ]
    assert malik.ask(b"RENAME " + child + b" " + name + b"/b").state == b"OK"
    assert malik.ask(b"UNSUBSCRIBE " + name + b"/b").state == b"OK"
    assert malik.ask(b'LSUB "" ' + name + b"/%").lines == []
    assert malik.ask(b"SUBSCRIBE " + name + b"/b").state == b"OK"
    assert malik.ask(b'LSUB "" ' + name + b"/%").lines == [b'* LSUB () "/" ' + name + b"/b"]
    assert malik.ask(b"DELETE " + name).state == b"OK"
    assert malik.ask(b'LIST "" ' + name).lines == [b'* LIST (\\NonExistent \\Noselect \\HasChildren) "/" ' + name]
    assert malik.ask(b"DELETE " + name + b"/b").state == b"OK"
    assert malik.ask(b"DELETE INBOX").code == b"CANNOT"


def test_a_use_that_is_taken_or_unknown_is_refused_by_its_code(malik: Client) -> None:
    for use in (b"\\Drafts", b"\\Dance", b"\\All"):  # RFC 6154 section 3
        reply = malik.ask(b"CREATE for-a-use (USE (%b))" % use)
        assert (reply.state, reply.code) == (b"NO", b"USEATTR")
    assert not malik.ask(b'LIST "" for-a-use').said(b"LIST")
    assert malik.ask(b"CREATE for-a-use (USE (Drafts))").state == b"BAD"


def test_who_may_only_look_changes_nothing(malik: Client, connect: Connect) -> None:
    name = malik.in_new_mailbox(letters=1)
    gaia = connect("gaia")
    assert gaia.ask(b"SELECT " + name).code == b"READ-ONLY"
    assert len(gaia.ask(b"FETCH 1 BODY[TEXT]").lines) == 1
    assert gaia.ask(b"STORE 1 +FLAGS (\\Seen)").code == b"NOPERM"
    assert gaia.ask(b"CREATE Mine").code == b"NOPERM"
    assert malik.ask(b"FETCH 1 FLAGS").lines == [b"* 1 FETCH (FLAGS ())"]


def test_otto_sees_nothing_of_mimosa(connect: Connect, malik: Client) -> None:
    name = malik.in_new_mailbox(letters=1)
    otto = connect("otto")
    assert name not in b"".join(otto.ask(b'LIST "" *').lines)
    assert otto.ask(b"SELECT " + name).code == b"NONEXISTENT"
    assert otto.ask(b"STATUS " + name + b" (MESSAGES)").code == b"NONEXISTENT"
