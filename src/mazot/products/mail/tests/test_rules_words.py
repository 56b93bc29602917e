# SPDX-License-Identifier: AGPL-3.0-or-later
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.products.mail.rules.words import LONGEST, MOST_PHRASES, Phrase, phrases_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The hall, on Friday.", ["the", "hall", "on", "friday"]),
        ("Répétition à l'Opéra", ["repetition", "a", "l", "opera"]),
        ("re\u0301pe\u0301tition", ["repetition"]),  # accents as letters of their own
        ("Straße Œuvre Ærø Łódź İstanbul ılık", ["strasse", "oeuvre", "aero", "lodz", "istanbul", "ilik"]),
        ("ΟΔΟΣ Йогурт", ["οδοσ", "иогурт"]),
        ("ﬁn Ｆｕｌｌ ①② ℌ", ["fin", "full", "12", "h"]),
        ("malik.dufour+hall@mimosa.example", ["malik", "dufour", "hall", "mimosa", "example"]),
        ("https://mimosa.example/a_b/c-d.conf", ["https", "mimosa", "example", "a", "b", "c", "d", "conf"]),
        ("3.14 2026-11-03 A4", ["3", "14", "2026", "11", "03", "a4"]),
        ("co\u00adope\u200dra\ufefftion", ["cooperation"]),
        ("東京都", ["東京", "京都", "都"]),
        ("東京 mail京", ["東京", "京", "mail", "京"]),
        ("コンサート", ["コン", "ンサ", "サー", "ート", "ト"]),
        ("ｺﾝｻｰﾄ", ["コン", "ンサ", "サー", "ート", "ト"]),
        ("か\u3099く", ["がく", "く"]),
        ("학교", ["학교", "교"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("שָׁלוֹם", ["שלום"]),
        ("مُحَمَّد أحمد", ["محمد", "احمد"]),
        ("x" * 200, ["x" * LONGEST]),
        ("", []),
        (" _ - @ 🎻", []),
    ],
)
def test_a_text_falls_into_words(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


@pytest.mark.parametrize(
    ("asked", "phrases"),
    [
        ("Hall friday", [Phrase(("hall",)), Phrase(("friday",))]),
        ('"on Friday" hall', [Phrase(("on", "friday")), Phrase(("hall",))]),
        ('"never closed', [Phrase(("never", "closed"))]),
        ("malik@mimosa.example", [Phrase(("malik", "mimosa", "example"))]),
        ("Élod*", [Phrase(("elod",), is_open=True)]),
        ("東京都", [Phrase(("東京", "京都"))]),
        ("京", [Phrase(("京",), is_open=True)]),
        ("hall hall", [Phrase(("hall",))]),
        ("* \" - ''", []),
    ],
)
def test_what_is_asked_falls_into_phrases(asked: str, phrases: list[Phrase]) -> None:
    assert phrases_of(asked) == phrases


def holds(words: list[str], phrase: Phrase) -> bool:
    wanted = list(phrase.words)
    for at in range(len(words) - len(wanted) + 1):
        found = words[at : at + len(wanted)]
        if found == wanted or (phrase.is_open and found[:-1] == wanted[:-1] and found[-1].startswith(wanted[-1])):
            return True
    return False


PIECES = [
    "Été",
    "東京",
    "都",
    "mail",
    "a@b.example",
    "コンサート",
    "हिन्दी",
    "학교",
    "e\u0301",
    "ﬁ",
    "Straße",
    "I\u0307",
]
BETWEEN = [" ", ", ", "-", "", "\n", "。"]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BETWEEN)), min_size=1, max_size=30), st.data())
def test_what_is_copied_from_a_text_is_found_in_it(chosen, data) -> None:
    text = "".join(piece + between for piece, between in chosen)
    start = data.draw(st.integers(0, len(chosen) - 1))
    end = data.draw(st.integers(start + 1, len(chosen)))
    if start and chosen[start - 1][1] == "":  # a copy that begins inside a word is another word
        start = 0
    copied = "".join(piece + between for piece, between in chosen[start:end])
    while end < len(chosen) and chosen[end - 1][1] == "":
        copied += chosen[end][0] + chosen[end][1]
        end += 1
    words = list(words_of(text))
    for asked in (copied, copied.swapcase(), f'"{copied}"'):
        for phrase in phrases_of(asked):
            assert holds(words, phrase), (words, phrase)


def test_a_long_run_keeps_its_marked_letters_together() -> None:
    assert set(words_of("か\u3099" * 1_000)) == {"がが", "が"}
    assert set(words_of("\u1112\u1161\u11ab" * 1_000)) == {"한한", "한"}


@given(st.text(max_size=80))
def test_words_of_words_are_the_same_words(text: str) -> None:
    for word in words_of(text):
        assert 0 < len(word) <= LONGEST
        assert word.isascii() or list(words_of(word))[:1] == [word]


def test_an_attack_by_marks_takes_no_seconds() -> None:
    for text in (
        "a" + "\u0315\u0300" * 200_000,
        "\u0915" + "\u094d\u093c" * 100_000,
        "\ufdfa" * 20_000,
        "東" * 500_000,
    ):
        began = time.process_time()
        for _word in words_of(text):
            pass
        assert time.process_time() - began < 4
    assert len(phrases_of("a b c d e f g h " + " ".join(f"w{n}" for n in range(100_000)))) == MOST_PHRASES
