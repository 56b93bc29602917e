# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.ids import ALPHABET, new_secret
from mazot.tenancy.rules.secrets import PREFIX_LETTERS, SECRET_LETTERS, digest_of, is_equal, split, written

PREFIX, SECRET = "0123abcd", "zyxwvtsrqpnmkjhgfedcba9876543210"


def test_what_is_shown_reads_back_whatever_the_hand_does_to_it() -> None:
    shown = written(PREFIX, SECRET)
    for typed in (shown, shown.upper(), shown.replace("-", ""), shown.replace("-", " "), shown.replace("0", "O")):
        assert split(typed) == (PREFIX, SECRET)


@pytest.mark.parametrize("typed", ["", "0123abcd", "x" * 1_000_000, written(PREFIX, SECRET) + "0", "é" * 40, "u" * 40])
def test_what_cannot_be_one_is_none(typed: str) -> None:
    assert split(typed) is None


def test_every_letter_of_the_alphabet_survives() -> None:
    assert len(ALPHABET) == 32
    for _ in range(200):
        prefix, secret = new_secret(letters=PREFIX_LETTERS), new_secret(letters=SECRET_LETTERS)
        assert split(written(prefix, secret)) == (prefix, secret)


def test_a_digest_depends_on_secret_and_key() -> None:
    digest = digest_of(SECRET, key="k" * 64)
    assert is_equal(digest, digest_of(SECRET, key="k" * 64))
    assert not is_equal(digest, digest_of(SECRET, key="l" * 64))
    assert not is_equal(digest, digest_of(SECRET[::-1], key="k" * 64))
    assert len(digest) == 64
