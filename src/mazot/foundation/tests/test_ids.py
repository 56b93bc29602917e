# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.foundation.ids import ALPHABET, new_id, new_secret, read_id


def test_ids_ascend_in_the_order_they_are_made():
    made = [new_id() for _ in range(2000)]

    assert made == sorted(made)
    assert {one.version for one in made} == {7}


def test_what_is_sent_as_an_id_is_read_or_is_none():
    made = new_id()

    assert read_id(str(made)) == made
    assert [read_id(text) for text in ("", "z" * 36, "0" * 31, "\0")] == [None] * 4


def test_a_secret_of_32_letters_has_160_bits_and_no_doubtful_letters():
    secret = new_secret()

    assert len(secret) == 32
    assert len(ALPHABET) == 32
    assert set(secret) <= set(ALPHABET)
    assert not set("ilou") & set(ALPHABET)
