# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a store is what its counters and promises say: counted anew from its rows, and its contents looked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

from mazot.foundation.blobs import blobs
from mazot.products.mail.models import Mailbox, Message, Store
from mazot.products.mail.rules.flags import DELETED, SEEN

COUNTED = (
    "SELECT b.id, count(p.uid), coalesce(sum(m.size), 0), "
    "coalesce(sum(CASE WHEN p.flags & %s = 0 THEN 1 ELSE 0 END), 0), "
    "coalesce(sum(CASE WHEN p.flags & %s <> 0 THEN 1 ELSE 0 END), 0), "
    "coalesce(max(p.uid), 0), coalesce(max(p.modseq), 0) "
    "FROM mail_mailbox b LEFT JOIN mail_placement p ON p.mailbox_id = b.id LEFT JOIN mail_message m "
    "ON m.id = p.message_id WHERE b.store_id = %s GROUP BY b.id"
)
EXPUNGED = (
    "SELECT e.mailbox_id, max(e.uid), max(e.modseq) FROM mail_expunged e JOIN mail_mailbox b ON b.id = e.mailbox_id "
    "WHERE b.store_id = %s GROUP BY e.mailbox_id"
)
KEPT = (
    "SELECT count(*), coalesce(sum(size), 0) FROM mail_message m WHERE store_id = %s AND {} "
    "(SELECT 1 FROM mail_placement p WHERE p.message_id = m.id)"
)
SHOWN_AND_GONE = (
    "SELECT m.id FROM mail_message m WHERE m.store_id = %s AND (m.gone_at IS {} NULL) "
    "AND {} (SELECT 1 FROM mail_placement p WHERE p.message_id = m.id) ORDER BY m.id"
)
ELSEWHERE = (
    "SELECT count(*) FROM mail_placement p JOIN mail_mailbox b ON b.id = p.mailbox_id "
    "JOIN mail_message m ON m.id = p.message_id WHERE b.store_id = %s AND m.store_id <> b.store_id"
)
REMEMBERED = (
    "SELECT count(*) FROM mail_placement p JOIN mail_expunged e ON e.mailbox_id = p.mailbox_id AND e.uid = p.uid "
    "JOIN mail_mailbox b ON b.id = p.mailbox_id WHERE b.store_id = %s"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something about a store that is not as it must be."""

    kind: str  # "counter", "orphan", "shown_and_gone", "uid", "modseq", "uidvalidity", "no_inbox", "content"…
    where: str  # a mailbox, a message, or the store
    found: int | str = ""
    expected: int | str = ""

    def __str__(self) -> str:
        told = f": {self.found}, must be {self.expected}" if self.expected != "" else ""
        return f"{self.kind} of {self.where}{told}"


@dataclass(frozen=True, slots=True)
class Counted:
    """What the rows of one mailbox come to."""

    n_total: int = 0
    n_bytes: int = 0
    n_unseen: int = 0
    n_deleted: int = 0
    last_uid: int = 0
    last_modseq: int = 0


def counted_in(store_id: int) -> dict[int, Counted]:
    """The rows of each mailbox, counted; UIDs and modseqs also of what was expunged."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [SEEN, DELETED, store_id])
        rows = {row[0]: [int(value) for value in row[1:]] for row in cursor.fetchall()}
        cursor.execute(EXPUNGED, [store_id])
        for mailbox_id, uid, modseq in cursor.fetchall():
            row = rows[mailbox_id]
            row[4:] = [max(row[4], uid), max(row[5], modseq)]
    return {mailbox_id: Counted(*row) for mailbox_id, row in rows.items()}


def kept_in(store_id: int, *, shown: bool) -> tuple[int, int]:
    """How many messages some mailbox shows (or none does), and their bytes."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT.format("EXISTS" if shown else "gone_at IS NOT NULL AND NOT EXISTS"), [store_id])
        n_messages, size = cursor.fetchone()
    return int(n_messages), int(size)


def orphans_in(store_id: int) -> list[int]:
    """Messages that no mailbox shows and nobody let go."""
    return _ids(SHOWN_AND_GONE.format("", "NOT EXISTS"), store_id)


def shown_and_gone_in(store_id: int) -> list[int]:
    """Messages that a mailbox shows although they were let go."""
    return _ids(SHOWN_AND_GONE.format("NOT", "EXISTS"), store_id)


def _ids(sql: str, store_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [store_id])
        return [key for (key,) in cursor.fetchall()]


def faults_of(store: Store, *, with_contents: bool = True) -> Iterator[Fault]:
    """Everything that is wrong with a store, looked at while nobody writes into it."""
    now = Store.objects.get(id=store.id)
    mailboxes = list(Mailbox.objects.filter(store_id=store.id).order_by("id"))
    counted = counted_in(store.id)
    for mailbox in mailboxes:
        yield from _faults_of_mailbox(now, mailbox, counted[mailbox.id])
    if not any(mailbox.role == Mailbox.Role.INBOX and mailbox.name == "INBOX" for mailbox in mailboxes):
        yield Fault("no_inbox", "store")
    if len({mailbox.uidvalidity for mailbox in mailboxes}) < len(mailboxes):
        yield Fault("uidvalidity", "store", "two mailboxes have the same")
    n_messages, used = kept_in(store.id, shown=True)
    _n_gone, gone = kept_in(store.id, shown=False)
    yield from _differ("store", now, {"n_messages": n_messages, "used": used, "gone": gone})
    yield from (Fault("orphan", f"message {key}") for key in orphans_in(store.id))
    yield from (Fault("shown_and_gone", f"message {key}") for key in shown_and_gone_in(store.id))
    for kind, sql in (("elsewhere", ELSEWHERE), ("expunged_and_shown", REMEMBERED)):
        if n_found := _count(sql, store.id):
            yield Fault(kind, "store", n_found, 0)
    if with_contents:
        yield from missing_contents(store)


def _count(sql: str, store_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, [store_id])
        return int(cursor.fetchone()[0])


def _faults_of_mailbox(store: Store, mailbox: Mailbox, counted: Counted) -> Iterator[Fault]:
    names = ("n_total", "n_bytes", "n_unseen", "n_deleted")
    yield from _differ(mailbox.name, mailbox, {name: getattr(counted, name) for name in names})
    if counted.last_uid >= mailbox.uidnext:
        yield Fault("uid", mailbox.name, counted.last_uid, f"less than {mailbox.uidnext}")
    if not counted.last_modseq <= mailbox.highest_modseq <= store.modseq:
        yield Fault("modseq", mailbox.name, mailbox.highest_modseq, f"{counted.last_modseq} to {store.modseq}")
    if mailbox.uidvalidity > store.uidvalidity:
        yield Fault("uidvalidity", mailbox.name, mailbox.uidvalidity, f"at most {store.uidvalidity}")


def _differ(where: str, row: Store | Mailbox, expected: dict[str, int]) -> Iterator[Fault]:
    for name, value in expected.items():
        if getattr(row, name) != value:
            yield Fault("counter", f"{where} {name}", getattr(row, name), value)


def missing_contents(store: Store) -> Iterator[Fault]:
    """Messages whose content is not on disk, or has another size."""
    kept = blobs()
    rows: Iterable[tuple[str, int]] = (
        Message.objects.filter(store_id=store.id).values_list("digest", "size").distinct().iterator(chunk_size=5000)
    )
    for digest, size in rows:
        try:
            found = kept.path_of(digest).stat().st_size
        except FileNotFoundError:
            yield Fault("content", digest, "missing", f"{size} bytes")
            continue
        if found != size:
            yield Fault("content", digest, found, f"{size} bytes")


def every_store(address: str = "") -> Iterator[tuple[Store, str]]:
    """Each store with its address in full, or the one of that address."""
    found = Store.objects.select_related("address__service").order_by("id")
    if address:
        local, _at, domain = address.lower().rpartition("@")
        found = found.filter(address__local=local, address__service__domain=domain)
    for store in found.iterator(chunk_size=500):
        yield store, f"{store.address.local}@{store.address.service.domain}"
