# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail from the programs of people: who they prove to be, whose name they write under, and how it leaves."""

import base64
import time

import pytest

from tests.conversations.smtp.conftest import MALIK, Connect
from tests.conversations.smtp.talk import Client
from tests.served import Served

LETTER = b"From: Malik <malik@mimosa.example>\r\nTo: malik@mimosa.example\r\nSubject: %s\r\n\r\nHello.\r\n"


def test_a_letter_to_oneself_comes_through_the_queue(program: Client, inbox) -> None:
    assert program.say(f"MAIL FROM:<{MALIK}>").startswith("250")
    assert program.say(f"RCPT TO:<{MALIK}>").startswith("250")
    assert program.letter(LETTER % b"walnut").startswith("250 2.0.0 It is on its way as ")
    until = time.monotonic() + 20
    while not (found := inbox("walnut")) and time.monotonic() < until:
        time.sleep(0.2)
    head = found[0].partition(b"\r\n\r\n")[0]
    assert b"with ESMTPA id" in head
    assert b"\r\nMessage-ID: <" in head
    assert b"\r\nDate: " in head


def test_nobody_sends_without_a_device_password(connect: Connect) -> None:
    client = connect("submission")
    assert "AUTH PLAIN LOGIN" in client.say("EHLO x")
    assert client.say(f"MAIL FROM:<{MALIK}>").startswith("530 5.7.0")


@pytest.mark.parametrize("secret", ["", "wrong", "abcd1234-" + "a" * 32])
def test_a_wrong_password_is_told_the_same_whatever_is_wrong(connect: Connect, secret: str) -> None:
    # Not Malik's: at the sixth wrong one every door would make him wait, and other tests guess at his.
    assert connect("submission").enter("otto@rival.example", secret).startswith("535 5.7.8")


def test_a_device_password_opens_no_other_address(connect: Connect, served: Served) -> None:
    secret = served.people["malik"]["mail"]["secret"]
    assert connect("submission").enter("otto@rival.example", secret).startswith("535 5.7.8")


def test_login_in_steps_works_and_may_be_given_up(connect: Connect, served: Served) -> None:
    client = connect("submission")
    client.say("EHLO x")
    assert client.say("AUTH LOGIN") == "334 " + base64.b64encode(b"Username:").decode()
    assert client.say("*").startswith("501")
    client.say("AUTH LOGIN " + base64.b64encode(MALIK.encode()).decode())
    secret = served.people["malik"]["mail"]["secret"]
    assert client.say(base64.b64encode(secret.encode()).decode()).startswith("235")
    assert client.say("AUTH PLAIN").startswith("503")


@pytest.mark.parametrize("said", ["AUTH PLAIN !!!", "AUTH PLAIN YQ==", "AUTH CRAM-MD5", "AUTH PLAIN AGEAYgBj"])
def test_a_proof_that_is_none_is_refused(connect: Connect, said: str) -> None:
    client = connect("submission")
    client.say("EHLO x")
    assert client.say(said)[:3] in ("501", "504")
    assert client.say("NOOP").startswith("250")


def test_nobody_writes_in_the_name_of_another(program: Client) -> None:
    assert program.say("MAIL FROM:<otto@rival.example>").startswith("553 5.7.1")
    assert program.say("MAIL FROM:<olive@mimosa.example>").startswith("553 5.7.1")
    assert program.say("MAIL FROM:<malik+season@mimosa.example>").startswith("250")
    program.say("RCPT TO:<nina@away.example>")
    forged = LETTER.replace(b"Malik <malik@", b"Olive <olive@") % b"x"
    assert program.letter(forged).startswith("550 5.7.1")
    assert program.say(f"MAIL FROM:<{MALIK}>").startswith("250")
    program.say("RCPT TO:<nina@away.example>")
    both = LETTER.replace(b"\r\nTo:", b", olive@mimosa.example\r\nTo:") % b"x"
    assert program.letter(both).startswith("550 5.7.1")
    program.say(f"MAIL FROM:<{MALIK}>")
    program.say("RCPT TO:<nina@away.example>")
    assert program.letter(b"Subject: nobody\r\n\r\nx\r\n").startswith("550 5.7.1")
