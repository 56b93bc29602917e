# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs read and write the filters of an address over a real socket (RFC 5804)."""

import base64
import smtplib
from email.message import EmailMessage
from imaplib import IMAP4

import pytest
from sievelib.managesieve import Client as Sievelib

from mazot.wire.sieve import EXTENSIONS
from mazot.wire.sieve.faults import MOST_SOURCE
from tests.conversations.sieve.conftest import MALIK
from tests.furnish import ACCOUNT_PASSWORD
from tests.served import Served

pytestmark = pytest.mark.usefixtures("served")

REFUSED = 'NO "The address or the device password is not right."'
FILES = (
    'require ["fileinto", "mailbox"];\r\nif header :contains "subject" "managed" { fileinto :create "Managed"; }\r\n'
)


def test_the_greeting_says_what_is_known(connect):
    told = dict(line.split(" ", 1) if " " in line else (line, "") for line in connect().greeting[:-1])
    assert set(told['"SIEVE"'].strip('"').split()) == set(EXTENSIONS)
    assert told['"SASL"'] == '"PLAIN"'
    assert told['"VERSION"'] == '"1.0"'
    assert '"STARTTLS"' not in told  # this server has no certificate


def test_scripts_come_and_go(program):
    assert program.put("one", "keep;\r\n").startswith("OK")
    assert program.put("two ü", FILES).startswith("OK")
    assert program.say("LISTSCRIPTS") == ['"one"', '"two ü"', 'OK "That is all."']
    assert program.say('SETACTIVE "two ü"')[-1].startswith("OK")
    assert program.say("LISTSCRIPTS")[1] == '"two ü" ACTIVE'
    assert program.say('GETSCRIPT "two ü"')[0] == FILES.rstrip()
    assert program.say('DELETESCRIPT "two ü"')[-1].startswith("NO (ACTIVE)")
    assert program.say('RENAMESCRIPT "two ü" "one"')[-1].startswith("NO (ALREADYEXISTS)")
    assert program.say('RENAMESCRIPT "two ü" "three"')[-1].startswith("OK")
    assert program.say("LISTSCRIPTS")[1] == '"three" ACTIVE'
    assert program.say('SETACTIVE ""')[-1].startswith("OK")
    assert program.say('DELETESCRIPT "three"')[-1].startswith("OK")
    assert program.say('GETSCRIPT "three"')[-1].startswith("NO (NONEXISTENT)")
    assert program.say('SETACTIVE "three"')[-1].startswith("NO (NONEXISTENT)")


def test_a_script_that_cannot_run_is_refused_with_its_line(program):
    assert program.put("bad", "keep;\r\ndance;\r\n") == 'NO "line 2: There is no command dance."'
    raw = b'require "fileinto";'
    program.send(b"CHECKSCRIPT {%d+}\r\n%s\r\n" % (len(raw), raw))
    assert program.answer()[-1].startswith("OK")
    assert program.put("out", 'redirect "nina@away.example";').startswith('NO "line 1: Filters pass letters on inside')
    assert program.say("LISTSCRIPTS") == ['OK "That is all."']


def test_a_filter_that_was_put_sorts_the_next_letter(served: Served, program):
    program.put("sorting", FILES)
    program.say('SETACTIVE "sorting"')
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "nina@away.example", MALIK, "A managed letter"
    letter.set_content("Sorted.")
    with smtplib.SMTP(*served.doors["smtp"], local_hostname="away.example") as smtp:
        smtp.send_message(letter, to_addrs=[MALIK])
    with IMAP4(*served.doors["imap"]) as imap:
        imap.login(MALIK, served.people["malik"]["mail"]["secret"])
        assert imap.select("Managed")[1] == [b"1"]
        imap.close()
        imap.delete("Managed")


