# SPDX-License-Identifier: AGPL-3.0-or-later
"""A new message joins the thread it answers in, and shows that two threads are one."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from mazot.foundation.statements import insert_numbered
from mazot.products.mail.models import Store, Thread
from mazot.products.mail.queries.held import marks, moment_of
from mazot.products.mail.rules.threading import meeting, references_of, subject_of, subject_window

BY_SUBJECT = (
    "SELECT id FROM mail_thread WHERE store_id = %s AND subject = %s AND newest_at BETWEEN %s AND %s "
    "ORDER BY newest_at DESC, id DESC LIMIT 1"
)
SIZES = "SELECT thread_id, count(*) FROM mail_message WHERE store_id = %s AND thread_id IN ({}) GROUP BY thread_id"
CHANGED_PLACEMENTS = (
    "UPDATE mail_placement SET modseq = %s WHERE message_id IN (SELECT id FROM mail_message WHERE thread_id IN ({}))"
)
CHANGED_MAILBOXES = (
    "UPDATE mail_mailbox SET highest_modseq = %s WHERE store_id = %s AND id IN (SELECT p.mailbox_id "
    "FROM mail_placement p JOIN mail_message m ON m.id = p.message_id WHERE m.thread_id IN ({}))"
)


def thread_for(
    store: Store,
    *,
    message_id: str,
    references: Sequence[str],
    subject: str,
    received_at: datetime,
) -> int:
    """The thread of a message that comes into a held store; threads that it connects become one."""
    names = references_of(message_id, references)
    known = _known(store, names)
    found = list(dict.fromkeys(known.values()))
    base, is_reply = subject_of(subject)
    if not found and is_reply and base:
        found = _by_subject(store, base, received_at)
    met = meeting(found, _sizes(store, found) if len(found) > 1 else {})
    if met is None:
        thread = Thread(store_id=store.id, subject=base, newest_at=received_at)
        insert_numbered(thread)
        _name(store, thread.id, names)
        return int(thread.id)
    if met.goes:
        _unite(store, met.stays, met.goes)
    _name(store, met.stays, [name for name in names if name not in known])
    with connection.cursor() as cursor:
        moment = moment_of(received_at)
        cursor.execute(
            "UPDATE mail_thread SET newest_at = %s WHERE id = %s AND newest_at < %s", [moment, met.stays, moment]
        )
    return met.stays


def _known(store: Store, names: Sequence[bytes]) -> dict[bytes, int]:
    if not names:
        return {}
    sql = f"SELECT digest, thread_id FROM mail_threadreference WHERE store_id = %s AND digest IN ({marks(names)})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [store.id, *names])
        return {bytes(digest): thread for digest, thread in cursor.fetchall()}


def _by_subject(store: Store, subject: bytes, received_at: datetime) -> list[int]:
    since, until = subject_window(received_at)
    with connection.cursor() as cursor:
        cursor.execute(BY_SUBJECT, [store.id, subject, moment_of(since), moment_of(until)])
        return [thread for (thread,) in cursor.fetchall()]


def _sizes(store: Store, found: Sequence[int]) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(SIZES.format(marks(found)), [store.id, *found])
        return dict(cursor.fetchall())


def _name(store: Store, thread_id: int, names: Sequence[bytes]) -> None:
    """Let these Message-IDs belong to a thread."""
    if names:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO mail_threadreference (store_id, digest, thread_id) VALUES (%s, %s, %s)",
                [(store.id, name, thread_id) for name in names],
            )


def _unite(store: Store, stays: int, goes: Sequence[int]) -> None:
    """Put the messages of some threads into another; for whoever reads by modseq these messages have changed."""
    which = marks(goes)
    with connection.cursor() as cursor:
        cursor.execute(CHANGED_MAILBOXES.format(which), [store.modseq, store.id, *goes])
        cursor.execute(CHANGED_PLACEMENTS.format(which), [store.modseq, *goes])
        for table in ("mail_message", "mail_threadreference"):
            cursor.execute(f"UPDATE {table} SET thread_id = %s WHERE thread_id IN ({which})", [stays, *goes])  # noqa: S608
        cursor.execute(
            "UPDATE mail_thread SET newest_at = (SELECT max(newest_at) FROM mail_thread "  # noqa: S608
            f"WHERE id = %s OR id IN ({which})) WHERE id = %s",
            [stays, *goes, stays],
        )
        cursor.execute(f"DELETE FROM mail_thread WHERE id IN ({which})", goes)  # noqa: S608
