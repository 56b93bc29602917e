# SPDX-License-Identifier: AGPL-3.0-or-later
"""How far the index has come, and what it keeps of letters."""

from collections.abc import Iterator, Sequence
from zlib import decompress

from django.db import connection

from mazot.products.mail.models import Indexing, Store
from mazot.products.mail.queries.held import marks
from mazot.products.mail.rules.terms import Texts, terms_of

BEHIND = (
    "SELECT s.id FROM mail_store s LEFT JOIN mail_indexing x ON x.store_id = s.id "
    "JOIN mail_address a ON a.id = s.address_id "
    "WHERE a.deleted_at IS NULL AND (x.store_id IS NULL OR x.modseq < s.modseq) ORDER BY s.id"
)
NEXT = (
    "SELECT m.id, m.digest, m.parts, i.place IS NOT NULL FROM mail_message m "
    "LEFT JOIN mail_indexed i ON i.message_id = m.id WHERE m.store_id = %s AND m.id > %s ORDER BY m.id LIMIT %s"
)
KEPT = (
    "SELECT i.place, k.header, k.body, k.attached, i.is_whole FROM mail_indexed i CROSS JOIN mail_kept k "
    "WHERE i.store_id = %s AND i.message_id IN ({}) AND k.place = i.place"
)


def stores_behind() -> list[Store]:
    """The stores in which something changed since their index was complete."""
    with connection.cursor() as cursor:
        cursor.execute(BEHIND)
        ids = [key for (key,) in cursor.fetchall()]
    return [
        store for start in range(0, len(ids), 500) for store in Store.objects.filter(id__in=ids[start : start + 500])
    ]


def at_rest(stores: Sequence[Store], *, but_for: int) -> list[Store]:
    """Those of these stores in which nothing has changed since they were read, and those with more letters to index."""
    now = dict(Store.objects.filter(id__in=[store.id for store in stores]).values_list("id", "modseq"))
    return [store for store in stores if store.id in now and (now[store.id] == store.modseq or _waits(store, but_for))]


def _waits(store: Store, n_letters: int) -> bool:
    """Whether more than so many letters are not looked at yet."""
    with connection.cursor() as cursor:
        sql = "SELECT 1 FROM mail_message WHERE store_id = %s AND id > %s ORDER BY id LIMIT 1 OFFSET %s"
        cursor.execute(sql, [store.id, upto_of(store.id), n_letters])
        return cursor.fetchone() is not None


def letters_after(
    store: Store, *, limit: int, after: int | None = None
) -> tuple[int, list[tuple[int, str, bytes, bool]]]:
    """The next letters the index must look at: number, digest, parts, whether it has them; before, the modseq."""
    modseq = Store.objects.values_list("modseq", flat=True).get(id=store.id)
    if after is None:
        after = upto_of(store.id)
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [store.id, after, limit])
        found = cursor.fetchall()
    return modseq, [(key, digest, bytes(parts), bool(there)) for key, digest, parts, there in found]


def upto_of(store_id: int) -> int:
    return Indexing.objects.filter(store_id=store_id).values_list("upto", flat=True).first() or 0


def terms_kept(store_id: int, message_ids: Sequence[int]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The places of letters and the terms they were indexed under, which are those of the texts that are kept."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT.format(marks(message_ids)), [store_id, *message_ids])
        found = cursor.fetchall()
    for place, header, body, attached, is_whole in found:
        texts = Texts(tuple(fields_in(header)), unpacked(body), unpacked(attached), bool(is_whole))
        yield place, terms_of(texts).terms


def fields_in(header: bytes) -> list[str]:
    text = unpacked(header)
    return text.split("\0") if text else []


def unpacked(packed: bytes) -> str:
    return decompress(packed).decode("utf-8", "surrogatepass") if packed else ""
