# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an address remembers of the letters it saw and the senders it answered."""

from datetime import timedelta
from hashlib import sha256

from mazot.foundation import clock
from mazot.products.mail.models import Address, Remembered


def digest_of(*told: str) -> str:
    return sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()


def has_been(address: Address, kind: Remembered.Kind, key: str) -> bool:
    """Whether this still counts."""
    known = Remembered.objects.filter(address=address, kind=kind, digest=digest_of(key))
    return known.filter(until__gt=clock.now()).exists()


def remember(address: Address, kind: Remembered.Kind, key: str, seconds: int) -> bool:
    """Remember it from now on; whether it was forgotten, or never known, until now. Of two at once one hears yes."""
    now = clock.now()
    digest, until = digest_of(key), now + timedelta(seconds=seconds)
    row = Remembered(address=address, kind=kind, digest=digest, until=now)
    Remembered.objects.bulk_create([row], ignore_conflicts=True)
    known = Remembered.objects.filter(address=address, kind=kind, digest=digest)
    if known.filter(until__lte=now).update(until=until):
        return True
    if kind == Remembered.Kind.SEEN:
        known.update(until=until)
    return False


def forget_remembered(*, most: int = 5_000) -> int:
    """Erase what no longer counts."""
    over = Remembered.objects.filter(until__lt=clock.now()).values("id")[:most]
    return Remembered.objects.filter(id__in=list(over.values_list("id", flat=True))).delete()[0]
