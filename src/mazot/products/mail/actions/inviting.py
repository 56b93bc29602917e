# SPDX-License-Identifier: AGPL-3.0-or-later
"""Outsiders come to an address by invitation; members attach one that they hold a device password of."""

from datetime import timedelta

from django.utils.translation import gettext as _

from mazot.exchange.facts.mail import AddressShared
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, DomainError, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.text import folded
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.actions.sharings import share_address, write_sharing
from mazot.products.mail.models import Address, Invited, Sharing
from mazot.products.mail.queries.sharings import is_login_of_somebody
from mazot.products.mail.rights import MANAGE, rights_on
from mazot.products.mail.rules.limits import PEOPLE_OF_AN_ADDRESS
from mazot.products.mail.rules.rights import AddressRight
from mazot.tenancy.actions.invitations import invite_person, pending_in
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room
from mazot.tenancy.models import Membership, Organization
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.rights import action

WAITS_FOR = timedelta(days=30)


@action(needs=MANAGE)
def invite_to_address(actor: Actor, address: Address, *, login: str) -> Invited:
    """Invite somebody from outside: they join the organization as an external person, and find the address then.

    Whoever has a letter on its way already gets no second one; whoever belongs to the organization is let in at once.
    """
    held = Address.objects.select_for_update(of=("self",)).select_related("service__organization")
    found = held.filter(id=address.id, deleted_at__isnull=True).first()
    if found is None:
        raise NotFound("not_found")
    _must_be_shareable(found)
    name, organization = folded(login.strip()), found.service.organization
    here = Membership.objects.filter(organization=organization, person__login=name, removed_at__isnull=True)
    if here.exists():
        raise Conflict("member", _("This person belongs to the organization. Let them in directly."), field="login")
    check_room(found.invited.count() + found.sharings.count(), limit=PEOPLE_OF_AN_ADDRESS, field="login")
    if not pending_in(organization).filter(address=name, expires_at__gt=clock.now()).exists():
        _ask_in(actor, organization, name)
    invited, _made = Invited.objects.update_or_create(
        address=found, login=name, defaults={"rights": found.service.default_rights, "invited_at": clock.now()}
    )
    return invited


@action(needs=MANAGE)
def withdraw_invited(actor: Actor, invited: Invited) -> None:  # noqa: ARG001 - every deed has an actor
    """Somebody who was invited does not find the address any more; their letter into the organization stays."""
    if not Invited.objects.filter(id=invited.id).delete()[0]:
        raise NotFound("not_found")


@action(needs=None)
def attach_address(actor: Actor, opened: Opened) -> Sharing:
    """Come to an address of one's organization with a password of one of its devices; `open_address` has judged it.

    The rights are the usual ones, and none that whoever owns the device lacks.
    """
    address = opened.address
    if address.organization_id != actor.organization_id or actor.membership_id is None:
        raise NotFound("not_found")
    member = Membership.objects.select_related("person").get(id=actor.membership_id)
    if Sharing.objects.filter(address=address, person_id=member.person_id).exists():
        raise Conflict("there", _("This address is yours already."), field="address")
    owner = is_login_of_somebody(address)
    if owner is not None and owner != member.person_id:
        raise _of_somebody(address)
    check_room(Sharing.objects.filter(address=address).count(), limit=PEOPLE_OF_AN_ADDRESS, field="address")
    lent = rights_on(opened.actor, address.id) or AddressRight(0)
    usual = address.service.default_rights
    made = write_sharing(address, member, rights=int((lent & usual) | (lent & AddressRight.LOOK_ONLY)))
    tell(actor, AddressShared(address.id, str(address), person_id=made.person_id))
    return made


def let_joined_in(system: Actor, membership: Membership, logins: set[str]) -> int:
    """Let somebody who joined into the addresses they were invited to; how many."""
    waiting = Invited.objects.filter(
        address__organization_id=membership.organization_id,
        address__deleted_at__isnull=True,
        login__in=logins,
        invited_at__gt=clock.now() - WAITS_FOR,
    )
    done = 0
    for one in list(waiting.select_related("address__service", "address__instance")):
        try:
            share_address(system, one.address, member=membership, rights=one.rights)
            done += 1
        except DomainError:
            pass  # somebody let them in meanwhile, or the address changed: there is nothing left to do
        withdraw_invited(system, one)
    return done


def _ask_in(actor: Actor, organization: Organization, login: str) -> None:
    try:
        invite_person(actor, organization, address=login, role=Role.EXTERNAL)
    except DomainError as error:
        error.facts["field"] = "login"
        raise


def _must_be_shareable(address: Address) -> None:
    if address.kind != Address.Kind.REAL:
        raise Refused("no_mailbox", _("Only an address that keeps mail has people."), field="login")
    if is_login_of_somebody(address) is not None:
        raise _of_somebody(address)


def _of_somebody(address: Address) -> Refused:
    return Refused(
        "is_login",
        _("%(address)s is what somebody signs in with, so nobody else is let into it.") % {"address": address},
        way_out=_("Make another address to share, or have them change what they sign in with."),
    )
