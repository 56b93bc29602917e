# SPDX-License-Identifier: AGPL-3.0-or-later
from uuid import UUID

from mazot.foundation.errors import NotFound
from mazot.products.mail.models import Address, Reply


def reply_of(address: Address, reply_id: UUID) -> Reply:
    """A reply of an address, or NotFound."""
    found = Reply.objects.filter(address=address, id=reply_id).first()
    if found is None:
        raise NotFound("not_found")
    found.address = address
    return found
