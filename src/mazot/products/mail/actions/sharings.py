# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let people into an address, say what each may do with it, and take it from them."""

from django.utils.translation import gettext as _

from mazot.exchange.facts.mail import AddressShared, SharingChanged, SharingEnded
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.products.mail.models import Address, DevicePassword, Sharing
from mazot.products.mail.queries.sharings import is_login_of_somebody
from mazot.products.mail.rights import MANAGE
from mazot.products.mail.rules.limits import PEOPLE_OF_AN_ADDRESS
from mazot.products.mail.rules.rights import EVERYTHING, AddressRight
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room
from mazot.tenancy.models import Membership
from mazot.tenancy.rights import action


@action(needs=MANAGE)
def share_address(
    actor: Actor, address: Address, *, member: Membership, rights: int | None = None, is_keeper: bool = False
) -> Sharing:
    """Let a member into an address, with the service's usual rights unless told; the first may be its keeper."""
    held = _held(address)
    others = list(Sharing.objects.filter(address=held).values_list("person_id", flat=True))
    if member.person_id in others:
        raise Conflict("there", _("This person is at the address already."), field="member")
    # MAIL-SH-2: what opens an account is one person's alone.
    owner = is_login_of_somebody(held)
    if owner is not None and owner != member.person_id:
        raise Refused(
            "is_login",
            _("%(address)s is what somebody signs in with, so nobody else is let into it.") % {"address": held},
            way_out=_("Make another address to share, or have them change what they sign in with."),
            field="member",
        )
    check_room(len(others), limit=PEOPLE_OF_AN_ADDRESS, field="member")
    made = write_sharing(held, member, rights=rights, is_keeper=is_keeper)
    tell(actor, AddressShared(held.id, str(held), person_id=made.person_id))
    return made


@action(needs=MANAGE)
def set_sharing(actor: Actor, sharing: Sharing, *, rights: int | None = None, is_keeper: bool | None = None) -> Sharing:
    """Change what one person may do with an address, or whether they keep it."""
    held = _held_sharing(sharing)
    wanted = {
        "rights": held.rights if rights is None else _checked(rights),
        "is_keeper": held.is_keeper if is_keeper is None else is_keeper,
    }
    changed = [name for name, value in wanted.items() if getattr(held, name) != value]
    for name in changed:
        setattr(held, name, wanted[name])
    if changed:
        held.save(update_fields=changed)
        tell(actor, SharingChanged(held.address_id, str(held.address), person_id=held.person_id))
    return held


@action(needs=MANAGE)
def end_sharing(actor: Actor, sharing: Sharing, *, ends_devices: bool = True) -> None:
    """Take an address from a person; their devices are revoked with it unless told (they open nothing meanwhile)."""
    held = _held_sharing(sharing)
    if ends_devices:
        DevicePassword.objects.filter(
            address_id=held.address_id, person_id=held.person_id, revoked_at__isnull=True
        ).update(revoked_at=clock.now())
    tell(actor, SharingEnded(held.address_id, str(held.address), person_id=held.person_id))
    held.delete()


def write_sharing(
    address: Address, member: Membership, *, rights: int | None = None, is_keeper: bool = False
) -> Sharing:
    """Write a person down at an address; they belong to its organization and may come in."""
    fits = Membership.objects.filter(
        id=member.id, organization_id=address.organization_id, removed_at__isnull=True, blocked_at__isnull=True
    )
    if not fits.exists():
        raise Invalid("no_member", _("An address is for people of its own organization."), field="member")
    if address.kind != Address.Kind.REAL:
        raise Refused("no_mailbox", _("Only an address that keeps mail has people."), field="member")
    made = Sharing(
        organization_id=address.organization_id,
        address=address,
        person_id=member.person_id,
        rights=address.service.default_rights if rights is None else _checked(rights),
        is_keeper=is_keeper,
        created_at=clock.now(),
    )
    made.save(force_insert=True)
    return made


def _checked(rights: int) -> int:
    if not 0 <= rights <= int(EVERYTHING | AddressRight.LOOK_ONLY):
        raise Invalid("unknown_right", _("There is no such right on an address."), field="rights")
    return int(rights)


def _held(address: Address) -> Address:
    rows = Address.objects.select_for_update(of=("self",)).select_related("service")
    held = rows.filter(id=address.id, deleted_at__isnull=True).first()
    if held is None:
        raise NotFound("not_found")
    return held


def _held_sharing(sharing: Sharing) -> Sharing:
    rows = Sharing.objects.select_for_update(of=("self",)).select_related("address__service", "person")
    held = rows.filter(id=sharing.id, address__deleted_at__isnull=True).first()
    if held is None:
        raise NotFound("not_found")
    return held
