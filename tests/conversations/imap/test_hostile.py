# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a client may send that is wrong, too big, too much: one clear answer, and the door stays open for others."""

import pytest

from tests.conversations.imap.conftest import Connect
from tests.conversations.imap.talk import Client


@pytest.mark.parametrize(
    "line", [b"", b" ", b"a1", b"\xff\xfe NOOP", b"+ NOOP", b"a1 (", b"a1 UID", b'a1 LOGIN "', b"a1 \0"]
)
def test_a_broken_line_is_bad_and_the_next_one_works(malik: Client, line: bytes) -> None:
    malik.socket.sendall(line + b"\r\n")
    assert b" BAD " in malik.line()
    assert malik.ask(b"NOOP").state == b"OK"


def test_a_stranger_sends_neither_long_lines_nor_large_literals(connect: Connect) -> None:
    stranger = connect("")
    stranger.socket.sendall(b"a1 LOGIN " + b"x" * 20_000)
    assert stranger.line().startswith(b"* BYE")
    other = connect("")
    assert other.ask(b"LOGIN {5000}").code == b"TOOBIG"
    other.socket.sendall(b"a9 LOGIN {5000+}\r\n")
    assert other.line().startswith(b"* BYE")


def test_a_stranger_who_guesses_is_sent_away(connect: Connect) -> None:
    stranger = connect("")
    for _number in range(4):
        assert stranger.ask(b"FROB").state == b"BAD"
    told = stranger.ask(b"FROB")
    assert told.state == b"BAD"
    assert stranger.line().startswith(b"* BYE")
    with pytest.raises(EOFError):
        stranger.line()


def test_a_name_cannot_break_out_of_its_answer(malik: Client) -> None:
    name = malik.in_new_mailbox()
    odd = b'{%d+}\r\n%b/a"b\\c {9} )' % (len(name) + 12, name)
    assert malik.ask(b"CREATE " + odd).state == b"OK"
    assert malik.ask(b'LIST "" %b/%%' % name).lines == [b'* LIST (\\HasNoChildren) "/" "%b/a\\"b\\\\c {9} )"' % name]
    assert malik.ask(b"CREATE {%d+}\r\n%b/a\r\nb" % (len(name) + 5, name)).state == b"NO"


def test_a_pattern_of_many_stars_is_answered_at_once(malik: Client) -> None:
    assert malik.ask(b'LIST "" "' + b"*a" * 40 + b'"').state == b"OK"
    assert malik.ask(b'LIST "" "' + b"%*" * 200 + b'"').state == b"OK"


def test_a_search_of_many_keys_is_refused_with_the_limit(malik: Client) -> None:
    malik.in_new_mailbox()
    assert b"500" in malik.ask(b"SEARCH " + b"ALL " * 600 + b"ALL").end
    assert malik.ask(b"SEARCH " + b"NOT " * 2000 + b"ALL").state == b"BAD"


def test_a_message_that_is_no_letter_is_kept_and_can_be_read(malik: Client) -> None:
    name = malik.in_new_mailbox()
    for content in (b"\xff\xfe\0", b"\r\n", b"no header at all", b"Content-Type: multipart/mixed\r\n\r\n--\r\n"):
        malik.append(name, content)
    malik.ask(b"SELECT " + name)
    whole = malik.ask(b"FETCH 1:* (ENVELOPE BODYSTRUCTURE BODY BODY[1] BODY[HEADER] BODY[1.MIME] BINARY.SIZE[1])")
    assert whole.state == b"OK"
    assert len(whole.lines) == 4
    assert malik.ask(b"FETCH 1 BODY[]").lines[0].endswith(b"\xff\xfe\0)")


def test_a_session_whose_mailbox_is_removed_is_told_and_ends(malik: Client, connect: Connect) -> None:
    name = malik.in_new_mailbox(letters=1)
    other = connect()
    other.ask(b"SELECT " + name)
    assert malik.ask(b"DELETE " + name).state == b"OK"
    other.send(b"NOOP")
    assert other.line() == b"* BYE This mailbox is gone."
    with pytest.raises(EOFError):
        other.line()


def test_a_client_that_hangs_up_in_the_middle_harms_nobody(connect: Connect, malik: Client) -> None:
    name = malik.in_new_mailbox()
    rude = connect()
    rude.send(b"APPEND " + name + b" {1000+}\r\nonly so much")
    rude.close()
    assert malik.ask(b"STATUS " + name + b" (MESSAGES)").lines == [b"* STATUS " + name + b" (MESSAGES 0)"]
