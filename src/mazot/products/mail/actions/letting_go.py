# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages that no mailbox shows any more: charged no longer, kept for thirty days, then erased (decision 22)."""

from collections.abc import Sequence

from django.db import connection

from mazot.foundation import clock
from mazot.products.mail.actions.indexing import forget_letters
from mazot.products.mail.models import Store
from mazot.products.mail.queries.held import marks, moment_of, pieces, shown_nowhere

NO_MESSAGE = "NOT EXISTS (SELECT 1 FROM mail_message m WHERE m.thread_id = {})"


def let_go(store: Store, message_ids: Sequence[int], *, mailbox_name: str) -> None:
    """Give back the bytes of those of these messages that a held store shows nowhere; they wait to be restored.

    What waits is never more than what the store may keep, or the thirty days would be room for nothing.
    """
    waiting, erased = [], []
    for message_id, size in shown_nowhere(store, message_ids):
        store.used -= size
        store.n_messages -= 1
        if store.allowed is not None and store.gone + size > store.allowed:
            erased.append(message_id)
        else:
            store.gone += size
            waiting.append(message_id)
    with connection.cursor() as cursor:
        for piece in pieces(waiting):
            sql = f"UPDATE mail_message SET gone_at = %s, gone_from = %s WHERE id IN ({marks(piece)})"  # noqa: S608
            cursor.execute(sql, [moment_of(clock.now()), mailbox_name, *piece])
    erase_messages(store, erased)


def erase_messages(store: Store, message_ids: Sequence[int]) -> None:
    """Erase rows of messages that no mailbox shows, and the threads that are empty then; sweeping takes the bytes."""
    forget_letters(store.id, message_ids)
    for piece in pieces(message_ids):
        which = marks(piece)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT thread_id FROM mail_message WHERE id IN ({which})", piece)  # noqa: S608
            threads = [thread for (thread,) in cursor.fetchall() if thread is not None]
            cursor.execute(f"DELETE FROM mail_lesson WHERE message_id IN ({which})", piece)  # noqa: S608
            cursor.execute(f"DELETE FROM mail_message WHERE store_id = %s AND id IN ({which})", [store.id, *piece])  # noqa: S608
            if not threads:
                continue
            among = marks(threads)
            for table, column in (("mail_threadreference", "thread_id"), ("mail_thread", "id")):
                empty = NO_MESSAGE.format(f"{table}.{column}")
                cursor.execute(f"DELETE FROM {table} WHERE {column} IN ({among}) AND {empty}", threads)  # noqa: S608
