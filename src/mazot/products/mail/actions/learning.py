# SPDX-License-Identifier: AGPL-3.0-or-later
"""People teach what spam is by where they put letters. That they did so is noted at once, and learned afterwards."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from mazot.foundation import clock
from mazot.foundation.statements import find
from mazot.products.mail.models import Lesson, Mailbox, Store, Taught, TaughtWord
from mazot.products.mail.queries.held import pieces
from mazot.products.mail.queries.judging import as_key, key_of, words_of_letter
from mazot.products.mail.queries.lessons import due_lessons
from mazot.products.mail.queries.messages import content_of
from mazot.products.mail.rights import WRITE
from mazot.products.mail.rules.flags import ANSWERED, JUNK, NOT_JUNK
from mazot.products.mail.rules.learning import digests_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

RARE_FOR = timedelta(days=120)  # a word that came once and never again
MOST_WORDS = 300_000  # of one organization
AT_ONCE = 200  # letters
logger = logging.getLogger(__name__)

NOTE = (
    "INSERT INTO mail_lesson (message_id, is_spam, taught, is_due) VALUES (%s, %s, NULL, TRUE) "
    "ON CONFLICT (message_id) DO UPDATE SET is_spam = excluded.is_spam, "
    "is_due = mail_lesson.taught IS NULL OR mail_lesson.taught <> excluded.is_spam"
)
COUNT = (
    "INSERT INTO mail_taughtword (organization_id, digest, n_spam, n_honest, taught_on) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (organization_id, digest) DO UPDATE SET n_spam = mail_taughtword.n_spam + excluded.n_spam, "
    "n_honest = mail_taughtword.n_honest + excluded.n_honest, taught_on = excluded.taught_on"
)


def note_moved(actor: Actor, source: Mailbox, target: Mailbox, message_ids: Sequence[int]) -> None:
    """Whoever puts a letter with the junk says that it is spam, and whoever files it elsewhere that it is not."""
    junk, trash = Mailbox.Role.JUNK, Mailbox.Role.TRASH
    if actor.is_system or source.store_id != target.store_id or source.role == target.role == junk:
        return
    if target.role == junk:
        _note(message_ids, is_spam=True)
    elif target.role != trash and (source.role == junk or target.role in ("", Mailbox.Role.ARCHIVE)):
        _note(message_ids, is_spam=False)


def note_marked(
    actor: Actor, mailbox: Mailbox, message_ids: Sequence[int], *, flags: int, keywords: Collection[str]
) -> None:
    """The same by the words that programs set, and by an answer."""
    if actor.is_system or not message_ids:
        return
    said = {word.lower() for word in keywords}
    if flags & JUNK or "junk" in said:
        _note(message_ids, is_spam=True)
    elif flags & NOT_JUNK or "nonjunk" in said or (flags & ANSWERED and mailbox.role != Mailbox.Role.JUNK):
        _note(message_ids, is_spam=False)


def _note(message_ids: Sequence[int], *, is_spam: bool) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(NOTE, [(key, is_spam) for key in sorted(set(message_ids))])


def learn_due() -> int:
    """Learn from every letter that somebody put somewhere since the last time; how many."""
    n_learned = 0
    while due := due_lessons(limit=AT_ONCE):
        by_store: dict[int, dict[int, frozenset[int] | None]] = {}
        for store_id, organization_id, key, digest, parts in due:
            by_store.setdefault(store_id, {})[key] = _numbers(organization_id, digest, parts)
        for store_id, words in by_store.items():
            store = find(Store, "id = %s", [store_id])[0]
            system = Actor.system(store.organization_id, because="people say what spam is")
            n_learned += teach_letters(system, store, words=words)
    return n_learned


def _numbers(organization_id: UUID, digest: str, parts: bytes) -> frozenset[int] | None:
    """The words of a letter as they are kept; none of one that cannot be read."""
    try:
        words = words_of_letter(content_of(digest), parts)
    except Exception:
        logger.exception("nothing can be learned from a letter")
        return None
    return digests_of(words, key=key_of(organization_id))


@action(needs=WRITE)
def teach_letters(actor: Actor, store: Store, *, words: Mapping[int, frozenset[int] | None]) -> int:  # noqa: ARG001 - every deed has an actor
    """Learn from letters somebody put somewhere, by the numbers of their words; how many were."""
    Taught.objects.get_or_create(organization_id=store.organization_id)
    taught = Taught.objects.select_for_update().get(organization_id=store.organization_id)
    due = Lesson.objects.select_for_update().filter(message_id__in=list(words), is_due=True)
    counts: dict[int, list[int]] = {}
    lessons = list(due.filter(message__store_id=store.id))
    for lesson in lessons:
        lesson.is_due = False
        if (known := words[lesson.message_id]) is None:
            continue
        steps = [(int(lesson.is_spam), 1)] + ([] if lesson.taught is None else [(int(lesson.taught), -1)])
        for is_spam, step in steps:
            taught.n_spam += step * is_spam
            taught.n_honest += step * (1 - is_spam)
            for word in known:
                counts.setdefault(word, [0, 0])[1 - is_spam] += step
        lesson.taught = lesson.is_spam
    _count(store, counts)
    taught.n_spam, taught.n_honest = max(taught.n_spam, 0), max(taught.n_honest, 0)
    taught.save(update_fields=["n_spam", "n_honest"])
    Lesson.objects.bulk_update(lessons, ["taught", "is_due"])
    return len(lessons)


def _count(store: Store, counts: Mapping[int, Sequence[int]]) -> None:
    organization = as_key(store.organization_id)
    today = connection.ops.adapt_datefield_value(clock.now().date())
    with connection.cursor() as cursor:
        cursor.executemany(COUNT, [(organization, word, *counts[word], today) for word in sorted(counts)])


def forget_taught() -> int:
    """Erase words that came once and never again, and the oldest where an organization has too many; how many."""
    old = clock.now().date() - RARE_FOR
    done = TaughtWord.objects.filter(taught_on__lt=old, n_spam__lte=1 - F("n_honest")).delete()[0]
    for organization_id in Taught.objects.values_list("organization_id", flat=True):
        mine = TaughtWord.objects.filter(organization_id=organization_id)
        if (too_many := mine.count() - MOST_WORDS) > 0:
            rarest = (
                mine.annotate(n=Greatest("n_spam", "n_honest")).order_by("n", "taught_on").values_list("id", flat=True)
            )
            for piece in pieces(list(rarest[:too_many])):
                done += TaughtWord.objects.filter(id__in=list(piece)).delete()[0]
    return done
