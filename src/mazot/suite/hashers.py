# SPDX-License-Identifier: AGPL-3.0-or-later
"""argon2 with a bound: a storm of sign-ins waits for its turn and leaves the processor to everyone else."""

import threading
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = threading.BoundedSemaphore(2)


class BoundedArgon2(Argon2PasswordHasher):
    """OWASP's memory of 46 MiB with twice its passes; at most two of these are computed at the same time."""

    memory_cost = 47104  # KiB
    time_cost = 2
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with AT_ONCE:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with AT_ONCE:
            return bool(super().verify(password, encoded))

    def harden_runtime(self, password: str, encoded: str) -> Any:
        """Nothing to even out: argon2's cost is in the stored parameters, and `verify` pays them."""
