# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was read from messages when they came, and their bytes."""

import mmap
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from mazot.foundation.blobs import blobs
from mazot.foundation.errors import Busy
from mazot.products.mail.models import Mailbox
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.tenancy.actor import Actor

PIECE = 500
MAPPED_FROM = 256 * 1024  # larger contents are mapped: whoever asks for a part reads no more than that part

COLUMNS = {
    "flags": "p.flags",
    "keywords": "p.keywords",
    "modseq": "p.modseq",
    "saved_at": "p.saved_at",
    "message_id": "p.message_id",  # the number of the message, the same in every mailbox: EMAILID (RFC 8474)
    "thread_id": "m.thread_id",
    "digest": "m.digest",
    "size": "m.size",
    "received_at": "m.received_at",
    "sent_at": "m.sent_at",
    "subject": "m.subject",
    "sender": "m.sender",
    "recipients": "m.recipients",
    "preview": "m.preview",
    "n_attachments": "m.n_attachments",
    "envelope": "m.envelope",
    "bodystructure": "m.bodystructure",
    "body": "m.body",
    "parts": "m.parts",
    "reading": "m.reading",
}
MOMENTS = {"saved_at", "received_at", "sent_at"}


def rows_for(actor: Actor, mailbox: Mailbox, uids: Sequence[int], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """The UID and these columns of messages, by UID; those that are gone meanwhile are left out.

    `uids` rise. Each five hundred are one statement, read when they are asked for.
    """
    require_reading(actor, mailbox)
    unknown = set(columns) - set(COLUMNS)
    if unknown:
        raise ValueError(f"messages have no {', '.join(sorted(unknown))}")
    return _rows(mailbox.id, uids, columns)


def _rows(mailbox_id: int, uids: Sequence[int], columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    wanted = ["p.uid", *(COLUMNS[column] for column in columns)]
    # CROSS JOIN keeps the order: SQLite would otherwise go through the messages of every store.
    joined = " CROSS JOIN mail_message m" if any(COLUMNS[column].startswith("m.") for column in columns) else ""
    condition = " AND m.id = p.message_id" if joined else ""
    moments = [at for at, column in enumerate(columns, start=1) if column in MOMENTS]
    if connection.vendor == "sqlite":
        # As texts: what Django reads a column of moments with costs more than all the rest of a row.
        for at in moments:
            wanted[at] += " || '+00:00'"
    for start in range(0, len(uids), PIECE):
        piece = uids[start : start + PIECE]
        dense = piece[-1] - piece[0] + 1 == len(piece)
        which = "p.uid BETWEEN %s AND %s" if dense else f"p.uid IN ({', '.join(['%s'] * len(piece))})"
        sql = f"SELECT {', '.join(wanted)} FROM mail_placement p{joined} WHERE p.mailbox_id = %s AND {which}{condition}"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(
                f"{sql} ORDER BY p.uid", [mailbox_id, piece[0], piece[-1]] if dense else [mailbox_id, *piece]
            )
            found = cursor.fetchall()
        yield from ([_with_moments(row, moments) for row in found] if moments else found)


def _with_moments(row: tuple[Any, ...], moments: Sequence[int]) -> tuple[Any, ...]:
    changed = list(row)
    for at in moments:
        if isinstance(changed[at], str):
            changed[at] = datetime.fromisoformat(changed[at])
    return tuple(changed)


def content_of(digest: str) -> bytes | memoryview:
    """A message's bytes, by what `rows_for` answered as its digest."""
    try:
        handle = os.open(blobs().name_of(digest), os.O_RDONLY | os.O_CLOEXEC)
        try:
            size = os.fstat(handle).st_size
            if 0 < size < MAPPED_FROM and len(content := os.read(handle, size)) == size:
                return content
            return memoryview(mmap.mmap(handle, 0, access=mmap.ACCESS_READ)) if size else b""
        finally:
            os.close(handle)
    except FileNotFoundError as error:
        raise Busy("content_missing", _("The content of this letter cannot be read at the moment.")) from error
