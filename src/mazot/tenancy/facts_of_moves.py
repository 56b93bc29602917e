# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to whole organizations and products: they move to others, and end."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from mazot.tenancy.facts import TenancyFact


@dataclass(frozen=True, slots=True)
class OrganizationDeleted(TenancyFact):
    """An organization is closed for everybody."""

    sentence = _("%(who)s deleted the organization %(name)s.")

    organization_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class TransferOffered(TenancyFact):
    """A product can be taken over by another organization, with a link."""

    sentence = _("%(who)s offered %(instance)s to another organization.")

    transfer_id: UUID
    instance_id: UUID


@dataclass(frozen=True, slots=True)
class TransferRevoked(TenancyFact):
    """The link of an offered product opens nothing any more."""

    sentence = _("%(who)s took back the offer of %(instance)s.")

    transfer_id: UUID
    instance_id: UUID


@dataclass(frozen=True, slots=True)
class ProductGiven(TenancyFact):
    """A product is another organization's now."""

    sentence = _("%(who)s moved %(instance_name)s to the organization %(receiver)s.")

    instance_id: UUID
    instance_name: str
    receiver: str


@dataclass(frozen=True, slots=True)
class ProductTaken(TenancyFact):
    """A product came from another organization, with the people who use it."""

    sentence = _("%(who)s took over %(instance)s from the organization %(giver)s.")

    instance_id: UUID
    giver: str
