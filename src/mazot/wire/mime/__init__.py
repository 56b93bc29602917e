# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages as they come (RFC 5322, MIME), read once and tolerantly: no bytes make it raise, and none are lost.

A message is bytes with CRLF ends. What IMAP asks for again and again is made ready here: ENVELOPE, BODY and
BODYSTRUCTURE as they go over the wire, and where each part lies.
"""

from mazot.wire.mime.content import UnknownEncoding, decoded, text_of
from mazot.wire.mime.headers import header_fields
from mazot.wire.mime.lines import crlf
from mazot.wire.mime.mailboxes import Group, Mailbox, addresses_of
from mazot.wire.mime.parts import Parts
from mazot.wire.mime.reading import READER, Attachment, Reading, read_message
from mazot.wire.mime.subjects import normal_subject
from mazot.wire.mime.words import decode_words

__all__ = [
    "READER",
    "Attachment",
    "Group",
    "Mailbox",
    "Parts",
    "Reading",
    "UnknownEncoding",
    "addresses_of",
    "crlf",
    "decode_words",
    "decoded",
    "header_fields",
    "normal_subject",
    "read_message",
    "text_of",
]
