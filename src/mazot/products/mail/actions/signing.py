# SPDX-License-Identifier: AGPL-3.0-or-later
"""The keys with which the letters of a domain are signed: made, replaced while the old ones still count, forgotten.

Making an RSA key takes a while: `new_secrets` first, outside of any transaction, then the deed.
"""

from collections.abc import Mapping

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.conf import settings
from django.utils.translation import gettext as _

from mazot.exchange.facts.mail import SigningKeysMade
from mazot.foundation import clock
from mazot.foundation.errors import Refused
from mazot.foundation.facts import tell
from mazot.foundation.sealing import seal
from mazot.products.mail.actions.domains import hold_service
from mazot.products.mail.models import Service, SigningKey
from mazot.products.mail.queries.signing import SEALED_FOR
from mazot.products.mail.rights import MANAGE
from mazot.products.mail.rules.signing import ED25519, MOST_KEYS, RSA, STAYS, record_value, selector_for
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

Secrets = Mapping[str, RSAPrivateKey | Ed25519PrivateKey]


def new_secrets() -> Secrets:
    """A fresh pair: RSA-2048, which everybody verifies, and Ed25519 beside it."""
    return {RSA: generate_private_key(65537, 2048), ED25519: Ed25519PrivateKey.generate()}


@action(needs=MANAGE)
def make_signing_keys(actor: Actor, service: Service, *, secrets: Secrets) -> list[SigningKey]:
    """Give a service its first keys; one that has some keeps them."""
    held = hold_service(service)
    found = list(SigningKey.objects.filter(service=held, ended_at__isnull=True).order_by("selector"))
    return found or _made(actor, held, secrets)


@action(needs=MANAGE)
def rotate_signing_keys(actor: Actor, service: Service, *, secrets: Secrets) -> list[SigningKey]:
    """Give a service new keys; the old ones sign until the zone shows the new ones, for two weeks at most."""
    held = hold_service(service)
    if SigningKey.objects.filter(service=held).count() >= MOST_KEYS:
        raise Refused(
            "too_many_keys",
            _("The keys of this domain were renewed several times within two weeks."),
            way_out=_("Renew them again when the oldest are gone from the list."),
            limit=MOST_KEYS,
        )
    SigningKey.objects.filter(service=held, ended_at__isnull=True).update(ended_at=clock.now() + STAYS)
    return _made(actor, held, secrets)


def forget_signing_keys() -> int:
    """Erase the keys whose time is over; what they signed has arrived long ago."""
    return SigningKey.objects.filter(ended_at__lte=clock.now()).delete()[0]


def _made(actor: Actor, held: Service, secrets: Secrets) -> list[SigningKey]:
    taken = set(SigningKey.objects.filter(service=held).values_list("selector", flat=True))
    now = clock.now()
    made = [
        SigningKey(
            service=held,
            selector=selector_for(algorithm, now.date(), taken),
            algorithm=algorithm,
            secret=seal(_written(key), key=settings.MAZOT_CREDENTIAL_KEY, purpose=SEALED_FOR),
            record=record_value(algorithm, _public(key)),
            created_at=now,
        )
        for algorithm, key in secrets.items()
    ]
    SigningKey.objects.bulk_create(made)
    tell(actor, SigningKeysMade(held.id, held.domain, selectors=tuple(key.selector for key in made)))
    return made


def _written(key: RSAPrivateKey | Ed25519PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _public(key: RSAPrivateKey | Ed25519PrivateKey) -> bytes:
    public = key.public_key()
    if isinstance(key, Ed25519PrivateKey):
        return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
