# SPDX-License-Identifier: AGPL-3.0-or-later
"""ENVELOPE, BODY and BODYSTRUCTURE as they go over the wire (RFC 9051 section 7.5.2)."""

import re
from collections.abc import Sequence

from mazot.wire.mime.mailboxes import NAMELESS, Group, Lists, Mailbox
from mazot.wire.mime.structure import Part

_QUOTABLE = re.compile(rb"[ !#-\[\]-~]*")  # what stands between quotes as it is
_ESCAPES = re.compile(rb'(["\\])')
MOST_QUOTED = 1000

Fields = dict[bytes, list[bytes]]


def string(value: bytes) -> bytes:
    """A quoted string, or a literal where a quoted string cannot hold it; a literal holds no NUL."""
    if len(value) <= MOST_QUOTED:
        if _QUOTABLE.fullmatch(value):
            return b'"' + value + b'"'
        escaped = _ESCAPES.sub(rb"\\\1", value)
        if _QUOTABLE.fullmatch(_ESCAPES.sub(b"", value)):
            return b'"' + escaped + b'"'
    value = value.replace(b"\0", b"")
    return b"{%d}\r\n%s" % (len(value), value)


def nstring(value: bytes | None) -> bytes:
    return b"NIL" if value is None else string(value)


def envelope(fields: Fields, lists: Lists) -> bytes:
    """Date, subject, six lists of addresses, In-Reply-To and Message-ID; a list without addresses is NIL."""
    first = {name: found[0] for name, found in fields.items()}
    sent_by = _addresses(lists.of(fields, b"from"))
    parts = [
        nstring(first.get(b"date")),
        nstring(first.get(b"subject")),
        sent_by,
        # Without these two the From stands in their place (RFC 9051 section 7.5.2).
        _or_instead(_addresses(lists.of(fields, b"sender")), sent_by),
        _or_instead(_addresses(lists.of(fields, b"reply-to")), sent_by),
        *(_addresses(lists.of(fields, name)) for name in (b"to", b"cc", b"bcc")),
        nstring(first.get(b"in-reply-to")),
        nstring(first.get(b"message-id")),
    ]
    return b"(" + b" ".join(parts) + b")"


def _or_instead(told: bytes, instead: bytes) -> bytes:
    return instead if told == b"NIL" else told


def _addresses(found: list[Mailbox | Group]) -> bytes:
    written = b"".join(_address(one) for one in found)
    return b"(" + written + b")" if written else b"NIL"


def _address(one: Mailbox | Group) -> bytes:
    if isinstance(one, Group):
        members = b"".join(_address(member) for member in one.members)
        return b"(NIL NIL " + string(one.name) + b" NIL)" + members + b"(NIL NIL NIL NIL)"
    parts = (one.name or None, one.route or None, one.local or NAMELESS, one.domain)
    return b"(" + b" ".join(nstring(part) for part in parts) + b")"


def bodies(part: Part, lists: Lists) -> tuple[bytes, bytes]:
    """BODY, and with its extension data BODYSTRUCTURE."""
    if part.children and part.kind == b"multipart":
        below = [bodies(child, lists) for child in part.children]
        end = b" " + string(part.below)
        plain, full = b"".join(short for short, _long in below) + end, b"".join(long for _short, long in below) + end
        return b"(" + plain + b")", b"(" + full + _multipart_extension(part) + b")"
    plain = full = b" ".join(
        (
            string(part.kind),
            string(part.below),
            _parameters(part.parameters),
            nstring(part.id),
            nstring(part.description),
            string(part.encoding),
            b"%d" % part.size,
        )
    )
    if part.is_message:
        inner = part.children[0]
        written, below_plain, below_full = envelope(inner.fields, lists), *bodies(inner, lists)
        plain = b"%s %s %s %d" % (plain, written, below_plain, part.lines)
        full = b"%s %s %s %d" % (full, written, below_full, part.lines)
    elif part.kind == b"text":
        plain = full = b"%s %d" % (plain, part.lines)
    return b"(" + plain + b")", b"(" + b" ".join((full, nstring(part.md5), *_extension(part))) + b")"


def _multipart_extension(part: Part) -> bytes:
    return b" " + b" ".join((_parameters(part.parameters), *_extension(part)))


def _extension(part: Part) -> tuple[bytes, bytes, bytes]:
    disposition = b"NIL"
    if part.disposition is not None:
        name, parameters = part.disposition
        disposition = b"(" + string(name) + b" " + _parameters(parameters) + b")"
    languages = b"NIL"
    if part.languages:
        languages = b"(" + b" ".join(string(one) for one in part.languages) + b")"
    return disposition, languages, nstring(part.location)


def _parameters(parameters: Sequence[tuple[bytes, bytes]]) -> bytes:
    if not parameters:
        return b"NIL"
    return b"(" + b" ".join(string(name) + b" " + string(value) for name, value in parameters) + b")"
