# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make addresses of a service, change and remove them, and bring them back from the bin."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.exchange.facts.mail import (
    AddressChanged,
    AddressErased,
    AddressMade,
    AddressRemoved,
    AddressRestored,
    AddressStateChanged,
)
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, OverQuota, Refused
from mazot.foundation.facts import tell
from mazot.foundation.text import folded
from mazot.products.mail.actions.domains import hold_service
from mazot.products.mail.actions.indexing import empty_index
from mazot.products.mail.actions.sharings import write_sharing
from mazot.products.mail.actions.stores import erase_store, open_store
from mazot.products.mail.models import Address, Service, Store
from mazot.products.mail.queries.domains import used_addresses
from mazot.products.mail.rights import MANAGE
from mazot.products.mail.rules.addressing import CATCHALL, fault_of_local
from mazot.products.mail.rules.limits import (
    ADDRESSES_A_DAY,
    ALIASES_OF_AN_ADDRESS,
    DAYS_IN_THE_BIN,
    FREE_FOR_EACH_REAL,
    LONGEST_NAME,
)
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room, checked_name
from mazot.tenancy.models import Membership
from mazot.tenancy.rights import action

CHANGED = ("name", "may_send", "keeps_copies")


@action(needs=MANAGE)
def make_address(
    actor: Actor,
    service: Service,
    *,
    local: str,
    kind: str = Address.Kind.REAL,
    name: str = "",
    target: Address | None = None,
    keeper: Membership | None = None,
) -> Address:
    """Make a real address, with its store and perhaps whose it is; an alias of one; or one that only redirects."""
    held = hold_service(service)
    if held.proof == Service.Proof.NONE:
        raise Refused(
            "not_proved",
            _("Addresses come once the domain is proved: until then its mail could be somebody else's."),
        )
    wanted = _free_local(held, local)
    _check_rooms(held, kind)
    address = Address(
        organization_id=held.organization_id,
        instance_id=held.instance_id,
        service=held,
        local=wanted,
        kind=kind,
        target=_checked_target(held, kind, wanted, target),
        name=checked_name(name, field="name", limit=LONGEST_NAME, may_be_empty=True),
        may_send=kind != Address.Kind.REDIRECT,
        created_at=clock.now(),
    )
    address.save(force_insert=True)
    if kind == Address.Kind.REAL:
        open_store(actor, address, allowed=held.instance.limit("mailbox_bytes"))
        if keeper is not None:
            write_sharing(address, keeper, is_keeper=True)
    tell(actor, AddressMade(address.id, str(address), kind_of=kind))
    return address


@action(needs=MANAGE)
def set_address(actor: Actor, address: Address, /, **what: Any) -> Address:
    """Change what letters from an address show, whether it sends, whether it keeps what it passes on."""
    held = hold_address(address)
    if unknown := set(what) - set(CHANGED):
        raise TypeError(f"no such detail: {unknown}")
    if "name" in what:
        what["name"] = checked_name(what["name"], field="name", limit=LONGEST_NAME, may_be_empty=True)
    if what.get("may_send") and held.kind == Address.Kind.REDIRECT:
        raise Refused("redirects_only", _("An address that only redirects cannot send."), field="may_send")
    changed = [field for field, value in what.items() if getattr(held, field) != value]
    for field in changed:
        setattr(held, field, what[field])
    if changed:
        held.save(update_fields=changed)
        tell(actor, AddressChanged(held.id, str(held), what=tuple(changed)))
    return held


@action(needs=MANAGE)
def set_address_state(actor: Actor, address: Address, *, state: str) -> Address:
    """Open an address, put it in maintenance (mail comes in, nobody reads), or block it (mail is put off)."""
    held = hold_address(address)
    if state not in Address.State.values:
        raise Invalid("unknown_state", _("An address is open, in maintenance or blocked."), field="state")
    if held.state != state:
        held.state = state
        held.save(update_fields=["state"])
        tell(actor, AddressStateChanged(held.id, str(held), state=state))
    return held


@action(needs=MANAGE)
def remove_address(actor: Actor, address: Address) -> Address:
    """Put an address into the bin with everything it keeps; its aliases lead nowhere until it comes back."""
    held = hold_address(address)
    held.deleted_at = clock.now()
    held.save(update_fields=["deleted_at"])
    tell(actor, AddressRemoved(held.id, str(held)))
    return held


@action(needs=MANAGE)
def restore_address(actor: Actor, address: Address) -> Address:
    """Take an address out of the bin as it was, while its name is free and there is room for it."""
    service = hold_service(address.service)
    held = _held(address.id)
    if held is None or held.deleted_at is None:
        raise NotFound("not_found")
    if Address.objects.filter(service=service, local=held.local, deleted_at__isnull=True).exists():
        raise Conflict("taken", _("There is another %(address)s by now.") % {"address": held}, field="local")
    _check_rooms(service, held.kind, is_new=False)
    held.deleted_at = None
    held.save(update_fields=["deleted_at"])
    tell(actor, AddressRestored(held.id, str(held)))
    return held


