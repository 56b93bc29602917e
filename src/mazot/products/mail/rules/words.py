# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of a text, for the index and for what is asked of it: the same ones whatever keeps the index.

Databases cut texts each in their own way (PostgreSQL keeps `a/b.conf`, hosts and e-mail addresses whole, SQLite does
not), so they are given words that are cut already. Letters lose their case and accents, ligatures and full-width forms
become plain letters; an address falls into its names. Scripts without blanks between words go in as pairs of letters.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 64  # letters of a word that count, in the text and in what is asked alike
MOST_PHRASES = 32

# Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic, soft hyphens, joiners and marks of direction. The
# marks of Indic scripts are vowels, and stay.
_DROPPED = re.compile(
    "[\u00ad\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f"
    "\u0670\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u200c-\u200f\u202a-\u202e\u2060-\u2064\u20d0-\u20ff\ufe00-\ufe0f"
    "\ufe20-\ufe2f\ufeff]+"
)
_PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ł": "l", "þ": "th"})
# Python sorts the marks behind a letter in the square of their number (40,000 take 5 s), so texts are folded piece by
# piece, and a piece ends where a word ends, or at least not before a kana's mark or the rest of a syllable of hangul.
_PIECE = re.compile(r".{1,100}(?=[\s,.;:!?、。]|\Z)|.{1,100}(?![\u3099\u309a\u1160-\u11ff])|.{1,100}", re.DOTALL)

# Han, kana, hangul, Thai, Lao, Burmese, Khmer.
_UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ebd\u0ec0-\u0ecd\u1000-\u103f\u1050-\u109d\u1100-\u11ff\u1780-\u17d3"
    "\u3005-\u3007\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
_INDIC = "\u0900-\u0963\u0966-\u096f\u0971-\u0df3"  # whose vowel signs are no letters to Python
_WORD = re.compile(rf"([{_UNSPACED}]+)|((?:[^\W_{_UNSPACED}]|[{_INDIC}])+)")
_ASKED = re.compile(r'"([^"]*)"?|([^\s"]+)')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand one behind the other; of an open one the last word may go on."""

    words: tuple[str, ...]
    is_open: bool = False


def words_of(text: str, *, longest: int | None = LONGEST) -> Iterator[str]:
    """The words of a text in their order, as the index keeps them."""
    for found in _WORD.finditer(_folded(text)):
        if run := found[1]:
            # The last letter stands alone, so that each letter begins a word: one letter is found as a beginning.
            yield from (run[at : at + 2] for at in range(len(run)))
        else:
            yield found[2][:longest]


def phrases_of(asked: str) -> list[Phrase]:
    """What a person asked for: each word or "quoted words" is a phrase, an e-mail address is one too; `hall*` is open.

    A text is found when it holds all of them.
    """
    phrases: list[Phrase] = []
    for quoted, bare in _ASKED.findall(asked):
        phrases += _phrases_in(quoted or bare.rstrip("*"), is_open=bare.endswith("*"))
        if len(phrases) >= MOST_PHRASES:
            break
    return list(dict.fromkeys(phrases))[:MOST_PHRASES]


def _phrases_in(text: str, *, is_open: bool) -> Iterator[Phrase]:
    """One phrase, but for unspaced scripts one for each run: how a run ends depends on what follows it in the text."""
    words: list[str] = []
    runs: list[Phrase] = []
    for found in _WORD.finditer(_folded(text)):
        if run := found[1]:
            pairs = tuple(run[at : at + 2] for at in range(len(run) - 1))
            runs.append(Phrase(pairs) if pairs else Phrase((run,), is_open=True))
            if words:
                runs.append(Phrase(tuple(words)))
                words = []
        else:
            words.append(found[2][:LONGEST])
    if words:
        runs.append(Phrase(tuple(words), is_open))
    yield from runs


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(_plain(piece) for piece in _PIECE.findall(_DROPPED.sub("", text)))


def _plain(piece: str) -> str:
    if piece.isascii():
        return piece.lower()
    bare = _DROPPED.sub("", unicodedata.normalize("NFKD", piece)).casefold().translate(_PLAIN)
    return unicodedata.normalize("NFC", bare)