def test_room_is_asked_for_first(program):
    assert program.say('HAVESPACE "one" 1000')[-1].startswith("OK")
    assert program.say(f'HAVESPACE "one" {MOST_SOURCE + 1}')[-1].startswith("NO (QUOTA/MAXSIZE)")
    assert program.put("big", "#" * (MOST_SOURCE + 1)).startswith("NO (QUOTA/MAXSIZE)")
    assert program.say("NOOP")[-1].startswith("OK")  # what stood behind it was read to its end
    for number in range(30):
        assert program.put(f"{number}", "keep;").startswith("OK")
    assert program.say('HAVESPACE "more" 10')[-1].startswith("NO (QUOTA/MAXSCRIPTS)")
    assert program.put("more", "keep;").startswith("NO (QUOTA/MAXSCRIPTS)")
    assert program.say('HAVESPACE "1" 10')[-1].startswith("OK")


def test_a_stranger_gets_nowhere(connect, proof):
    client = connect()
    for command in ("LISTSCRIPTS", 'GETSCRIPT "one"', 'SETACTIVE "one"', "UNAUTHENTICATE"):
        assert client.say(command)[-1].startswith('NO "Log in first')
    assert client.say('AUTHENTICATE "LOGIN"')[-1].startswith("NO")
    assert client.say('AUTHENTICATE "PLAIN" "AGEAYg=="')[-1] == REFUSED
    client.send(b'PUTSCRIPT "one" {9000+}\r\n')
    assert client.answer()[-1].startswith("BYE")
    assert client.file.read() == b""


def test_passwords_of_the_account_open_no_filters(served: Served, connect):
    for secret in (ACCOUNT_PASSWORD, served.people["malik"]["secret"]):
        proof = base64.b64encode(f"\0{MALIK}\0{secret}".encode()).decode()
        assert connect().say(f'AUTHENTICATE "PLAIN" "{proof}"')[-1] == REFUSED


def test_a_device_that_is_ended_is_out_at_its_next_command(served: Served, connect):
    device = served.change("another_device", MALIK)
    proof = base64.b64encode(f"\0{MALIK}\0{device['secret']}".encode()).decode()
    client = connect()
    assert client.say(f'AUTHENTICATE "PLAIN" "{proof}"')[-1].startswith("OK")
    assert client.say("LISTSCRIPTS")[-1].startswith("OK")
    served.change("end_device", device["device_id"])
    assert client.say("LISTSCRIPTS")[-1].startswith("BYE")


def test_a_password_may_come_later_and_be_taken_back(connect, proof):
    client = connect()
    client.send('AUTHENTICATE "PLAIN"\r\n')
    assert client.file.readline() == b'""\r\n'
    assert client.say(f'"{proof}"')[-1].startswith("OK")
    assert client.say('AUTHENTICATE "PLAIN" ""')[-1].startswith("NO")
    assert client.say("UNAUTHENTICATE")[-1].startswith("OK")
    assert client.say("LISTSCRIPTS")[-1].startswith("NO")
    assert client.say("LOGOUT")[-1].startswith("OK")
    assert client.file.read() == b""


@pytest.mark.parametrize(
    "line",
    ["", '"NOOP"', "DANCE", "NOOP one", 'PUTSCRIPT "one', 'PUTSCRIPT "a" {3}', 'GETSCRIPT "a" "b"', "GETSCRIPT 5", '"'],
)
def test_what_is_no_command_is_told_and_the_next_is_read(program, line):
    if line:
        assert program.say(line)[-1].startswith("NO")
    else:
        program.send("\r\n")
    assert program.say('NOOP "x"')[-1] == 'OK (TAG "x") "Done."'


def test_a_line_without_an_end_is_the_last(connect):
    client = connect()
    client.send(b"NOOP " + b"x" * 20_000)
    assert client.answer()[-1].startswith("BYE")


def test_sievelib_manages_its_scripts(served: Served, program):
    client = Sievelib(*served.doors["sieve"])
    assert client.connect(MALIK, served.people["malik"]["mail"]["secret"], starttls=False, authmech="PLAIN")
    assert client.checkscript(FILES)
    assert client.putscript("sievelib", FILES)
    assert client.setactive("sievelib")
    assert client.getscript("sievelib").strip() == FILES.strip().replace("\r\n", "\n")
    assert client.listscripts() == ("sievelib", [])
    assert client.havespace("sievelib", 100)
    assert not client.putscript("bad", "dance;")
    assert client.setactive("")
    assert client.renamescript("sievelib", "renamed")
    assert client.deletescript("renamed")
    client.logout()
