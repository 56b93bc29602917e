# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies on their way out: small ones read at once, to leave with their headers in one write."""

import os

from mazot.foundation.blobs import blobs

SMALL = 64 * 1024
# Linux reads what is in its cache and says so when it is not, instead of waiting for the disk.
NO_WAIT: int = getattr(os, "RWF_NOWAIT", 0)


class WouldWait(Exception):
    """The bytes are on the disk only: a thread has to fetch them."""


def read_part(digest: str, first: int, length: int, *, may_wait: bool = True) -> bytes:
    """A small part of a content; without waiting, WouldWait when it is not in memory."""
    if not (may_wait or NO_WAIT):
        raise WouldWait
    buffer = bytearray(length)
    file = os.open(blobs().path_of(digest), os.O_RDONLY)
    try:
        n_read = os.preadv(file, [buffer], first, 0 if may_wait else NO_WAIT)
    except OSError as error:
        if may_wait:
            raise
        raise WouldWait from error
    finally:
        os.close(file)
    if n_read < length:
        if not may_wait:
            raise WouldWait
        raise OSError("a content is shorter than its row says")
    return bytes(buffer)
