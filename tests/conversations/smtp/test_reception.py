# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail from other servers, over real sockets; what was answered 250 is read by IMAP."""

import smtplib

import pytest

from tests.conversations.smtp.conftest import MALIK, Connect
from tests.served import Served

LETTER = b"From: nina@away.example\r\nTo: malik@mimosa.example\r\nSubject: %s\r\n\r\nHello.\r\n.dotted\r\n"


def test_a_letter_that_was_answered_250_is_in_the_inbox(connect: Connect, inbox) -> None:
    client = connect()
    assert client.greeting.startswith("220 ")
    hello, *rest = client.begin(MALIK)
    assert {"250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8", "250-CHUNKING", "250-DSN"} <= set(hello.split("\n"))
    assert "AUTH" not in hello
    assert "STARTTLS" not in hello  # no certificate, no promise
    assert [line[:9] for line in rest] == ["250 2.1.0", "250 2.1.5"]
    assert client.letter(LETTER % b"plum").startswith("250 2.0.0")
    (found,) = inbox("plum")
    head, _, body = found.partition(b"\r\n\r\n")
    assert body == b"Hello.\r\n.dotted\r\n"
    assert head.startswith(b"Received: from away.example ([127.0.0.1])\r\n\tby ")
    assert b"with ESMTP id " in head
    assert client.say("QUIT").startswith("221")


def test_commands_in_one_packet_are_answered_in_their_order(connect: Connect, inbox) -> None:
    client = connect()
    client.send(
        f"EHLO a.example\r\nMAIL FROM:<n@a.example>\r\nRCPT TO:<nobody@mimosa.example>\r\nRCPT TO:<{MALIK}>\r\nDATA\r\n"
    )
    assert [client.reply()[:3] for _reply in range(5)] == ["250", "250", "550", "250", "354"]
    client.send(LETTER % b"pear" + b".\r\nNOOP\r\nQUIT\r\n")
    assert [client.reply()[:3] for _reply in range(3)] == ["250", "250", "221"]
    assert len(inbox("pear")) == 1


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        ("nobody@mimosa.example", "550 5.1.1"),
        ("nina@away.example", "550 5.7.1"),
        ("MALIK+season@Mimosa.Example", "250 2.1.5"),
        ("Postmaster@mimosa.example", "250 2.1.5"),
        ("malik@sub.mimosa.example", "550 5.7.1"),
        ("malik%away.example@mimosa.example", "550 5.1.1"),
    ],
)
def test_only_our_own_addresses_are_let_in(connect: Connect, recipient: str, code: str) -> None:
    assert connect().begin(recipient)[-1].startswith(code)


def test_pieces_of_bdat_make_one_letter(connect: Connect, inbox) -> None:
    client = connect()
    client.begin(MALIK)
    letter = LETTER % b"quince"
    client.send(b"BDAT 10\r\n" + letter[:10] + b"BDAT %d\r\n" % (len(letter) - 20) + letter[10:-10])
    assert [client.reply()[:3], client.reply()[:3]] == ["250", "250"]
    client.send(b"BDAT 10 LAST\r\n" + letter[-10:])
    assert client.reply().startswith("250 2.0.0")
    (found,) = inbox("quince")
    assert found.endswith(b"Hello.\r\n.dotted\r\n")


def test_an_empty_last_piece_ends_it_too_and_a_piece_without_recipients_is_read_and_refused(
    connect: Connect, inbox
) -> None:
    client = connect()
    client.begin(MALIK)
    letter = LETTER % b"medlar"
    client.send(b"BDAT %d\r\n" % len(letter) + letter + b"BDAT 0 LAST\r\n")
    assert [client.reply()[:3], client.reply()[:3]] == ["250", "250"]
    assert len(inbox("medlar")) == 1
    client.send(b"BDAT 5 LAST\r\nQUIT\nNOOP\r\n")
    assert client.reply().startswith("503")
    assert client.reply().startswith("250")


