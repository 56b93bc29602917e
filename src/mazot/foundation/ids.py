# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers that sort by time (UUIDv7, RFC 9562 §5.7) and secrets that cannot be guessed."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

__all__ = ["UUID", "moment_of", "new_id", "new_secret", "read_id"]

# Crockford's base 32 in lower case: no i, l, o, u, so that a secret can be read aloud. Five bits a letter.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> UUID:
    """A new identifier, later than every earlier one of this process."""
    return uuid7()


def read_id(text: str) -> UUID | None:
    """The identifier that somebody sent as text; none when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def moment_of(made: UUID) -> datetime:
    """When an identifier was made: its first 48 bits are milliseconds (RFC 9562 §5.7)."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def new_secret(*, letters: int = 32) -> str:
    """A random secret of easily typed letters, five bits each (32 letters are 160 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(letters))
