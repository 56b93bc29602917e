# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ed25519 for the DKIM library (RFC 8463): it asks for PyNaCl, and `cryptography` has the same primitive."""

import base64
from types import ModuleType, SimpleNamespace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class _VerifyKey:
    def __init__(self, encoded: bytes, encoder: object) -> None:  # noqa: ARG002 - the library names its encoder
        self._key = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded))

    def verify(self, signed: bytes, signature: bytes) -> None:
        self._key.verify(signature, signed)


def lend(library: ModuleType) -> None:
    """Let the library verify Ed25519 where PyNaCl is not installed."""
    if hasattr(library, "nacl"):
        return
    vars(library)["nacl"] = SimpleNamespace(
        signing=SimpleNamespace(VerifyKey=_VerifyKey),
        encoding=SimpleNamespace(Base64Encoder=None),
        exceptions=SimpleNamespace(ValueError=ValueError, BadSignatureError=InvalidSignature),
    )
