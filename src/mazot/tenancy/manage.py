# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a role alone allows in an organization, without any product behind it."""

from django.utils.translation import gettext_lazy as _

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Person
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.rights import Right
from mazot.tenancy.rules.roles import MANAGERS

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
    roles=MANAGERS,
    scopes=frozenset({"organization"}),
)
MANAGE_PEOPLE = Right(
    "organization.people",
    _("Invite, change, block and remove the people of this organization."),
    grantable=False,
    organization_wide=True,
    roles=MANAGERS,
    delegable=True,
    scopes=frozenset({"people", "teams", "access"}),
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
    roles=MANAGERS,
)
MANAGE_PRODUCTS = Right(
    "organization.products",
    _("Open and end the organization's products, and say who reaches them."),
    grantable=False,
    organization_wide=True,
    roles=MANAGERS,
    scopes=frozenset({"products"}),
)
MANAGE_CONNECTIONS = Right(
    "organization.connections",
    _("Make and end the tokens and webhooks by which other programs work with this organization."),
    grantable=False,
    organization_wide=True,
    roles=MANAGERS,
    scopes=frozenset({"webhooks"}),
)
NAME_REPRESENTATIVES = Right(
    "organization.representatives",
    _("Name legal representatives, and change or remove one."),
    grantable=False,
    organization_wide=True,
    roles=frozenset({Role.LEGAL_REPRESENTATIVE}),
    scopes=frozenset({"people"}),
)
SEE_ACTIVITY = Right(
    "organization.activity",
    _("Read the organization's activity log."),
    grantable=False,
    to_write=False,
    organization_wide=True,
    roles=MANAGERS,
    scopes=frozenset({"activity"}),
)
SEE_PEOPLE = Right(
    "organization.directory",
    _("See who else belongs to this organization."),
    grantable=False,
    to_write=False,
    organization_wide=True,
    roles=frozenset({Role.LEGAL_REPRESENTATIVE, Role.ADMINISTRATOR, Role.COLLABORATOR}),
    scopes=frozenset({"people", "teams"}),
)

RIGHTS = (
    BELONG,
    MANAGE_CONNECTIONS,
    MANAGE_DETAILS,
    MANAGE_PEOPLE,
    MANAGE_PRODUCTS,
    NAME_REPRESENTATIVES,
    REPRESENT,
    NAME_USER_MANAGERS,
    SEE_ACTIVITY,
    SEE_PEOPLE,
)


def require_self(actor: Actor, person: Person, *, scope: str = "") -> None:
    """Raise unless the actor is this person, present in full or through a token made for this `scope`.

    The password of a program changes no account, and a token none of what names no scope: no other secret is made
    with one.
    """
    if actor.is_system:
        return
    if actor.person_id != person.id:
        raise NotFound("not_found")
    if scope and actor.via == "api" and actor.opens(scope, to_write=True):
        return
    if "*" not in actor.scopes:
        raise NotAllowed("scope", _("An application password does not open the account's settings."))
