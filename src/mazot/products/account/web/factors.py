# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where allauth asks us about second factors: how their secrets are kept, and which one may go."""

import base64
import hashlib
from typing import Any

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mazot.tenancy.queries.actors import asks_for_second_factor, memberships_of

KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]
    """Mazot's answers to allauth's second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it was used already. Type the one that shows now."),
        "cannot_delete_authenticator": _(
            "An organization of yours asks for a second factor, and this is your last one. Add another one first."
        ),
    }

    def encrypt(self, text: str) -> str:
        """Keep secrets under the server's key: a copy of the database alone makes no codes."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=KINDS).exclude(
            pk=authenticator.pk
        )
        return others.exists() or not asks_for_second_factor(memberships_of(authenticator.user))

    def build_totp_svg(self, url: str) -> str:
        return str(segno.make(url, error="m").svg_inline(scale=5, border=2, omitsize=True))

    def get_public_key_credential_rp_entity(self) -> dict[str, Any]:
        # The name that the device shows beside its own; the host is what it checks.
        return super().get_public_key_credential_rp_entity() | {"name": "Mazot"}  # type: ignore[no-any-return]


def _box() -> Fernet:
    key = hashlib.blake2b(settings.MAZOT_CREDENTIAL_KEY.encode(), digest_size=32, person=b"second factors").digest()
    return Fernet(base64.urlsafe_b64encode(key))
