# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters come into the index and leave it. Their texts are read before anything is held, twenty letters at a time.

The index follows the store and is no part of a delivery: how far it has come stands in `Indexing`, and what is beyond
is read at each search. So it may stop anywhere, begin again, or be made anew.
"""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zlib import compress

from django.db import connection

from mazot.foundation.statements import find, insert_unless_there, update
from mazot.products.mail.actions.holding import hold_store
from mazot.products.mail.models import Indexed, Indexing, Message, Store
from mazot.products.mail.queries.held import marks, pieces
from mazot.products.mail.queries.indexed import letters_after, terms_kept
from mazot.products.mail.queries.papers import text_of_papers
from mazot.products.mail.queries.texts import texts_kept
from mazot.products.mail.rights import MANAGE
from mazot.products.mail.rules.terms import Terms, Texts, place_of, terms_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

AT_ONCE = 20  # letters of one deed: while it is written down, nobody else may write
WORDS_AT_ONCE = 500

logger = logging.getLogger(__name__)

Entry = tuple[Texts, Terms]


def index_store(actor: Actor, store: Store) -> Iterator[int]:
    """Index what came since the last time; after each step, how many letters were."""
    n_read = 0
    while True:
        modseq, found = letters_after(store, limit=AT_ONCE)
        if not found:
            keep_entries(actor, store, entries={}, upto=0, modseq=modseq)
            return
        entries = _read((key, digest, parts) for key, digest, parts, is_indexed in found if not is_indexed)
        keep_entries(actor, store, entries=entries, upto=found[-1][0])
        n_read += len(entries)
        yield n_read


def reindex_store(actor: Actor, store: Store) -> Iterator[int]:
    """Make the index of a store anew, while searches go on; after each step, how many letters were read."""
    n_read = after = 0
    begin_again(actor, store)
    while True:
        modseq, found = letters_after(store, after=after, limit=AT_ONCE)
        if not found:
            keep_entries(actor, store, entries={}, upto=after, modseq=modseq)
            return
        after = found[-1][0]
        entries = _read((key, digest, parts) for key, digest, parts, _is_indexed in found)
        keep_entries(actor, store, entries=entries, upto=after)
        n_read += len(entries)
        yield n_read


def _read(letters: Iterable[tuple[int, str, bytes]]) -> dict[int, Entry]:
    entries = {}
    for key, digest, parts in letters:
        try:
            texts = texts_kept(digest, parts)
            if texts.is_whole:
                texts = replace(texts, attached=text_of_papers(digest, parts).casefold())
        except Exception:  # one letter that cannot be read keeps no others out of the index
            logger.exception("letter %s cannot be read for the index", key)
            texts = Texts((), "", is_whole=False)
        entries[key] = (texts, terms_of(texts))
    return entries


@action(needs=MANAGE)
def begin_again(actor: Actor, store: Store) -> None:  # noqa: ARG001 - every deed has an actor
    """Forget how far the index has come; what is in it stays until it is read again."""
    held = hold_store(store.id)
    _come_to(held, 0, modseq=0, lower=True)


@action(needs=MANAGE)
def keep_entries(
    actor: Actor,  # noqa: ARG001 - every deed has an actor
    store: Store,
    *,
    entries: Mapping[int, Entry],
    upto: int,
    modseq: int | None = None,
) -> None:
    """Put letters that were read into the index, in place of what it knew of them, and note how far it has come."""
    held = hold_store(store.id)
    there = _received(held, list(entries))
    forget_letters(held.id, list(there))
    taken = _places({key: place_of(moment, key) for key, moment in there.items()})
    for key, place in taken.items():
        texts, terms = entries[key]
        _insert(held.id, key, place, texts, terms)
    _count(held.id, Counter(term for key in taken for term in entries[key][1].terms))
    _come_to(held, upto, modseq=modseq)


def _received(store: Store, ids: Sequence[int]) -> dict[int, datetime]:
    return dict(Message.objects.filter(store_id=store.id, id__in=ids).values_list("id", "received_at"))


def _places(wanted: Mapping[int, int]) -> dict[int, int]:
    """A place for each letter: the next free one where a letter of the same second has it."""
    taken = set(Indexed.objects.filter(place__in=list(wanted.values())).values_list("place", flat=True))
    found = {}
    for key, first in wanted.items():
        place = first
        while place in taken or (place != first and Indexed.objects.filter(place=place).exists()):
            place += 1
        taken.add(place)
        found[key] = place
    return found


def _insert(store_id: int, key: int, place: int, texts: Texts, terms: Terms) -> None:
    packed = [_packed("\0".join(texts.header)), _packed(texts.body), _packed(texts.attached)]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO mail_indexed (place, store_id, message_id, is_whole, is_plain) VALUES (%s, %s, %s, %s, %s)",
            [place, store_id, key, terms.is_whole, terms.is_plain],
        )
        cursor.execute(
            "INSERT INTO mail_kept (place, header, body, attached) VALUES (%s, %s, %s, %s)", [place, *packed]
        )
        written = [f"{store_id}_{term}" for term in terms.terms]
        if connection.vendor == "postgresql":
            sql = "INSERT INTO mail_terms (rowid, terms) VALUES (%s, array_to_tsvector(%s::text[]))"
            cursor.execute(sql, [place, written])
        else:
            cursor.execute("INSERT INTO mail_terms (rowid, terms) VALUES (%s, %s)", [place, " ".join(written)])


def _packed(text: str) -> bytes:
    return compress(text.encode("utf-8", "surrogatepass"), 1) if text else b""


def _count(store_id: int, terms: Mapping[str, int]) -> None:
    """Count for each term in how many letters more, or fewer, of the store it is."""
    rows = sorted(terms.items())
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sql = (
                "INSERT INTO mail_word (store_id, word, n_letters) "
                "SELECT %s, word, n FROM unnest(%s::text[], %s::int[]) AS new (word, n) "
                "ON CONFLICT (store_id, word) DO UPDATE SET n_letters = mail_word.n_letters + excluded.n_letters"
            )
            cursor.execute(sql, [store_id, [term for term, _n in rows], [n for _term, n in rows]])
        else:
            sql = (
                "INSERT INTO mail_word (store_id, word, n_letters) VALUES (%s, %s, %s) "
                "ON CONFLICT (store_id, word) DO UPDATE SET n_letters = n_letters + excluded.n_letters"
            )
            cursor.executemany(sql, [(store_id, term, n) for term, n in rows])


def forget_letters(store_id: int, message_ids: Sequence[int]) -> None:
    """Take letters of a held store out of the index, with the words that were in them alone."""
    fewer: Counter[str] = Counter()
    for piece in pieces(message_ids):
        for place, terms in terms_kept(store_id, piece):
            fewer.update(terms)
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute("DELETE FROM mail_terms WHERE rowid = %s", [place])
                else:  # what FTS5 keeps no content of is deleted by the words it was given
                    written = " ".join(f"{store_id}_{term}" for term in terms)
                    sql = "INSERT INTO mail_terms (mail_terms, rowid, terms) VALUES ('delete', %s, %s)"
                    cursor.execute(sql, [place, written])
                cursor.execute("DELETE FROM mail_kept WHERE place = %s", [place])
                cursor.execute("DELETE FROM mail_indexed WHERE place = %s", [place])
    _count(store_id, {term: -n for term, n in fewer.items()})
    words = sorted(fewer)
    for start in range(0, len(words), WORDS_AT_ONCE):
        some = words[start : start + WORDS_AT_ONCE]
        with connection.cursor() as cursor:
            sql = f"DELETE FROM mail_word WHERE store_id = %s AND n_letters <= 0 AND word IN ({marks(some)})"  # noqa: S608
            cursor.execute(sql, [store_id, *some])


def empty_index(actor: Actor, store: Store) -> None:
    """Take everything of a store out of the index, twenty letters at a time, before it is erased in one deed."""
    while drop_some(actor, store):
        pass


@action(needs=MANAGE)
def drop_some(actor: Actor, store: Store) -> int:  # noqa: ARG001 - every deed has an actor
    """Take some letters of a store out of the index; how many."""
    held = hold_store(store.id)
    ids = list(
        Indexed.objects.filter(store_id=held.id).order_by("place").values_list("message_id", flat=True)[:AT_ONCE]
    )
    forget_letters(held.id, ids)
    _come_to(held, 0, modseq=0, lower=True)
    return len(ids)


def forget_store(store_id: int) -> None:
    """Take all that is left of a held store out of the index."""
    forget_letters(store_id, list(Indexed.objects.filter(store_id=store_id).values_list("message_id", flat=True)))
    for table in ("mail_word", "mail_indexing"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE store_id = %s", [store_id])  # noqa: S608


def doubt_letters(store_id: int, message_ids: Sequence[int]) -> None:
    """Letters of a held store were read otherwise than before: take them out, and have them indexed again."""
    if not message_ids:
        return
    forget_letters(store_id, message_ids)
    with connection.cursor() as cursor:
        sql = "UPDATE mail_indexing SET upto = %s, modseq = 0 WHERE store_id = %s AND upto >= %s"
        first = min(message_ids)
        cursor.execute(sql, [first - 1, store_id, first])


def _come_to(store: Store, upto: int, *, modseq: int | None, lower: bool = False) -> None:
    insert_unless_there(Indexing(store_id=store.id))
    row = find(Indexing, "store_id = %s", [store.id], lock=True)[0]
    row.upto = upto if lower else max(row.upto, upto)
    row.modseq = row.modseq if modseq is None else modseq
    update(row, "upto", "modseq")
