# SPDX-License-Identifier: AGPL-3.0-or-later
"""The index of many letters, in a process of its own: what making it and asking it costs. Prints JSON.

usage: searching.py LETTERS ROUNDS   (MAZOT_DATA and MAZOT_DATABASE name where)
"""

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(Path(__file__).parent)]

SOUNDS = [one + two for one in ("b", "c", "d", "f", "gr", "l", "m", "pl", "st") for two in "aeiou"][:24]
WORDS = [a + b + c + d for a in SOUNDS for b in SOUNDS for c in SOUNDS for d in ("", "n", "r", "st")]
WEIGHTS = list(accumulate(1 / rank for rank in range(1, len(WORDS) + 1)))  # as often as words of a language are
RARE, COMMON = "zanzibar", "rehearsal"
EACH_RARE, EACH_COMMON, OF_A_LETTER, AT_ONCE = 100, 4, 220, 500
FIRST = datetime(2020, 1, 1, tzinfo=UTC)

QUESTIONS = {
    "a rare word, newest 50": RARE,
    "a common word, newest 50": COMMON,
    "both words, newest 50": f"{RARE} {COMMON}",
    "a phrase, newest 50": f'"{COMMON} {RARE}"',
    "the beginning of a word, newest 50": "zanzi*",
    "a word of no letter": "xylophone",
}
NEEDLES = {
    "SEARCH TEXT, a rare word": RARE,
    "SEARCH TEXT, a common word": COMMON,
    "SEARCH TEXT, a part of a word": "nziba",
}


def letter(number: int) -> bytes:
    chance = random.Random(number)
    words = chance.choices(WORDS, cum_weights=WEIGHTS, k=OF_A_LETTER)
    if number % EACH_RARE == 0:
        words[101] = RARE
    if number % EACH_COMMON == 0:
        words[100] = COMMON
    text = "".join(" ".join(words[at : at + 12]) + "\r\n" for at in range(0, len(words), 12))
    return (
        f"Received: from mx{number % 7}.rival.example by mail.mimosa.example; Mon, 2 Nov 2026 10:00:00 +0100\r\n"
        f"From: {words[1]} <p{number % 300}@rival.example>\r\nTo: Malik <malik@mimosa.example>\r\n"
        f"Subject: {' '.join(words[2:8])}\r\nMessage-ID: <{number}.{chance.randrange(10**9)}@rival.example>\r\n"
        f"\r\n{text}"
    ).encode()


def fill(store: Any, inbox: Any, letters: int) -> Iterator[float]:
    """Put letters in as rows, and index them; the processor seconds of the index, five hundred letters at a time."""
    from mazot.products.mail.actions.indexing import keep_entries
    from mazot.products.mail.models import Message, Placement
    from mazot.products.mail.queries.texts import texts_of
    from mazot.products.mail.rules.terms import terms_of
    from mazot.tenancy.actor import Actor
    from mazot.wire.mime import read_message

    system = Actor.system(store.organization_id, because="a bench")
    for start in range(0, letters, AT_ONCE):
        contents = [letter(number) for number in range(start, min(start + AT_ONCE, letters))]
        readings = [read_message(content) for content in contents]
        rows = Message.objects.bulk_create(
            Message(
                store=store,
                digest=f"{start + at:064x}",
                size=len(contents[at]),
                received_at=FIRST + timedelta(minutes=start + at),
                subject=reading.subject,
                sender=reading.sender,
                recipients=reading.recipients,
                preview=reading.preview,
                envelope=reading.envelope,
                bodystructure=reading.bodystructure,
                body=reading.body,
                parts=reading.parts,
            )
            for at, reading in enumerate(readings)
        )
        Placement.objects.bulk_create(
            Placement(mailbox=inbox, uid=start + at + 1, message=row, modseq=1, saved_at=FIRST)
            for at, row in enumerate(rows)
        )
        begun = time.process_time()
        entries = {}
        for row, content, reading in zip(rows, contents, readings, strict=True):
            texts = texts_of(content, reading.parts)
            entries[row.id] = (texts, terms_of(texts))
        keep_entries(system, store, entries=entries, upto=rows[-1].id)
        yield time.process_time() - begun


def asked(store: Any, inbox: Any, actor: Any, rounds: int) -> dict[str, dict[str, float]]:
    from mazot.heads.imap.finding import Finder
    from mazot.heads.imap.selected import Selected
    from mazot.products.mail.queries.placements import view_of
    from mazot.products.mail.queries.searching import Asked, find_letters
    from mazot.wire.imap.searching import Text

    selected = Selected(inbox, view_of(actor, inbox), reads_only=True)
    places = list(range(selected.count))

    def by_needle(needle: str) -> int:
        finder, key = Finder(actor, selected, []), Text(needle, with_header=True)
        return len(finder.among(key, finder.narrowed(key, places)))

    deeds = {
        name: lambda w=words: len(find_letters(actor, store, Asked(w)).message_ids) for name, words in QUESTIONS.items()
    }
    deeds |= {name: lambda n=needle: by_needle(n) for name, needle in NEEDLES.items()}
    found = {}
    for name, deed in deeds.items():
        walls, hits = [], deed()
        for _ in range(rounds):
            begun = time.perf_counter()
            deed()
            walls.append((time.perf_counter() - begun) * 1000)
        found[name] = {"hits": hits, "quickest": min(walls), "median": statistics.median(walls)}
    return found


def size_of_index() -> int:
    """Bytes of what the index is made of."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT pg_total_relation_size('mail_terms') + pg_total_relation_size('mail_indexed')"
                " + pg_total_relation_size('mail_kept') + pg_total_relation_size('mail_word')"
            )
        else:
            cursor.execute(  # what is in the rows: this SQLite does not tell its pages
                "SELECT (SELECT sum(length(block)) FROM mail_terms_data)"
                " + (SELECT sum(2 * length(word) + 30) FROM mail_word)"
                " + (SELECT sum(length(header) + length(body) + length(attached) + 60) FROM mail_kept)"
            )
        return int(cursor.fetchone()[0])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    import django

    django.setup()
    from django.db import connection

    from mazot.products.mail.tests.furnishing import a_service, an_address, share
    from mazot.tenancy.models import Organization, Person
    from tests.furnish import actor_of, everybody

    everybody()
    malik = Person.objects.get(login__startswith="malik")
    actor = actor_of(malik.login)
    address = an_address(a_service(Organization.objects.get(id=actor.organization_id), "bench.example"), "malik")
    share(address, malik, is_keeper=True)
    inbox = address.store.mailboxes.get(role="inbox")
    letters, rounds = (int(word) for word in sys.argv[1:3])
    begun = time.perf_counter()
    seconds = []
    for cpu in fill(address.store, inbox, letters):
        seconds.append(cpu)
        if len(seconds) % 20 == 0:
            sys.stderr.write(f"{len(seconds) * AT_ONCE} letters, {time.perf_counter() - begun:.0f} s\n")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE")
    told: dict[str, Any] = {"figures": asked(address.store, inbox, actor, rounds)}
    told |= {"cpu": sum(seconds) / letters * 1000, "wall": time.perf_counter() - begun, "bytes": size_of_index()}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