def test_two_letters_go_over_one_connection_and_rset_forgets_one(connect: Connect, inbox) -> None:
    client = connect()
    client.begin(MALIK)
    assert client.say("MAIL FROM:<x@away.example>").startswith("503")
    assert client.say("RSET").startswith("250")
    assert client.say("DATA").startswith("503")
    for word in (b"damson", b"sloe"):
        client.say("MAIL FROM:<n@away.example>")
        client.say(f"RCPT TO:<{MALIK}>")
        assert client.letter(LETTER % word).startswith("250")
    assert len(inbox("damson")) == len(inbox("sloe")) == 1


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["MAIL FROM:<a@b.example>"], "503 5.5.1"),
        (["EHLO x", "RCPT TO:<a@b.example>"], "503 5.5.1"),
        (["EHLO x", "MAIL FROM:<a@b.example>", "DATA"], "554 5.5.1"),
        (["EHLO x", "MAIL FROM:<a@b.example> SIZE=99999999999"], "552 5.3.4"),
        (["EHLO x", "AUTH PLAIN AGEAYg=="], "503 5.5.1"),
        (["EHLO x", "STARTTLS"], "503 5.5.1"),
        (["LHLO x"], "500 5.5.1"),
        (["EHLO x", "VRFY malik"], "252 2.5.0"),
        (["EHLO x", "EXPN everybody"], "502 5.5.1"),
        (["EHLO x", "MAIL FROM:<a@b.example>", "RCPT TO:<é@mimosa.example>"], "553 5.6.7"),
        (["nonsense"], "500 5.5.1"),
    ],
)
def test_a_command_at_the_wrong_moment_says_so(connect: Connect, lines: list[str], code: str) -> None:
    client = connect()
    assert [client.say(line) for line in lines][-1].startswith(code)


def test_a_client_that_goes_on_making_mistakes_is_let_go(connect: Connect) -> None:
    client = connect()
    replies = [client.say("nonsense") for _try in range(11)]
    assert {reply[:3] for reply in replies[:10]} == {"500"}
    assert replies[10].startswith("421 4.7.0")
    assert client.reply() == ""


def test_a_hundred_and_first_recipient_is_for_another_letter(connect: Connect) -> None:
    client = connect()
    client.begin(*([MALIK] * 100))
    assert client.say(f"RCPT TO:<{MALIK}>").startswith("452 4.5.3")


def test_a_letter_that_goes_round_in_circles_is_refused(connect: Connect) -> None:
    client = connect()
    client.begin(MALIK)
    assert client.letter(b"Received: again\r\n" * 51 + LETTER % b"round").startswith("554 5.4.6")


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r"])
def test_no_second_letter_hides_in_a_first(connect: Connect, inbox, end: bytes) -> None:
    client = connect()
    client.begin(MALIK)
    hidden = b"MAIL FROM:<evil@rival.example>\r\nRCPT TO:<malik@mimosa.example>\r\nDATA\r\nSubject: hidden\r\n\r\nx"
    assert client.say("DATA").startswith("354")
    client.send(LETTER % b"smuggled" + end + hidden + b"\r\n.\r\n")
    assert client.reply().startswith("250")
    assert client.say("NOOP").startswith("250")
    assert len(inbox("smuggled")) == 1
    assert inbox("Subject: hidden") == []


def test_the_library_of_python_sends_and_so_do_long_lines(served: Served, inbox) -> None:
    with smtplib.SMTP(*served.doors["smtp"], timeout=20) as client:
        client.sendmail("nina@away.example", [MALIK], b"Subject: mulberry\r\n\r\n" + b"x" * 100_000 + b"\r\n")
    (found,) = inbox("mulberry")
    assert b"x" * 100_000 in found


def test_lmtp_answers_for_each_recipient(connect: Connect, inbox) -> None:
    client = connect("lmtp")
    assert client.say("EHLO x").startswith("500")
    *_begun, first, second = client.begin(MALIK, "otto@rival.example", hello="LHLO front.example")
    assert first.startswith("250")
    assert second.startswith("250")
    assert client.letter(LETTER % b"rowan").startswith("250 2.1.5 malik@mimosa.example")
    assert client.reply().startswith("250 2.1.5 otto@rival.example")
    assert client.say("NOOP").startswith("250")
    (found,) = inbox("rowan")
    assert b"with LMTP id" in found


def test_data_does_not_interrupt_the_pieces_of_a_letter(connect: Connect, inbox) -> None:
    client = connect()
    client.begin("malik@mimosa.example")
    client.send(b"BDAT 19\r\nSubject: halves\r\n\r\n")
    assert client.reply().startswith("250")
    assert client.say("DATA").startswith("503")
    client.send(b"BDAT 7 LAST\r\nwhole\r\n")
    assert client.reply().startswith("250")
    assert len(inbox("halves")) == 1
