# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.foundation.ids import ALPHABET, new_id, new_secret


def test_ids_ascend_in_the_order_they_are_made():
    made = [new_id() for _ in range(2000)]

    assert made == sorted(made)
    assert {one.version for one in made} == {7}


def test_a_secret_of_32_letters_has_160_bits_and_no_doubtful_letters():
    secret = new_secret()

    assert len(secret) == 32
    assert len(ALPHABET) == 32
    assert set(secret) <= set(ALPHABET)
    assert not set("ilou") & set(ALPHABET)
