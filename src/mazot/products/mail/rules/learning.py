# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an organization teaches by marking letters: which words stand in its spam, and which in its honest mail.

Each word speaks with the share of letters it stood in (Robinson), the clearest of them are weighed together (Fisher's
chi-square, as Robinson proposed and SpamBayes tried out), so a few loud words do not outvote a letter.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from mazot.products.mail.rules.words import words_of

AT_LEAST = 20  # letters of each kind before anything is said
MOST_WORDS = 1_500  # different ones of one letter
CLEAREST = 150
DOUBT, PRIOR = 0.45, 0.5  # how much a rare word is doubted, and what is thought of an unknown one
MINIMUM = 0.1  # distance from PRIOR under which a word says nothing
MOST = 4.5  # weight of a letter that is surely spam, and of one that is surely not, below zero

_URL = re.compile(r"https?://([^/\s<>\"']{1,200})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Taught:
    """How many letters of each kind an organization has marked."""

    n_spam: int = 0
    n_honest: int = 0

    @property
    def suffices(self) -> bool:
        return self.n_spam >= AT_LEAST and self.n_honest >= AT_LEAST


def words_for_learning(fields: Mapping[str, str], text: str) -> frozenset[str]:
    """The words of a letter that learning looks at: of its text, its subject and its author apart, hosts of links."""
    found: dict[str, None] = {}
    for name, value in fields.items():
        for word in words_of(value):
            found[f"{name}:{word}"] = None
    for host in _URL.findall(text):
        found[f"host:{host.lower()}"] = None
    for word in words_of(text):
        if 3 <= len(word) <= 40:
            found[word] = None
        if len(found) >= MOST_WORDS:
            break
    return frozenset(found)


def digests_of(words: Iterable[str], *, key: bytes) -> frozenset[int]:
    """Words as numbers that tell nobody what they were, other ones for each key."""
    return frozenset(
        int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8, key=key[:64]).digest()) >> 1
        for word in words
    )


def share_of_spam(counts: Sequence[tuple[int, int]], taught: Taught) -> float:
    """How sure it is, from 0 (honest) to 1 (spam), by how often each known word stood in spam and in honest mail."""
    shares = sorted((_share(*one, taught) for one in counts), key=lambda share: -abs(share - PRIOR))
    clear = [share for share in shares[:CLEAREST] if abs(share - PRIOR) >= MINIMUM]
    if not clear:
        return 0.5
    spam = 1 - _chi2q(-2 * sum(math.log(1 - share) for share in clear), 2 * len(clear))
    honest = 1 - _chi2q(-2 * sum(math.log(share) for share in clear), 2 * len(clear))
    return (spam - honest + 1) / 2


def weight_of(share: float) -> float:
    """What that adds to the sum: nothing in the middle, where it does not know."""
    distance = (share - 0.5) * 2
    return round(MOST * distance, 1) if abs(distance) >= 0.2 else 0.0


def _share(n_spam: int, n_honest: int, taught: Taught) -> float:
    in_spam, in_honest = min(n_spam / taught.n_spam, 1), min(n_honest / taught.n_honest, 1)
    n_letters = n_spam + n_honest
    share = in_spam / (in_spam + in_honest) if n_letters else PRIOR
    share = (DOUBT * PRIOR + n_letters * share) / (DOUBT + n_letters)
    return min(max(share, 0.001), 0.999)


def _chi2q(chi2: float, freedom: int) -> float:
    """The chance of a value at least as large, for an even number of degrees of freedom."""
    half = chi2 / 2
    term = total = math.exp(-half) if half < 700 else 0.0
    for step in range(1, freedom // 2):
        term *= half / step
        total += term
    return min(total, 1.0)
