# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs that fetch letter after letter: what is read ahead for them is what they would have read."""

from pathlib import Path

from tests.conversations.imap.conftest import Connect
from tests.conversations.imap.talk import LETTER, Client
from tests.served import Served

N_LETTERS = 12


def letter(number: int) -> bytes:
    return LETTER.replace(b"Monday", b"day %d" % number)


def body(number: int, size: int, uid: int) -> bytes:
    return b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)" % (number, uid, size, letter(uid))


def test_each_letter_is_itself_forwards_and_backwards_by_uid_and_number(malik: Client) -> None:
    malik.in_new_mailbox(N_LETTERS)
    for order in (range(1, N_LETTERS + 1), range(N_LETTERS, 0, -1)):
        for uid in order:
            reply = malik.ask(b"UID FETCH %d BODY.PEEK[]" % uid)
            assert reply.lines == [body(uid, len(letter(uid)), uid)]
        for number in order:
            reply = malik.ask(b"FETCH %d (UID BODY.PEEK[])" % number)
            assert reply.lines == [body(number, len(letter(number)), number)]
    for number in range(1, N_LETTERS + 1):
        reply = malik.ask(b"FETCH %d (UID BODY.PEEK[HEADER.FIELDS (Subject)] RFC822.SIZE)" % number)
        assert b"day %d\r\n" % number in reply.lines[0]
        assert reply.lines[0].endswith(b"RFC822.SIZE %d)" % len(letter(number)))


def test_what_another_program_expunged_is_not_told_of_a_letter_with_its_number(connect: Connect) -> None:
    first, second = connect(), connect()
    name = first.in_new_mailbox(N_LETTERS)
    for uid in (1, 2, 3):
        first.ask(b"UID FETCH %d BODY.PEEK[]" % uid)
    second.ask(b"SELECT " + name)
    second.ask(b"UID STORE 5 FLAGS (\\Deleted)")
    second.ask(b"UID EXPUNGE 5")
    assert first.ask(b"NOOP").lines == [b"* 5 EXPUNGE"]
    assert first.ask(b"FETCH 5 (UID BODY.PEEK[])").lines == [body(5, len(letter(6)), 6)]


def test_a_letter_that_cannot_be_read_keeps_none_before_it_back(malik: Client, served: Served) -> None:
    malik.in_new_mailbox(N_LETTERS)
    mark = letter(6)[-300:]
    lost = [path for path in (Path(served.data) / "blobs").glob("??/*") if path.read_bytes().endswith(mark)]
    assert len(lost) == 1
    kept = lost[0].read_bytes()
    lost[0].unlink()
    try:
        for uid in range(1, 6):
            assert malik.ask(b"UID FETCH %d BODY.PEEK[]" % uid).lines == [body(uid, len(letter(uid)), uid)]
        assert malik.ask(b"UID FETCH 6 BODY.PEEK[]").state == b"NO"
        assert malik.ask(b"UID FETCH 7 BODY.PEEK[]").lines == [body(7, len(letter(7)), 7)]
    finally:
        lost[0].write_bytes(kept)


def test_flags_are_those_of_now(connect: Connect) -> None:
    first, second = connect(), connect()
    name = first.in_new_mailbox(N_LETTERS)
    second.ask(b"SELECT " + name)
    for uid in (1, 2, 3):
        first.ask(b"UID FETCH %d (FLAGS BODY.PEEK[TEXT])" % uid)
    second.ask(b"UID STORE 4 FLAGS (\\Flagged)")
    first.ask(b"NOOP")
    assert b"FLAGS (\\Flagged)" in first.ask(b"UID FETCH 4 (FLAGS BODY.PEEK[TEXT])").lines[0]
    reply = first.ask(b"UID FETCH 5 (BODY[TEXT])")  # not a peek: it is seen from now on, and told
    assert b"FLAGS (\\Seen)" in reply.lines[0]


def test_many_letters_go_out_whole_though_the_client_is_slow(malik: Client) -> None:
    name = malik.in_new_mailbox()
    large = LETTER + b"x" * 78 + b"\r\n"
    large += (b"y" * 78 + b"\r\n") * 5000  # 400 kB
    for _n in range(12):
        malik.append(name, large)
    malik.ask(b"NOOP")
    reply = malik.ask(b"FETCH 1:12 BODY.PEEK[]")
    assert reply.state == b"OK"
    assert reply.lines == [b"* %d FETCH (BODY[] {%d}\r\n%b)" % (n, len(large), large) for n in range(1, 13)]
