# SPDX-License-Identifier: AGPL-3.0-or-later
"""What was promised is on disk: for deeds after which somebody is told "it is safe with me"."""

import os

from django.db import connection, transaction

ON_DISK = 2  # PRAGMA synchronous=FULL, or above


def sync_after_commit() -> None:
    """Have the transaction that is open on disk before its caller goes on.

    PostgreSQL commits to disk by itself. SQLite with synchronous=NORMAL has written a commit to its log file but not
    synced that; doing so after the commit gives what synchronous=FULL does, for the deeds that ask for it, and while
    the next writer is already at work.
    """
    if connection.vendor == "sqlite":
        transaction.on_commit(_sync_log)


def _sync_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        if cursor.fetchone()[0] >= ON_DISK:
            return
    try:
        handle = os.open(f"{connection.settings_dict['NAME']}-wal", os.O_RDONLY)
    except FileNotFoundError:
        return  # no log: this database is in memory, or syncs each commit itself (journal_mode other than WAL)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
