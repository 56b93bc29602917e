# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.products.mail.models import Address
from mazot.products.mail.rules.addressing import apart, detail_of


def may_write_as(address: Address, written: str) -> bool:
    """Whether letters of this address may bear that one: itself or an alias of it, with a detail or without."""
    parts = apart(written)
    if parts is None:
        return False
    local, domain = parts
    base = (detail_of(local) or (local, ""))[0]
    if domain != address.service.domain:
        return False
    if address.local in (local, base):
        return True
    aliases = Address.objects.filter(service_id=address.service_id, target=address, deleted_at__isnull=True)
    return aliases.filter(local__in={local, base}).exists()
