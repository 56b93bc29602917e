# SPDX-License-Identifier: AGPL-3.0-or-later
"""Domains whose mail the operator declares to be somebody's, from the command line."""

from typing import TYPE_CHECKING

from mazot.foundation.errors import NotFound, Refused
from mazot.products.mail.actions.domains import declare_domain
from mazot.products.mail.queries.domains import services_named
from mazot.products.mail.rules.addressing import BadDomain, domain_from
from mazot.tenancy.actor import Actor

if TYPE_CHECKING:
    from mazot.products.mail.models import Service


def declare(domain: str, *, organization: str = "") -> "Service":
    """Declare the one service of this domain, or that of the organization which is named."""
    try:
        found = services_named(domain_from(domain))
    except BadDomain as error:
        raise NotFound("not_a_domain", f"{domain!r} is no domain.") from error
    if organization:
        found = [service for service in found if service.organization.name == organization]
    if not found:
        whose = f" at {organization}" if organization else ""
        raise NotFound("no_service", f"No mail service of {domain} is open{whose}. Open it first, under Mail.")
    if len(found) > 1:
        names = ", ".join(service.organization.name for service in found)
        raise Refused("several", f"Several organizations opened {domain}: {names}. Name one with --organization.")
    system = Actor.system(found[0].organization_id, because="the operator declared the domain")
    return declare_domain(system, found[0])
