# SPDX-License-Identifier: AGPL-3.0-or-later
"""Secrets of programs and letters: how they are written, read back, and kept as keyed digests.

A random secret of 160 bits cannot be guessed, so it needs no slow hash; the key, kept outside the database, makes a
stolen table worthless even to somebody who can compute fast.
"""

import hashlib
import hmac
import re

TOKEN_START = "mazot_"  # noqa: S105 - what every token begins with
PREFIX_LETTERS = 8
SECRET_LETTERS = 32  # five bits each: 160 bits
_WRITTEN = re.compile(rf"([0-9a-hjkmnp-tv-z]{{{PREFIX_LETTERS}}})([0-9a-hjkmnp-tv-z]{{{SECRET_LETTERS}}})")
# Crockford's alphabet leaves these out because they are read as others when copied from a screen.
_MISREAD = str.maketrans("oil", "011", "- ")


def digest_of(secret: str, *, key: str) -> str:
    """The keyed digest that is kept (hexadecimal)."""
    return hashlib.blake2b(secret.encode(), digest_size=32, key=key.encode()[:64]).hexdigest()


def is_equal(digest: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(digest, other)


def written(prefix: str, secret: str) -> str:
    """The password as it is shown: groups of four, easily typed from a telephone."""
    whole = prefix + secret
    return "-".join(whole[start : start + 4] for start in range(0, len(whole), 4))


def split(typed: str) -> tuple[str, str] | None:
    """Prefix and secret of a typed application password; none when it cannot be one."""
    if len(typed) > 80:
        return None
    found = _WRITTEN.fullmatch(typed.lower().translate(_MISREAD))
    return (found[1], found[2]) if found else None


def written_token(prefix: str, secret: str) -> str:
    """An API token as it is shown: one word, with a beginning by which scanners of leaked secrets know it."""
    return f"{TOKEN_START}{prefix}{secret}"


def split_token(sent: str) -> tuple[str, str] | None:
    """Prefix and secret of an API token as a program sends it; none when it cannot be one."""
    if not sent.startswith(TOKEN_START):
        return None
    found = _WRITTEN.fullmatch(sent[len(TOKEN_START) :])
    return (found[1], found[2]) if found else None
