# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which letters of a mailbox hold a needle, as a part of their text: by the index, as far as it knows.

The index only ever says which letters may hold it. Whether one does, the texts say that are kept beside the index; of
plain letters the words say it already. Letters that are not in the index are named, for whoever asks to read them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from mazot.products.mail.models import Mailbox
from mazot.products.mail.queries.held import marks, pieces
from mazot.products.mail.queries.indexed import fields_in, unpacked, upto_of
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.products.mail.rules.terms import BODY, TEXT, needed_for
from mazot.tenancy.actor import Actor

MOST_TERMS = 400  # in one question; a needle that is in more words is looked for in the texts themselves

BEYOND = (
    "SELECT p.uid FROM mail_message m CROSS JOIN mail_placement p WHERE m.store_id = %s AND m.id > %s "
    "AND p.message_id = m.id AND p.mailbox_id = %s AND NOT EXISTS "
    "(SELECT 1 FROM mail_indexed i WHERE i.message_id = m.id)"
)
IN_PART = (
    "SELECT p.uid FROM mail_indexed i CROSS JOIN mail_placement p WHERE i.store_id = %s AND NOT i.is_whole "
    "AND p.message_id = i.message_id AND p.mailbox_id = %s"
)
# CROSS JOIN keeps the order: SQLite would otherwise ask the index once for each message.
MATCHING = (
    "SELECT p.uid, i.is_plain FROM mail_terms t CROSS JOIN mail_indexed i CROSS JOIN mail_placement p "
    "WHERE {} AND i.place = t.rowid AND p.message_id = i.message_id AND p.mailbox_id = %s"
)
KEPT = (
    "SELECT p.uid, {} FROM mail_placement p CROSS JOIN mail_indexed i CROSS JOIN mail_kept k "
    "WHERE p.mailbox_id = %s AND p.uid IN ({}) AND i.message_id = p.message_id AND k.place = i.place"
)


@dataclass(frozen=True, slots=True)
class Candidates:
    """UIDs of a mailbox by what the index says; letters that are named nowhere do not hold the needle."""

    sure: frozenset[int]
    doubtful: frozenset[int] | None  # none: all that are not named otherwise
    unread: frozenset[int]  # not in the index, or not wholly


def candidates_in(actor: Actor, mailbox: Mailbox, needle: str, *, with_header: bool, only_header: bool) -> Candidates:
    """Which letters may hold a needle (in small letters) in their text, in their header too, or in it alone."""
    require_reading(actor, mailbox)
    while True:
        upto = upto_of(mailbox.store_id)
        # First what is unread: what is indexed meanwhile is looked at twice, and never missed.
        unread = _unread(mailbox, upto)
        found = _by_words(mailbox, needle, TEXT if with_header or only_header else (BODY,))
        if upto_of(mailbox.store_id) >= upto:  # otherwise letters left the index meanwhile
            break
    if found is None:
        return Candidates(frozenset(), None, unread)
    sure = frozenset() if only_header else frozenset(uid for uid, is_sure in found if is_sure) - unread
    return Candidates(sure, frozenset(uid for uid, _is_sure in found) - sure - unread, unread)


def _by_words(mailbox: Mailbox, needle: str, among: Sequence[str]) -> list[tuple[int, bool]] | None:
    """The letters with the words a needle needs, and whether they hold it surely; none where words say nothing."""
    needed = needed_for(needle)
    groups = [_words_with(mailbox.store_id, run, among) for run in needed.runs]
    if (not needed.runs and not needed.words) or any(len(group) > MOST_TERMS for group in groups):
        return None
    groups += [[place + word for place in among] for word in needed.words]
    if not all(groups):
        return []
    condition, value = matching(mailbox.store_id, groups)
    with connection.cursor() as cursor:
        cursor.execute(MATCHING.format(condition), [value, mailbox.id])
        return [(uid, bool(is_plain) and needed.is_all) for uid, is_plain in cursor.fetchall()]


def matching(store_id: int, groups: Sequence[Sequence[str]]) -> tuple[str, str]:
    """A condition on mail_terms with its value: one term of each group is there; one that ends in * may go on."""
    if connection.vendor == "postgresql":
        both = [
            [f"'{store_id}_{term.removesuffix('*')}'" + ":*" * term.endswith("*") for term in one] for one in groups
        ]
        return "t.terms @@ %s::tsquery", " & ".join(f"({' | '.join(one)})" for one in both)
    both = [[f'"{store_id}_{term.removesuffix("*")}"' + "*" * term.endswith("*") for term in one] for one in groups]
    return "t.mail_terms MATCH %s", " AND ".join(f"({' OR '.join(one)})" for one in both)


def texts_in(
    actor: Actor, mailbox: Mailbox, uids: Sequence[int], *, header: bool, body: bool
) -> Iterator[tuple[int, list[str], str]]:
    """The texts kept of letters in the index: the fields of their header as "name: value", and the text."""
    require_reading(actor, mailbox)
    wanted = f"{'k.header' if header else 'NULL'}, {'k.body' if body else 'NULL'}"
    for piece in pieces(uids):
        with connection.cursor() as cursor:
            cursor.execute(KEPT.format(wanted, marks(piece)), [mailbox.id, *piece])
            found = cursor.fetchall()
        for uid, fields, text in found:
            yield uid, fields_in(fields or b""), unpacked(text or b"")


def _unread(mailbox: Mailbox, upto: int) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, [mailbox.store_id, upto, mailbox.id])
        found = {uid for (uid,) in cursor.fetchall()}
        cursor.execute(IN_PART, [mailbox.store_id, mailbox.id])
        return frozenset(found | {uid for (uid,) in cursor.fetchall()})


def _words_with(store_id: int, run: str, among: Sequence[str]) -> list[str]:
    """The words of a store, where they stand before them, that hold a run of letters; one more than may be asked."""
    holds = "strpos" if connection.vendor == "postgresql" else "instr"
    sql = (
        f"SELECT word FROM mail_word WHERE store_id = %s AND {holds}(substr(word, 2), %s) > 0 "  # noqa: S608
        f"AND substr(word, 1, 1) IN ({marks(among)}) LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [store_id, run, *among, MOST_TERMS + 1])
        return [word for (word,) in cursor.fetchall()]
