# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where mail is sent on to, who was asked, and whether it would come back."""

from uuid import UUID

from django.conf import settings

from mazot.foundation.errors import NotFound
from mazot.products.mail.models import Address, Redirection
from mazot.products.mail.queries.routing import Local, Onward, route
from mazot.tenancy.rules.secrets import digest_of

LONGEST_TOKEN = 80
LONGEST_CHAIN = 50


def redirections_of(address: Address) -> list[Redirection]:
    return list(Redirection.objects.filter(address=address).order_by("asked_at", "id"))


def redirection_of(address: Address, redirection_id: UUID) -> Redirection:
    found = Redirection.objects.filter(address=address, id=redirection_id).select_related("address__service").first()
    if found is None:
        raise NotFound("not_found")
    return found


def redirection_by_id(redirection_id: UUID) -> Redirection | None:
    return Redirection.objects.filter(id=redirection_id).select_related("address__service__organization").first()


def redirection_by_token(token: str) -> Redirection | None:
    """The redirection whose letter had this token; none for any other text."""
    if not token or len(token) > LONGEST_TOKEN or not token.isascii():
        return None
    digest = digest_of(f"redirection:{token}", key=settings.MAZOT_CREDENTIAL_KEY)
    found = Redirection.objects.filter(token_digest=digest, address__deleted_at__isnull=True)
    return found.select_related("address__service__organization").first()


def comes_back(address: Address, goes_to: str) -> bool:
    """Whether mail of this address, sent there, reaches it again through addresses of this server.

    What other servers do with it afterwards nobody here knows: they count the hops (RFC 5321 section 6.3).
    """
    seen, waiting = {address.id}, [goes_to]
    for _hop in range(LONGEST_CHAIN):
        if not waiting:
            return False
        reached = route(waiting.pop())
        if isinstance(reached, Local):
            next_id, onward = reached.address_id, reached.onward
        elif isinstance(reached, Onward):
            next_id, onward = reached.address_id, reached.targets
        else:
            continue
        if next_id == address.id:
            return True
        if next_id not in seen:
            seen.add(next_id)
            waiting += onward
    return True
