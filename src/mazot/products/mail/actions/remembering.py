# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an address remembers of the letters it saw and the senders it answered."""

from collections.abc import Iterable
from datetime import timedelta

from mazot.foundation import clock
from mazot.products.mail.models import Address, Remembered
from mazot.products.mail.rules.remembering import digest_of

WROTE_FOR = timedelta(days=365)


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


def remember_recipients(address: Address, recipients: Iterable[str]) -> None:
    """Remember to whom an address writes: their answers are no spam. From each letter on it counts for a year again."""
    until = clock.now() + WROTE_FOR
    kind = Remembered.Kind.WROTE
    rows = [
        Remembered(address=address, kind=kind, digest=digest_of(one), until=until)
        for one in sorted({one.lower() for one in recipients})
    ]
    unique = ["address", "kind", "digest"]
    Remembered.objects.bulk_create(rows, update_conflicts=True, update_fields=["until"], unique_fields=unique)


def forget_remembered(*, most: int = 5_000) -> int:
    """Erase what no longer counts."""
    over = Remembered.objects.filter(until__lt=clock.now()).values("id")[:most]
    return Remembered.objects.filter(id__in=list(over.values_list("id", flat=True))).delete()[0]
