# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every fact is a whole sentence in the activity log, made of words that its own fields can fill."""

import re
from dataclasses import fields

import pytest

from mazot.foundation.facts import Fact, kinds
from mazot.tenancy.queries.sentences import NAMED

KINDS = kinds()


def words_of(kind: type[Fact]) -> set[str]:
    """What a sentence of this fact may name."""
    names = {field.name for field in fields(kind)}
    words = {name.removesuffix("_id").removesuffix("_key") for name in names if name in NAMED or name[-3:] != "_id"}
    words.add("who")
    if {"membership_id", "team_id"} <= names:
        words.add("holder")
    if {"product_key", "instance_id"} <= names:
        words.add("place")
    return words


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_fact_has_a_sentence_of_words_it_can_fill(kind: str) -> None:
    fact = KINDS[kind]
    sentence = str(fact.sentence)
    assert sentence, f"{kind} has no sentence for the activity log"
    assert sentence.endswith("."), sentence
    for text in (sentence, str(fact.sentence_about_oneself)):
        assert set(re.findall(r"%\((\w+)\)s", text)) <= words_of(fact), text
        assert "%" not in re.sub(r"%\(\w+\)s", "", text), text


def test_a_fact_does_not_borrow_the_sentence_of_another() -> None:
    assert len({str(fact.sentence) for fact in KINDS.values()}) == len(KINDS)
