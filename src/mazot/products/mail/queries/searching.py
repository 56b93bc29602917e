# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person looks for in one store: the newest first, page by page.

Words are whole ones here, and "words in quotes" stand behind each other. The index names the letters that have the
words; where their order counts, the texts that are kept decide. Letters beyond the index are read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection

from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.queries.finding import matching
from mazot.products.mail.queries.held import marks
from mazot.products.mail.queries.indexed import fields_in, unpacked, upto_of
from mazot.products.mail.queries.mailboxes import require_reading
from mazot.products.mail.queries.texts import texts_kept
from mazot.products.mail.rules.terms import READ, SHOWN_FIELDS, first_place, place_of
from mazot.products.mail.rules.words import LONGEST, Phrase, phrases_of, words_of
from mazot.tenancy.actor import Actor

LIMIT = 50
AT_FIRST, AT_ONCE = 64, 200
RARE = 5_000  # letters: so many PostgreSQL finds by their words sooner than by going back through all letters
PIECE = 60  # letters whose texts are fetched at once
MOST_READ = 2_000  # letters whose texts are looked at for one page
MOST_UNREAD = 300  # letters beyond the index that are read for one page
NEWEST, OLDEST = 1 << 62, -(1 << 62)

OF_A_LETTER = "m.id, m.sender, m.recipients, m.subject"
# CROSS JOIN keeps the order, as in finding.py.
BY_WORDS = (
    f"SELECT t.rowid, {OF_A_LETTER} FROM mail_terms t CROSS JOIN mail_indexed i CROSS JOIN mail_message m "  # noqa: S608
    "WHERE {} AND t.rowid < %s AND t.rowid >= %s AND i.place = t.rowid AND i.is_whole AND m.id = i.message_id {} "
    "ORDER BY t.rowid DESC LIMIT %s"
)
# PostgreSQL would go back through all letters for the newest few, however rare the words are.
BY_RARE_WORDS = (
    "WITH t AS MATERIALIZED (SELECT t.rowid FROM mail_terms t WHERE {}) "  # noqa: S608
    f"SELECT t.rowid, {OF_A_LETTER} FROM t CROSS JOIN mail_indexed i CROSS JOIN mail_message m "
    "WHERE t.rowid < %s AND t.rowid >= %s AND i.place = t.rowid AND i.is_whole AND m.id = i.message_id {} "
    "ORDER BY t.rowid DESC LIMIT %s"
)
ALL = (
    f"SELECT i.place, {OF_A_LETTER} FROM mail_indexed i CROSS JOIN mail_message m "  # noqa: S608
    "WHERE i.store_id = %s AND i.place < %s AND i.place >= %s AND i.is_whole AND m.id = i.message_id {} "
    "ORDER BY i.place DESC LIMIT %s"
)
UNREAD = f"SELECT m.received_at, {OF_A_LETTER}, m.digest, m.parts, m.n_attachments FROM "  # noqa: S608
BEYOND = (
    f"{UNREAD} mail_message m WHERE m.store_id = %s AND m.id > %s "  # noqa: S608
    "AND NOT EXISTS (SELECT 1 FROM mail_indexed i WHERE i.message_id = m.id) {} ORDER BY m.id DESC LIMIT %s"
)
IN_PART = (
    f"{UNREAD} mail_indexed i CROSS JOIN mail_message m "
    "WHERE i.store_id = %s AND NOT i.is_whole AND m.id = i.message_id {} ORDER BY m.id DESC LIMIT %s"
)
KEPT = "SELECT place, header, body, attached FROM mail_kept WHERE place IN ({})"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; each of it must hold."""

    words: str = ""
    sender: str = ""
    recipient: str = ""
    subject: str = ""
    has_attachments: bool = False
    since: datetime | None = None
    before: datetime | None = None
    mailbox: Mailbox | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The numbers of messages, the newest first; `after` opens the next page, none at the end.

    Not complete: more letters wait for the index than one question reads, and some of them may fit.
    """

    message_ids: list[int]
    after: int | None
    is_complete: bool


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A question, taken apart."""

    texts: list[Phrase]
    fields: tuple[list[Phrase], list[Phrase], list[Phrase]]  # of sender, recipients, subject
    condition: str
    values: list[Any]
    newest: int
    oldest: int


def find_letters(actor: Actor, store: Store, asked: Asked, *, after: int | None = None, limit: int = LIMIT) -> Page:
    """A page of the letters of a store that fit, the newest first."""
    require_reading(actor, store)
    wanted = _wanted(store, asked, after)
    unread, is_complete = _unread(store, wanted)
    found: list[tuple[int, int]] = []
    end = None
    letters = _by_texts(wanted, _candidates(store, wanted))
    for looked_at, (has_texts, place, key, *fields) in enumerate(letters, start=1):
        if has_texts and _fits(wanted, fields):
            found.append((place, key))
        if len(found) > limit or looked_at >= MOST_READ:
            end = place
            break
    found = sorted({*found, *(one for one in unread if end is None or one[0] >= end)}, reverse=True)
    shown = found[:limit]
    if len(found) > limit:
        end = shown[-1][0]
    return Page([key for _place, key in shown], end, is_complete)


def _wanted(store: Store, asked: Asked, after: int | None) -> _Wanted:
    condition, values = "AND m.gone_at IS NULL", []
    if asked.has_attachments:
        condition += " AND m.n_attachments > 0"
    if asked.mailbox is not None:
        condition += " AND EXISTS (SELECT 1 FROM mail_placement p WHERE p.message_id = m.id AND p.mailbox_id = %s)"
        values.append(asked.mailbox.id if asked.mailbox.store_id == store.id else -1)
    newest = min(NEWEST if asked.before is None else first_place(asked.before), NEWEST if after is None else after)
    oldest = OLDEST if asked.since is None else first_place(asked.since)
    fields = (phrases_of(asked.sender), phrases_of(asked.recipient), phrases_of(asked.subject))
    return _Wanted(phrases_of(asked.words), fields, condition, values, newest, oldest)


def _candidates(store: Store, wanted: _Wanted) -> Iterator[tuple[Any, ...]]:
    """Letters that have every word, the newest first."""
    phrases = [*wanted.texts, *(phrase for phrases in wanted.fields for phrase in phrases)]
    groups = [
        [f"{place}{word}{'*' * (phrase.is_open and at == len(phrase.words))}" for place in READ]
        for phrase in phrases
        for at, word in enumerate(phrase.words, start=1)
    ]
    condition, value = matching(store.id, groups) if groups else ("", store.id)
    by_words = BY_RARE_WORDS if _are_rare(store.id, groups) else BY_WORDS
    sql = by_words.format(condition, wanted.condition) if groups else ALL.format(wanted.condition)
    newest, size = wanted.newest, AT_FIRST
    while True:
        with connection.cursor() as cursor:
            cursor.execute(sql, [value, newest, wanted.oldest, *wanted.values, size])
            found = cursor.fetchall()
        yield from found
        if len(found) < size:
            return
        newest, size = found[-1][0], AT_ONCE


def _are_rare(store_id: int, groups: Sequence[Sequence[str]]) -> bool:
    """Whether few letters have one of these words, where that matters."""
    return connection.vendor == "postgresql" and any(_n_letters(store_id, group) < RARE for group in groups)


def _n_letters(store_id: int, group: Sequence[str]) -> int:
    """In how many letters of a store one of these terms stands, at most."""
    whole = [term for term in group if not term.endswith("*")]
    beginnings = [term.removesuffix("*") for term in group if term.endswith("*")]
    either = [f"word IN ({marks(whole)})"] if whole else []
    either += ["(word >= %s AND word < %s)"] * len(beginnings)
    ranges = [end for begin in beginnings for end in (begin, begin + "\U0010ffff")]
    with connection.cursor() as cursor:
        sql = f"SELECT coalesce(sum(n_letters), 0) FROM mail_word WHERE store_id = %s AND ({' OR '.join(either)})"  # noqa: S608
        cursor.execute(sql, [store_id, *whole, *ranges])
        return int(cursor.fetchone()[0])


def _unread(store: Store, wanted: _Wanted) -> tuple[list[tuple[int, int]], bool]:
    """The letters that are not in the index and fit, by reading them; whether these are all."""
    found, is_complete = [], True
    for sql, values in ((BEYOND, [store.id, upto_of(store.id)]), (IN_PART, [store.id])):
        with connection.cursor() as cursor:
            cursor.execute(sql.format(wanted.condition), [*values, *wanted.values, MOST_UNREAD + 1])
            rows = cursor.fetchall()
        is_complete = is_complete and len(rows) <= MOST_UNREAD
        for received_at, key, *fields, digest, parts, n_attachments in rows[:MOST_UNREAD]:
            place = place_of(received_at, key)
            if wanted.oldest <= place < wanted.newest and _fits(wanted, fields):
                texts = texts_kept(digest, parts)
                if _has(wanted.texts, texts.header, texts.body, texts.attached):
                    found.append((place, key))
                elif n_attachments:  # its files are read when it is indexed
                    is_complete = False
    return found, is_complete


def _fits(wanted: _Wanted, fields: Sequence[str]) -> bool:
    return all(_has(phrases, (), text) for phrases, text in zip(wanted.fields, fields, strict=True))


def _by_texts(wanted: _Wanted, letters: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Each letter, and first whether the phrases stand in its texts; nothing is read where the words say all."""
    if all(len(phrase.words) == 1 for phrase in wanted.texts):
        yield from ((True, *one) for one in letters)
        return
    while piece := list(islice(letters, PIECE)):
        with connection.cursor() as cursor:
            cursor.execute(KEPT.format(marks(piece)), [place for place, *_rest in piece])
            kept = {place: texts for place, *texts in cursor.fetchall()}
        for one in piece:
            header, body, attached = kept.get(one[0], (b"", b"", b""))
            yield _has(wanted.texts, fields_in(header), unpacked(body), unpacked(attached)), *one


def _has(phrases: Sequence[Phrase], header: Sequence[str], *texts: str) -> bool:
    """Whether each phrase is in one of these texts, or in a field that people see."""
    if not phrases:
        return True
    shown = [field for field in header if field.partition(":")[0] in SHOWN_FIELDS]
    texts = (*shown, *texts)
    return all(any(_is_in(phrase, text) for text in texts) for phrase in phrases)


def _is_in(phrase: Phrase, text: str) -> bool:
    """Whether the words of a phrase stand in a text behind each other."""
    if text.isascii() and max(map(len, phrase.words)) < LONGEST:  # which is ten times as fast
        if not all(map(str.isascii, phrase.words)):
            return False
        end = "" if phrase.is_open else "(?![a-zA-Z0-9])"
        between = r"[^a-zA-Z0-9]+".join(phrase.words)
        return re.search(f"(?<![a-zA-Z0-9]){between}{end}", text, re.IGNORECASE | re.ASCII) is not None
    said = f" {' '.join(words_of(text))} "
    return f" {' '.join(phrase.words)}{'' if phrase.is_open else ' '}" in said
