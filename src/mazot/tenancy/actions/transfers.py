# SPDX-License-Identifier: AGPL-3.0-or-later
"""Move a product to another organization: offered with a link by the one, taken by somebody who manages the other."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import offer_of
from mazot.tenancy.facts import MemberJoined, ProductGiven, ProductTaken, TransferOffered, TransferRevoked
from mazot.tenancy.limits import ORGANIZATIONS_OF_A_PERSON, PRODUCTS_OF_AN_ORGANIZATION, check_room
from mazot.tenancy.manage import MANAGE_PRODUCTS
from mazot.tenancy.models import Grant, Membership, Organization, ProductInstance, Transfer
from mazot.tenancy.queries.transfers import carried_members, transfer_by_token
from mazot.tenancy.rights import action
from mazot.tenancy.rules.roles import MANAGERS
from mazot.tenancy.rules.secrets import SECRET_LETTERS, digest_of

VALID_FOR = timedelta(days=7)


@action(needs=MANAGE_PRODUCTS)
def offer_transfer(
    actor: Actor, instance: ProductInstance, *, receiver: Organization | None = None
) -> tuple[Transfer, str]:
    """Offer a product to another organization, or to whoever holds the link: the token is in the answer only."""
    organization = lock_organization(actor, instance.organization_id)
    held = _hold(instance.id, organization.id)
    if receiver is not None and receiver.id == organization.id:
        raise Refused("same_organization", _("The product is in this organization already."), field="receiver")
    moment = clock.now()
    waiting = Transfer.objects.filter(instance=held, taken_at=None, revoked_at=None)
    if waiting.filter(expires_at__gt=moment).exists():
        raise Conflict(
            "offered_already",
            _("This product is offered already."),
            way_out=_("Take that offer back first; its link then opens nothing."),
        )
    waiting.update(revoked_at=moment)
    token = new_secret(letters=SECRET_LETTERS)
    transfer = Transfer(
        instance=held,
        organization=organization,
        receiver=receiver,
        token_digest=digest_of(token, key=settings.MAZOT_CREDENTIAL_KEY),
        by_id=actor.person_id,
        created_at=moment,
        expires_at=moment + VALID_FOR,
    )
    transfer.save(force_insert=True)
    tell(actor, TransferOffered(transfer.id, instance_id=held.id))
    return transfer, token


@action(needs=MANAGE_PRODUCTS)
def revoke_transfer(actor: Actor, transfer: Transfer) -> Transfer:
    """Take an offer back; its link opens nothing any more."""
    lock_organization(actor, transfer.organization_id)
    mine = Transfer.objects.filter(id=transfer.id, organization_id=transfer.organization_id)
    found = mine.filter(taken_at=None, revoked_at=None).first()
    if found is None:
        raise NotFound("not_found")
    found.revoked_at = clock.now()
    found.save(update_fields=["revoked_at"])
    tell(actor, TransferRevoked(found.id, instance_id=found.instance_id))
    return found


@action(needs=MANAGE_PRODUCTS)
def take_transfer(actor: Actor, organization: Organization, *, token: str) -> ProductInstance:
    """Take an offered product over into the organization the actor manages, with the people its product carries."""
    giver_id = transfer_by_token(token).organization_id
    if giver_id == organization.id:
        raise Refused("same_organization", _("The product is in this organization already."), field="receiver")
    _lock_both(actor, organization.id, giver_id)
    transfer = transfer_by_token(token)  # as it is now, under both locks
    if transfer.receiver_id not in (None, organization.id):
        raise NotFound("not_found", _("This offer is no longer valid. Ask for a new link."))
    instance = _hold(transfer.instance_id, giver_id)
    live = ProductInstance.objects.filter(organization=organization, ended_at__isnull=True)
    check_room(live.count(), limit=PRODUCTS_OF_AN_ORGANIZATION, field="product")
    carried = carried_members(instance)
    Grant.objects.filter(instance=instance).delete()
    offered = offer_of(instance.product)
    assert offered is not None
    assert offered.move is not None
    system = Actor.system(giver_id, because=f"transfer {transfer.id} is taken")
    offered.move.act(system, instance, organization.id)
    instance.organization = organization
    instance.save(update_fields=["organization"])
    for member in carried:
        _carry(actor, member, instance, rights=[right.key for right in offered.move.carries])
    transfer.taken_at, transfer.receiver = clock.now(), organization
    transfer.save(update_fields=["taken_at", "receiver"])
    giver = transfer.organization
    there = replace(actor, organization_id=giver_id, membership_id=None)
    tell(there, ProductGiven(instance.id, instance_name=instance.name, receiver=organization.name))
    tell(actor, ProductTaken(instance.id, giver=giver.name))
    return instance


def _hold(instance_id: UUID, organization_id: UUID) -> ProductInstance:
    """The product as it is now, locked; refused when it cannot move."""
    locked = ProductInstance.objects.select_for_update().filter(id=instance_id, organization_id=organization_id)
    held = locked.filter(ended_at__isnull=True).first()
    if held is None:
        raise NotFound("not_found")
    offered = offer_of(held.product)
    if offered is None or offered.move is None:
        raise Refused("stays", _("This kind of product cannot move to another organization."))
    return held


def _lock_both(actor: Actor, receiver_id: UUID, giver_id: UUID) -> None:
    """Both organizations in the order of their ids, so that two moves the other way round never wait for each other."""
    system = Actor.system(giver_id, because="a product moves")
    for organization_id in sorted((receiver_id, giver_id)):
        lock_organization(actor if organization_id == receiver_id else system, organization_id)


def _carry(actor: Actor, member: Membership, instance: ProductInstance, *, rights: list[str]) -> None:
    """Let a user of the product in at its new place: with its use and nothing else, and nobody that place removed."""
    there = Membership.objects.filter(organization_id=instance.organization_id, person_id=member.person_id).first()
    if there is None:
        if member.person.memberships.filter(removed_at__isnull=True).count() >= ORGANIZATIONS_OF_A_PERSON:
            return
        there = Membership(organization_id=instance.organization_id, person_id=member.person_id, role=member.role)
        there.save(force_insert=True)
        tell(actor, MemberJoined(there.id, role=there.role))
    if there.removed_at is not None or there.role in MANAGERS:
        return
    Grant(
        organization_id=instance.organization_id,
        membership=there,
        product=instance.product,
        instance=instance,
        rights=rights,
    ).save(force_insert=True)
