# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person may do with mail, in the words a manager reads, and the one predicate that reading rests on.

Who manages a service sets its addresses up, and reads none of them: reading takes a sharing, which the address's other
people see.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mazot.foundation.prepared import Prepared
from mazot.products.mail.models import (
    Address,
    DevicePassword,
    Mailbox,
    Redirection,
    Reply,
    Script,
    Sharing,
    Store,
)
from mazot.products.mail.rules.rights import EVERYTHING, AddressRight
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import BELONG
from mazot.tenancy.queries.rights import holds
from mazot.tenancy.rights import Right

USE = Right("mail.use", _("Use mail with the addresses of which they are one of the people."))
MANAGE = Right("mail.manage", _("Set up the mail service: its addresses, their people, and how its mail is checked."))


# Asked at each command of each program that reads mail.
_SHARED = Prepared[tuple[int, bool]](
    lambda address_id, person_id, organization_id: Sharing.objects.filter(
        address_id=address_id, person_id=person_id, organization_id=organization_id
    ).values_list("rights", "is_keeper")
)


def rights_on(actor: Actor, address_id: UUID) -> AddressRight | None:
    """What the actor may do with an address; none when they do not even read it."""
    if actor.is_system:
        return EVERYTHING
    sharing = _SHARED.first(address_id, actor.person_id, actor.organization_id)
    if sharing is None:
        return None
    return EVERYTHING if sharing[1] else AddressRight(sharing[0])


def address_id_of(subject: Any) -> UUID:
    """The address a store, a mailbox, a device or the address itself is about."""
    if isinstance(subject, Address):
        return subject.id
    if isinstance(subject, DevicePassword | Script | Reply):
        return subject.address_id
    store = subject.store if isinstance(subject, Mailbox) else subject
    if not isinstance(store, Store):
        raise TypeError(f"{type(subject).__name__} belongs to no address")
    return store.address_id


def _reads(actor: Actor, subject: Any) -> bool:
    return rights_on(actor, address_id_of(subject)) is not None


def _writes(actor: Actor, subject: Any) -> bool:
    held = rights_on(actor, address_id_of(subject))
    return held is not None and not held & AddressRight.LOOK_ONLY


def _sends(actor: Actor, subject: Any) -> bool:
    held = rights_on(actor, address_id_of(subject))
    return held is not None and bool(held & AddressRight.SEND) and not held & AddressRight.LOOK_ONLY


def _holds(bit: AddressRight) -> Callable[[Actor, Any], bool]:
    """Whether one of the twelve switches is on for the actor."""

    def check(actor: Actor, subject: Any) -> bool:
        return bool((rights_on(actor, address_id_of(subject)) or AddressRight(0)) & bit)

    return check


def ends_devices_of_others(actor: Actor, address: Address) -> bool:
    """Whether the devices of everybody are this actor's to end: the keeper's of the address, and a manager's."""
    if actor.is_system or holds(actor, MANAGE, address):
        return True
    return Sharing.objects.filter(address=address, person_id=actor.person_id, is_keeper=True).exists()


def _ends_devices(actor: Actor, subject: Any) -> bool:
    if isinstance(subject, DevicePassword):
        own = subject.person_id == actor.person_id
        return own or ends_devices_of_others(actor, subject.address)
    return _reads(actor, subject) or ends_devices_of_others(actor, subject)


def _redirects(actor: Actor, subject: Any) -> bool:
    address = subject.address if isinstance(subject, Redirection) else subject
    if actor.is_system or holds(actor, MANAGE, address):
        return True
    return bool((rights_on(actor, address.id) or AddressRight(0)) & AddressRight.REDIRECTIONS)


def _sees_log(actor: Actor, subject: Any) -> bool:
    return holds(actor, MANAGE, subject) or _holds(AddressRight.LOG)(actor, subject)


def _restores(actor: Actor, subject: Any) -> bool:
    return _holds(AddressRight.RESTORE)(actor, subject) and _writes(actor, subject)


def _says_what_for(actor: Actor, subject: Any) -> bool:
    return _holds(AddressRight.FOLDERS)(actor, subject) and _writes(actor, subject)


def read_by(actor: Actor) -> Q:
    """Addresses the actor reads."""
    reached = Q(organization_id=actor.organization_id, deleted_at__isnull=True)
    return reached if actor.is_system else reached & Q(sharings__person_id=actor.person_id)


READ = Right(
    "mail.read", _("Read the mail of this address."), grantable=False, to_write=False, within=BELONG, check=_reads
)
WRITE = Right(
    "mail.write", _("Move, mark and delete the mail of this address."), grantable=False, within=BELONG, check=_writes
)
SEND = Right("mail.send", _("Send mail from this address."), grantable=False, within=BELONG, check=_sends)
DEVICES = Right(
    "mail.devices",
    _("Open this address with programs and devices."),
    grantable=False,
    within=BELONG,
    check=_holds(AddressRight.DEVICES),
)
END_DEVICES = Right(
    "mail.end_devices",
    _("End devices of this address: one's own, and those of others for its keeper and for managers."),
    grantable=False,
    within=BELONG,
    check=_ends_devices,
)
REDIRECT = Right(
    "mail.redirect",
    _("Send the mail of this address on to others."),
    grantable=False,
    within=BELONG,
    check=_redirects,
)
RULES = Right(
    "mail.rules",
    _("Sort the mail of this address by filters."),
    grantable=False,
    within=BELONG,
    check=_holds(AddressRight.RULES),
)
REPLIES = Right(
    "mail.replies",
    _("Let this address reply by itself."),
    grantable=False,
    within=BELONG,
    check=_holds(AddressRight.REPLIES),
)
LOG = Right(
    "mail.log",
    _("See what was sent to and from this address, and how it went."),
    grantable=False,
    to_write=False,
    within=BELONG,
    check=_sees_log,
)
FOLDERS = Right(
    "mail.folders",
    _("Say which folders of this address hold drafts, sent mail and spam."),
    grantable=False,
    within=BELONG,
    check=_says_what_for,
)
RESTORE = Right(
    "mail.restore",
    _("Bring deleted mail of this address back."),
    grantable=False,
    within=BELONG,
    check=_restores,
)
