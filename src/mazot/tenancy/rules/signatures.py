# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a webhook's letter is signed: the scheme of Standard Webhooks 1.0, for which receivers have libraries."""

import base64
import hashlib
import hmac
import secrets

SECRET_START = "whsec_"  # noqa: S105 - what every such secret begins with


def new_webhook_secret() -> str:
    """A random key of 192 bits, as the scheme writes it."""
    return SECRET_START + base64.b64encode(secrets.token_bytes(24)).decode()


def signed(secret: str, letter_id: str, moment: int, body: bytes) -> dict[str, str]:
    """The three headers by which a receiver knows a letter, its moment, and that it is ours."""
    key = base64.b64decode(secret.removeprefix(SECRET_START))
    said = f"{letter_id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return {"webhook-id": letter_id, "webhook-timestamp": str(moment), "webhook-signature": f"v1,{signature}"}
