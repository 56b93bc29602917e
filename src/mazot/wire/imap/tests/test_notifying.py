# SPDX-License-Identifier: AGPL-3.0-or-later
"""NOTIFY as bytes and as values."""

import pytest

from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.fetching import Attribute
from mazot.wire.imap.notifying import DELAYED, EXPUNGE, FLAGS, NAME, NEW, SELECTED, SUBSCRIPTION, Group, Notify
from mazot.wire.imap.tests.talk import read

MESSAGES = frozenset((NEW, EXPUNGE))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"NOTIFY NONE", Notify()),
        (b"notify set (selected (messagenew messageexpunge))", Notify((Group(SELECTED, MESSAGES),))),
        (
            b"NOTIFY SET STATUS (selected-delayed (MessageNew (UID BODYSTRUCTURE) MessageExpunge FlagChange)) "
            b"(personal (MailboxName SubscriptionChange))",
            Notify(
                (
                    Group(DELAYED, MESSAGES | {FLAGS}, items=(Attribute(b"UID"), Attribute(b"BODYSTRUCTURE"))),
                    Group(b"PERSONAL", frozenset((NAME, SUBSCRIPTION))),
                ),
                wants_status=True,
            ),
        ),
        (b"NOTIFY SET (selected NONE)", Notify((Group(SELECTED),))),
        (b"NOTIFY SET (subtree Lists NONE)", Notify((Group(b"SUBTREE", mailboxes=("Lists",)),))),
        (
            b'NOTIFY SET (mailboxes (inbox "a b" {1}\r\nc) (MessageNew MessageExpunge))',
            Notify((Group(b"MAILBOXES", MESSAGES, ("INBOX", "a b", "c")),)),
        ),
        (
            b"NOTIFY SET (inboxes (AnnotationChange Weather MailboxName Weather))",
            Notify((Group(b"INBOXES", frozenset((NAME,))),), unknown=(b"ANNOTATIONCHANGE", b"WEATHER")),
        ),
    ],
)
def test_a_command_is_read_to_its_value(text: bytes, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        b"NOTIFY",
        b"NOTIFY SET",
        b"NOTIFY SET STATUS",
        b"NOTIFY SETSTATUS (selected NONE)",
        b"NOTIFY NONE (selected NONE)",
        b"NOTIFY SET (selected)",
        b"NOTIFY SET (selected ())",
        b"NOTIFY SET (others NONE)",
        b"NOTIFY SET (subtree NONE)",
        b"NOTIFY SET (mailboxes () NONE)",
        b"NOTIFY SET (selected NONE)(personal NONE)",
        b"NOTIFY SET (selected NONE) (selected-delayed NONE)",
        b"NOTIFY SET (selected (MessageNew))",
        b"NOTIFY SET (personal (MessageExpunge))",
        b"NOTIFY SET (personal (FlagChange))",
        b"NOTIFY SET (selected (MessageNew MessageExpunge MailboxName))",
        b"NOTIFY SET (personal (MessageNew (UID) MessageExpunge))",
        b"NOTIFY SET (selected (MessageNew (WEIGHT) MessageExpunge))",
        b"NOTIFY SET (selected (MessageNew () MessageExpunge))",
        b"NOTIFY SET" + b" (personal NONE)" * 51,
        b"NOTIFY SET (mailboxes (" + b" ".join(b"m%d" % n for n in range(501)) + b") NONE)",
    ],
)
def test_what_is_no_command_is_not_read(text: bytes) -> None:
    with pytest.raises(Malformed):
        read(text)
