# SPDX-License-Identifier: AGPL-3.0-or-later
"""METADATA (RFC 5464) over the wire."""

from tests.conversations.imap.conftest import Connect
from tests.conversations.imap.talk import Client


def test_values_are_kept_found_and_removed(malik: Client) -> None:
    name = malik.in_new_mailbox()
    assert b"METADATA" in malik.ask(b"CAPABILITY").lines[0].split()
    assert malik.ask(b'SETMETADATA %b (/private/comment "My list" /shared/comment {4}\r\nOurs)' % name).state != b"BAD"
    reply = malik.ask(b"GETMETADATA %b (/private/comment /shared/comment /shared/none)" % name)
    assert reply.lines == [b'* METADATA %b (/private/comment "My list" /shared/comment "Ours" /shared/none NIL)' % name]
    assert malik.ask(b"GETMETADATA (MAXSIZE 5) %b (/private/comment /shared/comment)" % name).code == (
        b"METADATA LONGENTRIES 7"
    )
    malik.ask(b"SETMETADATA %b (/private/comment NIL)" % name)
    assert malik.ask(b"GETMETADATA %b /private/comment" % name).lines == [
        b"* METADATA %b (/private/comment NIL)" % name
    ]


def test_they_move_with_a_mailbox_and_go_with_it(malik: Client) -> None:
    name = malik.in_new_mailbox()
    malik.ask(b'SETMETADATA %b (/private/comment "x")' % name)
    malik.ask(b"UNSELECT")
    malik.ask(b"RENAME %b %b-new" % (name, name))
    assert malik.ask(b"GETMETADATA %b-new /private/comment" % name).lines == [
        b'* METADATA %b-new (/private/comment "x")' % name
    ]
    assert malik.ask(b"DELETE %b-new" % name).state == b"OK"
    assert malik.ask(b"GETMETADATA %b-new /private/comment" % name).code == b"NONEXISTENT"


def test_the_address_itself_has_values_that_strangers_do_not_see(connect: Connect) -> None:
    malik, otto = connect(), connect("otto")
    assert malik.ask(b'SETMETADATA "" (/shared/vendor/mazot/x "ours")').state == b"OK"
    assert malik.ask(b'GETMETADATA (DEPTH infinity) "" /shared/vendor').lines == [
        b'* METADATA "" (/shared/vendor/mazot/x "ours")'
    ]
    assert otto.ask(b'GETMETADATA (DEPTH infinity) "" /shared').lines == []
    assert connect("").ask(b'GETMETADATA "" /shared/comment').state == b"BAD"


def test_a_value_too_large_is_refused_with_the_limit(malik: Client) -> None:
    reply = malik.ask(b'SETMETADATA "" (/private/large {20000+}\r\n%b)' % (b"x" * 20_000))
    assert (reply.state, reply.code) == (b"NO", b"METADATA MAXSIZE 16384")
    assert malik.ask(b"SETMETADATA nowhere (/private/a NIL)").code == b"NONEXISTENT"
