# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a role alone allows in an organization, without any product behind it."""

from django.utils.translation import gettext_lazy as _

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Person
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.rights import Right

_MANAGERS = frozenset({Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR})


BELONG = Right(
    "organization.belong",
    _("Be one of the people of this organization."),
    grantable=False,
    organization_wide=True,
    roles=frozenset(Role.values),
)
MANAGE_DETAILS = Right(
    "organization.details",
    _("Change the organization's details and its security."),
    grantable=False,
    organization_wide=True,
    roles=_MANAGERS,
)
MANAGE_PEOPLE = Right(
    "organization.people",
    _("Invite, change, block and remove the people of this organization."),
    grantable=False,
    organization_wide=True,
    roles=_MANAGERS,
    delegable=True,
)
REPRESENT = Right(
    "organization.represent",
    _("Change the organization's legal name and kind, and delete the organization."),
    grantable=False,
    organization_wide=True,
    roles=frozenset({Role.LEGAL_REPRESENTATIVE}),
)
NAME_USER_MANAGERS = Right(
    "organization.user_managers",
    _("Say which collaborators manage people."),
    grantable=False,
    organization_wide=True,
    roles=_MANAGERS,
)
MANAGE_PRODUCTS = Right(
    "organization.products",
    _("Open and end the organization's products, and say who reaches them."),
    grantable=False,
    organization_wide=True,
    roles=_MANAGERS,
)
NAME_REPRESENTATIVES = Right(
    "organization.representatives",
    _("Name legal representatives, and change or remove one."),
    grantable=False,
    organization_wide=True,
    roles=frozenset({Role.LEGAL_REPRESENTATIVE}),
)
SEE_ACTIVITY = Right(
    "organization.activity",
    _("Read the organization's activity log."),
    grantable=False,
    to_write=False,
    organization_wide=True,
    roles=_MANAGERS,
)
SEE_PEOPLE = Right(
    "organization.directory",
    _("See who else belongs to this organization."),
    grantable=False,
    to_write=False,
    organization_wide=True,
    roles=frozenset({Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR, Role.COLLABORATOR}),
)

RIGHTS = (
    BELONG,
    MANAGE_DETAILS,
    MANAGE_PEOPLE,
    MANAGE_PRODUCTS,
    NAME_REPRESENTATIVES,
    REPRESENT,
    NAME_USER_MANAGERS,
    SEE_ACTIVITY,
    SEE_PEOPLE,
)


def require_self(actor: Actor, person: Person) -> None:
    """Raise unless the actor is this person, present in full: a program's password changes no account."""
    if actor.is_system:
        return
    if actor.person_id != person.id:
        raise NotFound("not_found")
    if "*" not in actor.scopes:
        raise NotAllowed("scope", _("An application password does not open the account's settings."))
