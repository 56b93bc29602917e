# SPDX-License-Identifier: AGPL-3.0-or-later
"""What marked letters teach, with letters made of words that spam and honest mail share and do not share."""

import random

from mazot.products.mail.rules.learning import (
    MOST,
    MOST_WORDS,
    Taught,
    digests_of,
    share_of_spam,
    weight_of,
    words_for_learning,
)

COMMON = [f"word{n}" for n in range(300)]
OF_SPAM = [f"pill{n}" for n in range(40)]
HONEST = [f"rehearsal{n}" for n in range(40)]


def words(chance: random.Random, own: list[str]) -> set[str]:
    return {*chance.sample(COMMON, 60), *chance.sample(own, 8)}


def test_sixty_letters_tell_the_next_ones_apart() -> None:
    chance = random.Random(7)
    counts: dict[str, list[int]] = {}
    for n in range(60):
        for word in words(chance, OF_SPAM if n % 2 else HONEST):
            counts.setdefault(word, [0, 0])[1 - n % 2] += 1
    taught = Taught(30, 30)

    def weight(own: list[str]) -> float:
        known = [tuple(counts[word]) for word in words(chance, own) if word in counts]
        return weight_of(share_of_spam(known, taught))

    assert all(weight(OF_SPAM) > 1 for _time in range(20))
    assert all(weight(HONEST) < -1 for _time in range(20))


def test_of_unknown_words_nothing_is_said() -> None:
    taught = Taught(30, 30)
    assert weight_of(share_of_spam([], taught)) == 0
    assert weight_of(share_of_spam([(5, 5)] * 30, taught)) == 0


def test_one_word_is_no_proof_and_many_are_no_more_than_the_most() -> None:
    taught = Taught(1000, 1000)
    assert abs(weight_of(share_of_spam([(1, 0)], taught))) <= MOST
    assert weight_of(share_of_spam([(900, 0)] * 2000, taught)) == MOST
    assert weight_of(share_of_spam([(0, 900)] * 2000, taught)) == -MOST


def test_it_begins_when_both_kinds_are_known() -> None:
    assert not Taught(500, 19).suffices
    assert Taught(20, 20).suffices


def test_words_are_of_a_place_and_no_more_than_so_many() -> None:
    found = words_for_learning({"subject": "Free pills", "from": "a@b.example"}, "free https://Evil.example/x tea")
    assert {"subject:free", "subject:pills", "from:b", "free", "tea", "host:evil.example"} <= found
    assert len(words_for_learning({}, " ".join(f"w{n}" for n in range(9000)))) <= MOST_WORDS


def test_numbers_of_words_are_others_for_each_organization() -> None:
    one, other = digests_of({"pill", "tea"}, key=b"mimosa"), digests_of({"pill", "tea"}, key=b"rival")
    assert len(one) == 2
    assert not one & other
    assert all(0 <= number < 1 << 63 for number in one)
