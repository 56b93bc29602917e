# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verify account passwords for programs that send them with every request: few at a time, and not again for a minute.

What is remembered is a digest, keyed for the life of this process, of the password together with everything that may
end its worth: the stored hash, the second factor, what organizations ask, the count of ended sessions. All of these
are read anew at each request, so a change of any of them misses the memory at once.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from django.contrib.auth.hashers import check_password, make_password

from mazot.foundation.errors import TooMany

REMEMBERED = 60.0
AT_ONCE = 2  # argon2 takes a processor and memory for each
IN_LINE = 4


class Verifier:
    """Slow verification with a short memory, shared by the threads of one process."""

    def __init__(self, check: Callable[[str, str], bool] = check_password) -> None:
        self._check = check
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, tuple[float, bool]] = OrderedDict()
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._line = threading.BoundedSemaphore(AT_ONCE + IN_LINE)
        self.limit = 10_000

    def known(self, secret: str, stored: str | None, *state: object) -> bool | None:
        """What was found for this very password and state within the last minute; none when nothing was."""
        with self._lock:
            until, answer = self._known.get(self._digest(secret, stored, state), (0.0, False))
        return answer if until > time.monotonic() else None

    def verify(self, secret: str, stored: str | None, *state: object) -> bool:
        """Whether the password is the stored one; without one the same work is done, so that time tells nothing."""
        if not self._line.acquire(blocking=False):
            raise TooMany("busy", wait=1)
        try:
            with self._slots:
                if stored is None:
                    make_password(secret)
                answer = stored is not None and self._check(secret, stored)
        finally:
            self._line.release()
        self._remember(self._digest(secret, stored, state), answer)
        return answer

    def _remember(self, digest: bytes, answer: bool) -> None:
        with self._lock:
            self._known[digest] = (time.monotonic() + REMEMBERED, answer)
            self._known.move_to_end(digest)
            while len(self._known) > self.limit:
                self._known.popitem(last=False)

    def _digest(self, secret: str, stored: str | None, state: tuple[object, ...]) -> bytes:
        parts = "\0".join([hashlib.blake2b(secret.encode()).hexdigest(), stored or "", *map(str, state)])
        return hashlib.blake2b(parts.encode(), key=self._key, digest_size=32).digest()


VERIFIER = Verifier()
