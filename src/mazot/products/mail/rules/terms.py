# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the index keeps of a letter, and what a text must have in it to hold a needle: the same for both databases.

A term is the number of the store, where in the letter the word stands, and the word: no search of one store walks over
the words of another. Terms have no positions; what must stand in order is looked up in the text that is kept.

A needle is found as a part of a text (RFC 9051 section 6.4.4). Letters and digits of ASCII come through the folding of
words as they are and stay together, so a text that holds a needle has, for each run of them, a word that holds this
run; and two Han letters behind each other are a word of the index themselves. Other letters decide nothing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mazot.products.mail.rules.words import LONGEST, words_of

BODY, SHOWN, HEAD, ATTACHED = "b", "s", "h", "a"  # the text; fields people see; other fields; inside attached files
TEXT = (BODY, SHOWN, HEAD)  # what SEARCH TEXT looks at
READ = (BODY, SHOWN, ATTACHED)  # what a person looks for
SHOWN_FIELDS = frozenset({"subject", "from", "to", "cc", "reply-to", "sender"})

MOST_LETTERS = 4 << 20  # of a text that are indexed; a longer one is read at each search
MOST_TERMS = 40_000  # different words of one letter; PostgreSQL takes a megabyte
MOST_BYTES = 600_000
OVERHEAD = 16  # bytes of a term besides its word
STEP = LONGEST // 2  # long words go in again in pieces, so that a run this long is always in one of them
SHORTEST = 3  # letters of a run that is worth looking up

_RUN = re.compile(r"[a-z0-9]+")
_HAN = re.compile("[\\u3400-\\u4dbf\\u4e00-\\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class Texts:
    """What can be searched of a letter, in small letters: its fields as "name: value", its text, that of its files."""

    header: tuple[str, ...]
    body: str
    attached: str = ""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of a letter without the store's number; `is_whole` unless some are missing.

    Of a plain one, what the words say of a run of ASCII is what the text says.
    """

    terms: tuple[str, ...]
    is_whole: bool
    is_plain: bool


@dataclass(frozen=True, slots=True)
class Needed:
    """What a text has that holds a needle: words with these runs in them, and these words; `is_all`: nothing more."""

    runs: tuple[str, ...]
    words: tuple[str, ...]
    is_all: bool


def terms_of(texts: Texts) -> Terms:
    """The terms of a letter, each word once where it stands first."""
    shown = [field for field in texts.header if field.partition(":")[0] in SHOWN_FIELDS]
    rest = [field for field in texts.header if field.partition(":")[0] not in SHOWN_FIELDS]
    read: set[str] = set()  # words of the text and of the fields people see stand for all others
    terms: set[str] = set()
    size, is_whole = 0, texts.is_whole
    for place, pieces in ((BODY, [texts.body]), (SHOWN, shown), (HEAD, rest), (ATTACHED, [texts.attached])):
        for word in _words_of(pieces):
            if word in read or (term := place + word) in terms:
                continue
            if len(terms) >= MOST_TERMS or size > MOST_BYTES:
                is_whole = is_whole and place == ATTACHED  # of files so much is found as there is room for
                break
            terms.add(term)
            size += len(word.encode()) + OVERHEAD
            if place in (BODY, SHOWN):
                read.add(word)
    return Terms(tuple(sorted(terms)), is_whole, texts.body.isascii() and all(map(str.isascii, texts.header)))


def _words_of(pieces: Iterable[str]) -> Iterator[str]:
    for piece in pieces:
        for word in words_of(piece, longest=None):
            if len(word) <= LONGEST:
                yield word
            else:
                yield from (word[start : start + LONGEST] for start in range(0, len(word), STEP))


def needed_for(needle: str) -> Needed:
    """What a text must have in its words to hold a needle, which is in small letters."""
    runs = [run[:STEP] for run in _RUN.findall(needle) if len(run) >= SHORTEST]
    pairs = [run[at : at + 2] for run in _HAN.findall(needle) for at in range(len(run) - 1)]
    is_all = len(runs) == 1 and runs[0] == needle
    return Needed(tuple(dict.fromkeys(runs)), tuple(dict.fromkeys(pairs)), is_all)


def place_of(received_at: datetime, message_id: int) -> int:
    """The number by which a letter lies in the index: by the second it came, then as the store counts."""
    return int(received_at.timestamp()) << 20 | message_id & 0xFFFFF


def first_place(moment: datetime) -> int:
    return int(moment.timestamp()) << 20
