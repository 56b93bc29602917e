# SPDX-License-Identifier: AGPL-3.0-or-later
"""The storage ledger: every byte has a holder, and a change that does not fit is refused in the same transaction."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from mazot.foundation.errors import OverQuota
from mazot.foundation.models import Account
from mazot.foundation.statements import key

# One statement asks and books, so two charges cannot both take the last room; giving back always works.
CHARGE = (
    "UPDATE foundation_account SET used = used + %s WHERE holder_id = %s AND kind = %s "
    "AND (%s <= 0 OR allowed IS NULL OR allowed >= used + %s)"
)


def open_account(holder_id: UUID, kind: str, *, allowed: int | None) -> None:
    """Start (or change the limit of) a holder's account; `allowed` in bytes, none for no limit."""
    Account.objects.update_or_create(holder_id=holder_id, kind=kind, defaults={"allowed": allowed})


def charge(holder_id: UUID, kind: str, *, size: int) -> None:
    """Add bytes to a holder's account (or give back, when negative), or raise OverQuota and change nothing."""
    if size == 0:
        return
    holder = key(Account._meta.get_field("holder_id"), holder_id)
    with connection.cursor() as cursor:
        cursor.execute(CHARGE, [size, holder, kind, size, size])
        fits = cursor.rowcount == 1
    if not fits:
        raise OverQuota("over_quota", "There is not enough room left for this.", size=size)


def used_and_allowed(holder_id: UUID, kind: str) -> tuple[int, int | None]:
    """Bytes used and bytes allowed (none for no limit) of one holder."""
    row = Account.objects.filter(holder_id=holder_id, kind=kind).values_list("used", "allowed").first()
    return row or (0, None)


def accounts_of(holder_ids: Iterable[UUID]) -> dict[tuple[UUID, str], tuple[int, int | None]]:
    """The same for many holders, by holder and kind; one who holds nothing is not among them."""
    rows = Account.objects.filter(holder_id__in=list(holder_ids)).values_list("holder_id", "kind", "used", "allowed")
    return {(holder_id, kind): (used, allowed) for holder_id, kind, used, allowed in rows}


def room_left(holder_id: UUID, kind: str) -> int | None:
    """Bytes that still fit; none where there is no limit."""
    used, allowed = used_and_allowed(holder_id, kind)
    return None if allowed is None else max(0, allowed - used)
