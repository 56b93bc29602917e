# SPDX-License-Identifier: AGPL-3.0-or-later
"""Change what an organization says of itself; who saves a page that is no longer true is told, and nothing is lost."""

from typing import Unpack

from django.utils.translation import gettext as _

from mazot.foundation.errors import Conflict
from mazot.foundation.facts import tell
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.details import (
    IDENTITY,
    Details,
    TypedContact,
    checked_contacts,
    checked_details,
    stamp_of,
    stamp_of_contacts,
)
from mazot.tenancy.facts import DetailsChanged
from mazot.tenancy.manage import MANAGE_DETAILS, REPRESENT
from mazot.tenancy.models import Contact, Organization
from mazot.tenancy.rights import action, require


@action(needs=MANAGE_DETAILS)
def set_details(
    actor: Actor, organization: Organization, *, stamp: str | None = None, **typed: Unpack[Details]
) -> Organization:
    """Change details of the organization; its kind and legal name only as a legal representative.

    `stamp` is that of the page the person filled in: when somebody saved in between, the deed is refused.
    """
    organization = lock_organization(actor, organization.id)
    if stamp is not None and stamp != stamp_of(organization):
        raise _saved_meanwhile()
    wanted = checked_details(typed)
    changed = [name for name, value in wanted.items() if getattr(organization, name) != value]
    if set(changed) & set(IDENTITY):
        require(actor, REPRESENT, organization)
    if changed:
        for name in changed:
            setattr(organization, name, wanted[name])
        organization.save(update_fields=changed)
        tell(actor, DetailsChanged(organization.id, what=tuple(changed)))
    return organization


@action(needs=MANAGE_DETAILS)
def set_contacts(
    actor: Actor, organization: Organization, *, contacts: list[TypedContact], stamp: str | None = None
) -> list[Contact]:
    """Say whom to write to about bills, technical and legal questions, in place of those named before."""
    organization = lock_organization(actor, organization.id)
    present = list(organization.contacts.all())
    if stamp is not None and stamp != stamp_of_contacts(present):
        raise _saved_meanwhile()
    wanted = checked_contacts(contacts)
    if stamp_of_contacts(wanted) == stamp_of_contacts(present):
        return present
    organization.contacts.all().delete()
    for contact in wanted:
        contact.organization = organization
        contact.save(force_insert=True)
    tell(actor, DetailsChanged(organization.id, what=("contacts",)))
    return wanted


@action(needs=MANAGE_DETAILS)
def set_logo(actor: Actor, organization: Organization, *, digest: str, is_wide: bool = False) -> Organization:
    """Show a picture that is kept already as the organization's logo; without digest, its initials again."""
    organization = lock_organization(actor, organization.id)
    if organization.logo_digest == digest:
        return organization
    organization.logo_digest, organization.logo_is_wide = digest, is_wide and bool(digest)
    organization.save(update_fields=["logo_digest", "logo_is_wide"])
    tell(actor, DetailsChanged(organization.id, what=("logo",)))
    return organization


def _saved_meanwhile() -> Conflict:
    return Conflict(
        "saved_meanwhile",
        _("Somebody else saved this page while you had it open. Nothing of yours is saved yet."),
        way_out=_("Compare what they saved with what you typed, then save again."),
    )
