# SPDX-License-Identifier: AGPL-3.0-or-later
from hashlib import sha256


def digest_of(*told: str) -> str:
    """What an address remembers is known by its digest: of whom it was, nothing is kept."""
    return sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()
