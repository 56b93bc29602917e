# SPDX-License-Identifier: AGPL-3.0-or-later
"""Create organizations, go from one to another, and change what is asked in one."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actions.products import open_default_products
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import DetailsChanged, MemberJoined, OrganizationCreated
from mazot.tenancy.limits import ORGANIZATIONS_OF_A_PERSON, check_room, checked_name
from mazot.tenancy.manage import MANAGE_DETAILS, require_self
from mazot.tenancy.models import Membership, Organization, Person
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import actor_in
from mazot.tenancy.rights import action

LONGEST_GRACE = 90  # days
FARTHEST_START = timedelta(days=366)


@action(needs=None)
def create_organization(actor: Actor, person: Person, *, name: str = "") -> Organization:
    """Create an organization with this person as its legal representative; alone at sign-up it bears their name."""
    require_self(actor, person)
    person = Person.objects.select_for_update().get(id=person.id)
    check_room(
        person.memberships.filter(removed_at__isnull=True).count(),
        limit=ORGANIZATIONS_OF_A_PERSON,
        field="organization",
    )
    organization = Organization(name=checked_name(name or person.name[:120], field="name", limit=120))
    organization.save(force_insert=True)
    membership = Membership(organization=organization, person=person, role=Role.LEGAL_REPRESENTATIVE)
    membership.save(force_insert=True)
    founder = actor_in(person, membership, via=actor.via, address=actor.address)
    tell(founder, OrganizationCreated(organization.id, name=organization.name))
    tell(founder, MemberJoined(membership.id, role=membership.role))
    open_default_products(founder, organization)
    _go_to(person, organization)
    return organization


@action(needs=None)
def switch_organization(actor: Actor, organization: Organization) -> Actor:
    """Act in another organization of one's own from now on; the answer is the actor there."""
    membership = (
        Membership.objects.select_related("person", "organization")
        .filter(
            organization=organization,
            person_id=actor.person_id,
            person__is_active=True,
            blocked_at__isnull=True,
            removed_at__isnull=True,
        )
        .first()
    )
    if membership is None:
        raise NotFound("not_found", _("There is no such organization for this person."))
    require_self(actor, membership.person)
    _go_to(membership.person, organization)
    return actor_in(membership.person, membership, via=actor.via, address=actor.address)


@action(needs=MANAGE_DETAILS)
def set_security(
    actor: Actor,
    organization: Organization,
    *,
    two_factor_from: datetime | None,
    allows_account_password_on_dav: bool,
    two_factor_grace_days: int = 0,
) -> Organization:
    """Ask every member for a second factor from a moment on (or no more), and say what programs may sign in with.

    Who joins later has the days of grace, for the pages alone: from the moment on, programs take application
    passwords and never the account's, so that no password of an account lies in a program that nobody asked twice.
    """
    organization = lock_organization(actor, organization.id)
    if not 0 <= two_factor_grace_days <= LONGEST_GRACE:
        raise Invalid(
            "grace",
            _("Newcomers have between 0 and %(limit)s days.") % {"limit": LONGEST_GRACE},
            field="grace",
            limit=LONGEST_GRACE,
        )
    if two_factor_from is not None and two_factor_from > clock.now() + FARTHEST_START:
        raise Invalid("start", _("Two-factor for everybody begins within a year."), field="start")
    wanted = {
        "two_factor_from": two_factor_from,
        "two_factor_grace_days": two_factor_grace_days,
        "allows_account_password_on_dav": allows_account_password_on_dav,
    }
    changed = {name: value for name, value in wanted.items() if getattr(organization, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(organization, name, value)
        organization.save(update_fields=list(changed))
        tell(actor, DetailsChanged(organization.id, what=tuple(changed)))
    return organization


def _go_to(person: Person, organization: Organization) -> None:
    person.current_organization = organization
    person.save(update_fields=["current_organization"])