@action(needs=MANAGE)
def erase_address(actor: Actor, address: Address) -> None:
    """Erase an address of the bin for good, with its store."""
    held = _held(address.id)
    if held is None or held.deleted_at is None:
        raise NotFound("not_found")
    for store in Store.objects.filter(address=held):
        erase_store(actor, store)
    tell(actor, AddressErased(held.id, str(held)))
    held.delete()


def erase_old(*, days: int = DAYS_IN_THE_BIN) -> int:
    """Erase what has been in the bin for its days, each address in a transaction of its own."""
    before = clock.now() - timedelta(days=days)
    due = list(Address.objects.filter(deleted_at__lt=before).select_related("service").order_by("deleted_at")[:500])
    for address in due:
        system = Actor.system(address.organization_id, because="its days in the bin are over")
        for store in Store.objects.filter(address=address):
            empty_index(system, store)
        erase_address(system, address)
    return len(due)


def hold_address(address: Address) -> Address:
    """The address as it is now, locked; one in the bin is absent."""
    held = _held(address.id)
    if held is None or held.deleted_at is not None:
        raise NotFound("not_found")
    return held


def _held(address_id: Any) -> Address | None:
    rows = Address.objects.select_for_update(of=("self",)).select_related("service", "target__service")
    return rows.filter(id=address_id).first()


def _free_local(service: Service, typed: str) -> str:
    local = folded(typed)
    fault = fault_of_local(local)
    if fault:
        sentences = {
            "empty": _("An address has something before the @."),
            "too_long": _("The part before the @ has at most 64 characters."),
            "plus": _("What stands behind a + belongs to whoever writes: mail for name+word reaches name by itself."),
            "letters": _("Use letters a to z, digits, and . - _ between them; accents do not travel everywhere."),
        }
        raise Invalid(f"local_{fault}", sentences[fault], field="local")
    if Address.objects.filter(service=service, local=local, deleted_at__isnull=True).exists():
        raise Conflict("taken", _("There is already an address of this name."), field="local")
    return local


def _checked_target(service: Service, kind: str, local: str, target: Address | None) -> Address | None:
    if kind not in Address.Kind.values:
        raise Invalid("unknown_kind", _("An address keeps mail, is an alias, or redirects."), field="kind")
    if kind != Address.Kind.ALIAS:
        if local == CATCHALL and kind != Address.Kind.REAL:
            raise Refused("catchall_keeps", _("The address that takes the rest keeps its mail."), field="kind")
        return None
    if local == CATCHALL:
        raise Refused("catchall_keeps", _("The address that takes the rest keeps its mail."), field="kind")
    found = Address.objects.filter(
        id=target.id if target else None, service=service, kind=Address.Kind.REAL, deleted_at__isnull=True
    ).first()
    if found is None:
        raise Invalid("no_target", _("An alias leads to a real address of the same service."), field="target")
    aliases = Address.objects.filter(target=found, deleted_at__isnull=True).count()
    check_room(aliases, limit=ALIASES_OF_AN_ADDRESS, field="target")
    return found


def _check_rooms(service: Service, kind: str, *, is_new: bool = True) -> None:
    """Raise where the quota of real addresses, of free ones, or of one day is reached."""
    if kind == Address.Kind.REAL and used_addresses(service) >= service.max_addresses:
        sentence = ngettext(
            "The service's one address is in use.",
            "All %(limit)d addresses of the service are in use.",
            service.max_addresses,
        )
        raise OverQuota(
            "no_address_left",
            sentence % {"limit": service.max_addresses},
            way_out=_("Raise the number of addresses, or make an alias: aliases do not count."),
            field="local",
            limit=service.max_addresses,
        )
    if kind != Address.Kind.REAL:
        free = Address.objects.filter(service=service, deleted_at__isnull=True).exclude(kind=Address.Kind.REAL)
        check_room(free.count(), limit=FREE_FOR_EACH_REAL * service.max_addresses, field="local")
    if not is_new:
        return
    limit = service.instance.limit("addresses_a_day") or ADDRESSES_A_DAY
    since = clock.now() - timedelta(days=1)
    if Address.objects.filter(service=service, created_at__gt=since).count() >= limit:
        raise Refused(
            "too_many_today",
            _("%(limit)d addresses were made within 24 hours, and that is the most.") % {"limit": limit},
            way_out=_("Go on tomorrow."),
            field="local",
            limit=limit,
        )
