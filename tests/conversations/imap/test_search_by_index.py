# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the index answers is what reading every letter answers."""

import base64
import random
from typing import Any

import pytest

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.heads.imap.finding import Finder
from mazot.heads.imap.selected import Selected
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.indexing import doubt_letters, forget_letters, index_store
from mazot.products.mail.actions.keeping import Arrival
from mazot.products.mail.models import Indexed, Mailbox
from mazot.products.mail.queries.placements import view_of
from mazot.products.mail.rules.terms import LONGEST
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from mazot.wire.imap.searching import Header, Text
from mazot.wire.mime import read_message
from tests.cast import Cast

WORDS = (
    "rehearsal",
    "Réunion",
    "re\u0301union",
    "Straße",
    "STRASSE",
    "œuvre",
    "ﬁne",
    "K\u212aelvin",
    "ﬁﬂ",
    "İstanbul",
    "soft\u00adhyphen",
    "zero\u200bwidth",
    "snake_case_name",
    "a/b.conf",
    "ann@example.org",
    "東京都に行く",
    "北京大学",
    "か\u3099ぎ",
    "がぎ",
    "한국어",
    "\u1112\u1161\u11ab",
    "हिन्दी",
    "ภาษาไทย",
    "שָׁלוֹם",
    "x" * 90 + "needle" + "y" * 90,
    "0123456789abcdef" * 20,
    "ΣΊΣΥΦΟΣ",
    "don't",
    "𝕳ello",
    "tab\tbed",
    "日",
)
CHARSETS = ("utf-8", "utf-8", "iso-8859-1", "gb18030", "iso-2022-jp", "utf-7", "x-unknown", "windows-1252")


def a_content(chance: random.Random) -> bytes:
    charset = chance.choice(CHARSETS)
    codec = "utf-8" if charset == "x-unknown" else charset
    text = " ".join(chance.choices(WORDS, k=chance.randrange(12)))
    if chance.random() < 0.3:
        text = f"<p>{text}</p><b>{chance.choice(WORDS)}</b>{chance.choice(WORDS)}<script>hidden</script>"
        kind = "html"
    else:
        kind = "plain"
    subject = " ".join(chance.choices(WORDS, k=2)).encode("utf-8")
    if chance.random() < 0.5:
        subject = b"=?utf-8?B?" + base64.b64encode(subject) + b"?="
    odd = chance.choice(
        (b"", b"X-Odd : spaced\r\n", b"no colon here\r\n", b"X-Fold: a\r\n\tb\r\n c\r\n", b"X-Lf: a\n b\r\n")
    )
    head = b"From: Ann <ann@example.org>\r\nTo: malik@mimosa.example\r\nSubject: " + subject + b"\r\n" + odd
    head += f"Content-Type: text/{kind}; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n".encode()
    return head + text.encode(codec, "replace") + b"\r\n"


@pytest.fixture
def opened(cast: Cast) -> Mailbox:
    """A mailbox of 60 letters in many scripts; the last ten are not in the index, nor are four that were in it."""
    address = an_address(a_service(cast.mimosa), "malik")
    share(address, cast.people.malik, is_keeper=True)
    inbox = address.store.mailboxes.get(role="inbox")
    chance = random.Random(5)
    for number in range(60):
        if number == 50:
            assert list(index_store(cast.olive, address.store))[-1] == 50
        content = a_content(chance)
        append_message(cast.malik, inbox, arrival=Arrival(blobs().put(content), read_message(content), clock.now()))
    doubtful = list(Indexed.objects.order_by("message_id").values_list("message_id", flat=True))[30:34]
    doubt_letters(address.store.id, doubtful)
    return inbox


def needles() -> list[str]:
    chance = random.Random(7)
    found = [
        "",
        "a",
        "is",
        "東",
        "東京",
        "に行",
        "needle",
        "x" * 40,
        "xneedley",
        "cafe",
        "ann@ex",
        "b.conf",
        "f" * LONGEST,
    ]
    found += ["strasse", "ss", "kelvin", "fine", "hyphen", "softhyphen", "istanbul", "hidden", "from: ann", "\n", "\0"]
    for word in WORDS:
        found += [word, word.upper(), word[1:], word[: chance.randrange(1, len(word) + 1)]]
        at = chance.randrange(len(word))
        found += [word[at : at + 4], f"{word} {chance.choice(WORDS)[:3]}"]
    return list(dict.fromkeys(found))


def all_found(actor: Any, inbox: Mailbox) -> dict[Any, list[int]]:
    selected = Selected(inbox, view_of(actor, inbox), reads_only=True)
    answers: dict[Any, list[int]] = {}
    for number, needle in enumerate(needles()):
        keys = [Text(needle, with_header=True), Text(needle, with_header=False), Header("Subject", needle)]
        keys += [Header(name, needle) for name in ("from", "X-Odd", "X-Fold", "X-Lf") if number % 10 == 0]
        for key in keys:
            finder = Finder(actor, selected, [])
            narrowed = finder.narrowed(key, list(range(selected.count)))
            answers[key] = finder.among(key, narrowed)
            assert answers[key] == finder.among(key, list(range(selected.count)))
    return answers


def test_the_index_finds_what_reading_every_letter_finds(cast: Cast, opened: Mailbox) -> None:
    by_index = all_found(cast.malik, opened)
    everything = list(Indexed.objects.values_list("message_id", flat=True))
    assert len(everything) == 46
    doubt_letters(opened.store_id, everything)
    assert not Indexed.objects.exists()
    read = all_found(cast.malik, opened)
    assert {key: (by_index[key], read[key]) for key in read if by_index[key] != read[key]} == {}
    assert sum(map(bool, read.values())) > 100


def test_a_letter_that_left_the_index_is_found_by_reading(cast: Cast, opened: Mailbox) -> None:
    key = Text("ann@example.org", with_header=True)
    selected = Selected(opened, view_of(cast.malik, opened), reads_only=True)
    finder = Finder(cast.malik, selected, [])
    assert finder.narrowed(key, [0, 1]) == [0, 1]
    forget_letters(opened.store_id, list(Indexed.objects.values_list("message_id", flat=True)))
    assert finder.among(key, [0, 1]) == [0, 1]
