# SPDX-License-Identifier: AGPL-3.0-or-later
"""The signatures of a letter that leaves. Asks the network: never inside a transaction."""

from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet

from mazot.foundation import clock
from mazot.foundation.resolver import resolver
from mazot.foundation.sealing import unseal
from mazot.products.mail.models import Outgoing, Service, SigningKey
from mazot.products.mail.rules.signing import is_same_key, record_name, signed_domain, signing_keys
from mazot.wire.authentication.signing import Signer, signatures
from mazot.wire.mime.headers import end_of_header, raw_fields
from mazot.wire.mime.lines import crlf

SEALED_FOR = "mail-signing-key"


def keys_of(service: Service) -> QuerySet[SigningKey]:
    """The keys of a service that count, the newest first."""
    ours = SigningKey.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=clock.now()), service=service)
    return ours.order_by("-created_at", "-algorithm", "-selector")


def services_without_keys() -> list[Service]:
    """Live services that cannot sign yet."""
    lasting = SigningKey.objects.filter(service=OuterRef("id"), ended_at__isnull=True)
    return list(Service.objects.filter(~Exists(lasting), instance__ended_at__isnull=True).order_by("id"))


def signed(outgoing: Outgoing, content: bytes) -> bytes:
    """The letter as it leaves: signed by the domain of its author where that is a domain of ours, or as it is."""
    header = content[: end_of_header(content, 0, len(content))[0]]
    domain = signed_domain(raw_fields(header), came_in=outgoing.address_id is None)
    service = _signing_service(outgoing, domain) if domain else None
    signers = _signers(service) if service else []
    if not signers:
        return content
    whole = crlf(content)  # as it goes over the wire
    whole += b"" if whole.endswith(b"\r\n") else b"\r\n"
    return signatures(whole, signers, at=int(clock.now().timestamp())) + whole


def _signing_service(outgoing: Outgoing, domain: str) -> Service | None:
    """The service of the address that sends; for the server's own letters, the one whose domain the server is in."""
    proved = Service.objects.exclude(proof=Service.Proof.NONE).filter(instance__ended_at__isnull=True)
    if outgoing.address_id is not None:
        return proved.filter(addresses__id=outgoing.address_id, domain=domain).first()
    if domain != settings.MAZOT.mail_host:
        return None
    labels = domain.split(".")
    above = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    return max(proved.filter(domain__in=above), key=lambda service: len(service.domain), default=None)


def _signers(service: Service) -> list[Signer]:
    keys = list(keys_of(service))
    shown = {key.selector for key in keys if _is_shown(key, service.domain)}
    return [Signer(service.domain, key.selector, _opened(key.secret)) for key in signing_keys(keys, shown)]


def _is_shown(key: SigningKey, domain: str) -> bool:
    """Whether the zone has the key's record, or nobody can tell at this moment."""
    found = resolver().look_up(record_name(key.selector, domain), "TXT")
    return found.failed or any(is_same_key(value, key.record) for value in found.values)


@lru_cache(maxsize=256)
def _opened(secret: str) -> RSAPrivateKey | Ed25519PrivateKey:
    pem = unseal(secret, key=settings.MAZOT_CREDENTIAL_KEY, purpose=SEALED_FOR).encode()
    # Checking the primes of a key that we made and sealed takes longer than signing with it.
    key = load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey | Ed25519PrivateKey)
    return key
