# SPDX-License-Identifier: AGPL-3.0-or-later
"""SORT and THREAD (RFC 5256), DISPLAYFROM and DISPLAYTO (RFC 5957), and SORT's other answers (RFC 5267)."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from mazot.heads.bridge import across
from mazot.heads.imap.commands.searching import found_by
from mazot.heads.imap.news import tell_selected
from mazot.heads.imap.selected import Selected
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.queries.messages import content_of, rows_for
from mazot.tenancy.actor import Actor
from mazot.wire.imap.asking import Search, Sort, Thread
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed
from mazot.wire.imap.envelopes import IN_REPLY_TO, MESSAGE_ID, first_address, read_envelope
from mazot.wire.imap.responses import string, untagged
from mazot.wire.imap.threads import Sent, by_references, by_subject, written
from mazot.wire.mime import Parts, decode_words, header_fields, normal_subject

AT_ONCE = 2_000
AT_ONCE_READING = 200
MOST_REFERENCES = 200
ALGORITHMS = {b"ORDEREDSUBJECT": by_subject, b"REFERENCES": by_references}
COLUMNS = ("received_at", "sent_at", "size", "subject", "envelope")

_IDENTITY = re.compile(rb"<([^<>\s]{1,250})>")

Row = tuple[int, datetime, datetime | None, int, str, bytes]  # place, and the columns


async def sort(session: Session, named: Named) -> Ok:
    command: Sort = named.read()
    selected = session.selected
    assert selected is not None
    await tell_selected(session, may_shift=False)
    places = await found_by(session, Search(command.key, command.by_uid), selected.saved)
    rows: list[Row] = []
    for start in range(0, len(places), AT_ONCE):
        rows += await across(_rows, _actor(session), selected, places[start : start + AT_ONCE])
        await session.channel.drain()
    ordered = await across(_ordered, rows, command.criteria)
    numbers = [selected.uids[place] if command.by_uid else place + 1 for place in ordered]
    if command.returns is None:
        session.channel.write(b"* SORT" + b"".join(b" %d" % number for number in numbers) + b"\r\n")
    else:
        session.channel.write(_extended(named.tag, numbers, command.returns, by_uid=command.by_uid))
    return Ok("That is all.")


async def thread(session: Session, named: Named) -> Ok:
    command: Thread = named.read()
    selected = session.selected
    assert selected is not None
    if command.algorithm not in ALGORITHMS:
        raise Malformed("ORDEREDSUBJECT and REFERENCES are the ways to thread here")  # RFC 5256 section 3
    await tell_selected(session, may_shift=False)
    places = await found_by(session, Search(command.key, command.by_uid), selected.saved)
    reads = command.algorithm == b"REFERENCES"
    step, sent = (AT_ONCE_READING if reads else AT_ONCE), []
    for start in range(0, len(places), step):
        sent += await across(_sent, _actor(session), selected, places[start : start + step], command.by_uid, reads)
        await session.channel.drain()
    roots = await across(ALGORITHMS[command.algorithm], sent)
    threads = await across(written, roots)
    session.channel.write(b"* THREAD" + (b" " + threads if threads else b"") + b"\r\n")
    return Ok("That is all.")


def _extended(tag: bytes, numbers: list[int], returns: frozenset[bytes], *, by_uid: bool) -> bytes:
    """RFC 5267 section 3.1: the first, the last and all of them in the order they were sorted to."""
    words = [b"ESEARCH (TAG %b)" % string(tag)] + ([b"UID"] if by_uid else [])
    if numbers:
        words += [b"MIN %d" % numbers[0]] if b"MIN" in returns else []
        words += [b"MAX %d" % numbers[-1]] if b"MAX" in returns else []
        words += [b"ALL " + b",".join(b"%d" % number for number in numbers)] if b"ALL" in returns else []
    if b"COUNT" in returns:
        words.append(b"COUNT %d" % len(numbers))
    return untagged(*words)


def _actor(session: Session) -> Actor:
    assert session.opened is not None
    return session.opened.actor


def _rows(actor: Actor, selected: Selected, places: Sequence[int]) -> list[Row]:
    uids = [selected.uids[place] for place in places]
    found: list[Row] = []
    for uid, received, sent, size, subject, envelope in rows_for(actor, selected.mailbox, uids, COLUMNS):
        place = selected.at(uid)
        if place is not None:
            found.append((place, received, sent, size, subject, bytes(envelope)))
    return found


def _ordered(rows: list[Row], criteria: Sequence[tuple[bytes, bool]]) -> list[int]:
    """Sorted by the last criterion first: the order of equals stays, downward too (RFC 5256 section 3)."""
    ordered = sorted(rows)
    for criterion, is_downward in reversed(criteria):
        ordered.sort(key=KEYS[criterion], reverse=is_downward)
    return [row[0] for row in ordered]


def _address(field: bytes) -> Callable[[Row], str]:
    return lambda row: _collated(first_address(read_envelope(row[5]), field)[1].decode("utf-8", "replace"))


def _display(field: bytes) -> Callable[[Row], str]:
    def shown(row: Row) -> str:
        name, local, domain = first_address(read_envelope(row[5]), field)
        whole = (
            decode_words(name).strip()
            if name
            else (local + (b"@" + domain if domain else b"")).decode("utf-8", "replace")
        )
        return _collated(whole)

    return shown


def _collated(text: str) -> str:
    """As i;unicode-casemap compares (RFC 5051)."""
    return unicodedata.normalize("NFKD", text.upper())


KEYS: dict[bytes, Callable[[Row], Any]] = {
    b"ARRIVAL": lambda row: row[1],
    b"DATE": lambda row: row[2] or row[1],
    b"SIZE": lambda row: row[3],
    b"SUBJECT": lambda row: _collated(normal_subject(row[4])[0]),
    b"FROM": _address(b"FROM"),
    b"TO": _address(b"TO"),
    b"CC": _address(b"CC"),
    b"DISPLAYFROM": _display(b"FROM"),
    b"DISPLAYTO": _display(b"TO"),
}


def _sent(actor: Actor, selected: Selected, places: Sequence[int], by_uid: bool, reads: bool) -> list[Sent]:
    uids = [selected.uids[place] for place in places]
    columns = (*COLUMNS, *(("digest", "parts") if reads else ()))
    found = []
    for uid, received, sent, _size, subject, envelope, *content in rows_for(actor, selected.mailbox, uids, columns):
        place = selected.at(uid)
        if place is None:
            continue
        base, is_reply = normal_subject(subject)
        message_id, references = _identities(bytes(envelope), *content) if reads else ("", ())
        number = uid if by_uid else place + 1
        found.append(Sent(number, sent or received, _collated(base), is_reply, message_id, references))
    return found


def _identities(envelope: bytes, digest: str, packed: bytes) -> tuple[str, tuple[str, ...]]:
    """The Message-ID, and whom the message names: References, or the first of In-Reply-To (RFC 5256 section 3)."""
    members = read_envelope(envelope)
    content = content_of(digest)
    place = Parts.unpack(bytes(packed)).section(b"", "HEADER")
    header = content[place[0] : place[1]] if place else b""
    named = _IDENTITY.findall(bytes(header_fields(header, [b"References"])))[-MOST_REFERENCES:]
    named = named or _IDENTITY.findall(members[IN_REPLY_TO] or b"")[:1]
    own = _IDENTITY.search(members[MESSAGE_ID] or b"")
    return (own[1].decode("utf-8", "replace") if own else ""), tuple(one.decode("utf-8", "replace") for one in named)
