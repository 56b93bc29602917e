# SPDX-License-Identifier: AGPL-3.0-or-later
"""Secrets that must be read back (they sign what goes out): encrypted under a key that is not in the database."""

import base64

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def seal(text: str, *, key: str, purpose: str) -> str:
    """The text, encrypted and authenticated; what was sealed for one purpose opens for no other."""
    return _box(key, purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, *, key: str, purpose: str) -> str:
    """The text again."""
    return _box(key, purpose).decrypt(sealed.encode()).decode()


def _box(key: str, purpose: str) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"mazot:{purpose}".encode()).derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
