# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines of clients: those that are read, and those that are refused with what is wrong."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.smtp.commands import Auth, Bare, Bdat, Hello, MailFrom, Malformed, RcptTo, read_command
from mazot.wire.smtp.replies import lines, reply


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("EHLO mail.away.example", Hello("EHLO", "mail.away.example")),
        ("ehlo [192.0.2.1]", Hello("EHLO", "[192.0.2.1]")),
        ("LHLO x", Hello("LHLO", "x")),
        ("MAIL FROM:<>", MailFrom("")),
        ("mail from: <a@b.example>", MailFrom("a@b.example")),
        ("MAIL FROM:<a@b.example> SIZE=1000 BODY=8BITMIME", MailFrom("a@b.example", 1000, is_8bit=True)),
        ("MAIL FROM:<é@b.example> SMTPUTF8", MailFrom("é@b.example", needs_utf8=True)),
        ("MAIL FROM:<a@b> RET=hdrs ENVID=q+2B1", MailFrom("a@b", returns="HDRS", envelope_id="q+2B1")),
        ("MAIL FROM:<a@b> AUTH=<>", MailFrom("a@b")),
        ("RCPT TO:<a@b.example>", RcptTo("a@b.example")),
        ("RCPT TO:<@x,@y:a@b.example>", RcptTo("a@b.example")),
        ('RCPT TO:<"a b>"@c.example>', RcptTo('"a b>"@c.example')),
        ("RCPT TO:<a@[192.0.2.1]>", RcptTo("a@[192.0.2.1]")),
        ("RCPT TO:<a@[IPv6:2001:db8::1]>", RcptTo("a@[IPv6:2001:db8::1]")),
        ("RCPT TO:<Postmaster>", RcptTo("Postmaster")),
        ("RCPT TO:<a@b> NOTIFY=success,failure ORCPT=rfc822;a@b", RcptTo("a@b", "SUCCESS,FAILURE", "rfc822;a@b")),
        ("RCPT TO:<a@b> NOTIFY=NEVER", RcptTo("a@b", "NEVER")),
        ("BDAT 86 LAST", Bdat(86, is_last=True)),
        ("BDAT 0", Bdat(0, is_last=False)),
        ("AUTH PLAIN", Auth("PLAIN", None)),
        ("AUTH plain AGEAYg==", Auth("PLAIN", "AGEAYg==")),
        ("NOOP whatever", Bare("NOOP", "whatever")),
        ("quit", Bare("QUIT")),
    ],
)
def test_a_command_is_read(line: str, command: object) -> None:
    assert read_command(line.encode()) == command


@pytest.mark.parametrize(
    ("line", "code", "enhanced"),
    [
        (b"", 500, "5.5.1"),
        (b"HELLO there", 500, "5.5.1"),
        (b"EHLO", 501, "5.5.4"),
        (b"EHLO two words", 501, "5.5.4"),
        (b"DATA now", 501, "5.5.4"),
        (b"MAIL FROM:a@b", 553, "5.1.7"),
        (b"MAIL FROM:<a@b", 553, "5.1.7"),
        (b"MAIL FROM:<a@b>x", 553, "5.1.7"),
        (b"MAIL TO:<a@b>", 501, "5.5.4"),
        (b"MAIL FROM:<a@b> SIZE=-1", 501, "5.5.4"),
        (b"MAIL FROM:<a@b> SIZE=1 SIZE=2", 501, "5.5.4"),
        (b"MAIL FROM:<a@b> BODY=BINARYMIME", 501, "5.5.4"),
        (b"MAIL FROM:<a@b> X=1", 555, "5.5.4"),
        ("MAIL FROM:<é@b>".encode(), 553, "5.6.7"),
        (b"RCPT TO:<>", 501, "5.1.3"),
        (b"RCPT TO:<a>", 501, "5.1.3"),
        (b"RCPT TO:<bad", 501, "5.1.3"),
        (b"RCPT TO:<a@b@c>", 501, "5.1.3"),
        (b"RCPT TO:<a..b@c>", 501, "5.1.3"),
        (b"RCPT TO:<.a@c>", 501, "5.1.3"),
        (b"RCPT TO:<a@-b>", 501, "5.1.3"),
        (b"RCPT TO:<a@[300.1.1.1]>", 501, "5.1.3"),
        (b"RCPT TO:<" + b"a" * 65 + b"@b>", 501, "5.1.3"),
        (b"RCPT TO:<a@" + b"b." * 130 + b"c>", 501, "5.1.3"),
        (b"RCPT TO:<a@b> NOTIFY=NEVER,SUCCESS", 501, "5.5.4"),
        (b"RCPT TO:<a@b> NOTIFY=", 501, "5.5.4"),
        (b"RCPT TO:<a\r@b>", 500, "5.5.2"),
        (b"RCPT TO:<a@b\x00>", 500, "5.5.2"),
        (b"NOOP \xff", 500, "5.5.2"),
        (b"NOOP " + b"x" * 5000, 500, "5.5.2"),
        (b"BDAT", 501, "5.5.4"),
        (b"BDAT 1 2", 501, "5.5.4"),
        (b"BDAT -1", 501, "5.5.4"),
        (b"AUTH", 501, "5.5.4"),
        ("RſET".encode(), 500, "5.5.1"),
        ("MAıL FROM:<a@b>".encode(), 500, "5.5.1"),
        (b"MAIL FROM:<@x:>", 553, "5.1.7"),
        (b"MAIL FROM:<a@b> RET", 501, "5.5.4"),
        (b"MAIL FROM:<a@b> ENVID", 501, "5.5.4"),
        (b"MAIL FROM:<a@b> SMTPUTF8=1", 501, "5.5.4"),
        (b"RCPT TO:<a@b> NOTIFY", 501, "5.5.4"),
        (b"RCPT TO:<a@b> ORCPT", 501, "5.5.4"),
        (b"RCPT TO:<a@[IPv6:fe80::1%x;y]>", 501, "5.1.3"),
        ("RCPT TO:<a\u2028b@c>".encode(), 500, "5.5.2"),
        ("RCPT TO:<a\u0085b@c>".encode(), 500, "5.5.2"),
        ("RCPT TO:<a@b>\u00a0".encode(), 501, "5.1.3"),
    ],
)
def test_a_line_that_is_wrong_says_what_is(line: bytes, code: int, enhanced: str) -> None:
    with pytest.raises(Malformed) as raised:
        read_command(line)
    assert (raised.value.code, raised.value.enhanced) == (code, enhanced)
    assert raised.value.sentence.endswith(".")


@given(st.binary(max_size=80).map(lambda tail: b"RCPT TO:<" + tail), st.binary(max_size=60))
def test_no_line_makes_it_raise_anything_else(line: bytes, other: bytes) -> None:
    for told in (line, other, b"MAIL FROM:" + other):
        with suppress(Malformed):
            read_command(told)


def test_replies_stay_on_their_line() -> None:
    assert reply(550, "5.1.1", "a\r\n250 b") == b"550 5.1.1 a 250 b\r\n"
    assert lines(250, ["a", "b"]) == b"250-a\r\n250 b\r\n"
