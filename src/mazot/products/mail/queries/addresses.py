# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses as their people and the managers of their service see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mazot.foundation.errors import NotFound
from mazot.foundation.text import folded
from mazot.products.mail.models import Address, DevicePassword, Redirection, Service, Sharing, Store
from mazot.products.mail.queries.domains import services_for
from mazot.products.mail.rights import read_by
from mazot.products.mail.rules.limits import DAYS_IN_THE_BIN
from mazot.products.mail.rules.rights import AddressRight
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Person

KINDS = {"real": _("Keeps mail"), "alias": _("Alias"), "redirect": _("Redirects")}
SWITCHES: tuple[tuple[AddressRight, str | Promise, str | Promise], ...] = (
    (AddressRight.SEND, _("Send mail"), _("From this address, on the web and with programs.")),
    (AddressRight.DEVICES, _("Devices"), _("Connect programs and telephones of their own.")),
    (AddressRight.REPLIES, _("Automatic reply"), _("Say who answers while nobody is there.")),
    (AddressRight.SIGNATURES, _("Signatures"), _("Also the addresses answers go to.")),
    (AddressRight.REDIRECTIONS, _("Redirections"), _("Send mail on to other addresses.")),
    (AddressRight.ALIASES, _("Aliases"), _("Other names that lead here.")),
    (AddressRight.LOG, _("Delivery log"), _("What was sent and received, and how it went.")),
    (AddressRight.RESTORE, _("Restore mail"), _("Bring deleted mail back.")),
    (AddressRight.FILTERS, _("Spam and filters"), _("What is kept out, and how strictly.")),
    (AddressRight.RULES, _("Sorting"), _("Which mail goes to which folder.")),
    (AddressRight.FOLDERS, _("Folders for programs"), _("Which one holds drafts, sent mail, spam.")),
    (AddressRight.SENDERS, _("Trusted and blocked senders"), _("Who always, and who never, comes through.")),
)


@dataclass(frozen=True, slots=True)
class Row:
    """An address in the table of its service."""

    address: Address
    kind: str | Promise
    people: tuple[Person, ...]
    n_people: int
    used: int
    allowed: int | None
    last_used_at: datetime | None
    targets: tuple[str, ...]

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.used / self.allowed)) if self.allowed else 0


def addresses_of(service: Service, words: str = "", kind: str = "") -> QuerySet[Address]:
    """The addresses of a service that are not in the bin, by name."""
    found = Address.objects.filter(service=service, deleted_at__isnull=True).select_related(
        "service", "target__service"
    )
    if words := folded(words):
        found = found.filter(Q(local__contains=words.split("@")[0]) | Q(name__icontains=words))
    return (found.filter(kind=kind) if kind else found).order_by("local", "id")


def rows_of(addresses: list[Address]) -> list[Row]:
    """What the table shows of these addresses, with four questions for all of them."""
    ids = [address.id for address in addresses]
    people: dict[UUID, list[Person]] = {}
    for sharing in Sharing.objects.filter(address_id__in=ids).select_related("person").order_by("-is_keeper", "id"):
        people.setdefault(sharing.address_id, []).append(sharing.person)
    stores = {store.address_id: store for store in Store.objects.filter(address_id__in=ids)}
    devices = DevicePassword.objects.filter(address_id__in=ids).order_by().values_list("address_id")
    used = dict(devices.annotate(last=Max("last_used_at")))
    targets: dict[UUID, list[str]] = {}
    for address_id, goes_to in Redirection.objects.filter(address_id__in=ids).values_list("address_id", "goes_to"):
        targets.setdefault(address_id, []).append(goes_to)
    return [
        Row(
            address,
            KINDS[address.kind],
            tuple(people.get(address.id, ())[:4]),
            len(people.get(address.id, ())),
            stores[address.id].used if address.id in stores else 0,
            stores[address.id].allowed if address.id in stores else None,
            used.get(address.id),
            tuple(sorted(targets.get(address.id, ()))),
        )
        for address in addresses
    ]


def address_seen(actor: Actor, address_id: UUID) -> Address:
    """An address that the actor reads, or whose service they manage; any other is absent."""
    found = Address.objects.filter(id=address_id, deleted_at__isnull=True)
    reached = found.filter(read_by(actor) | Q(service__in=services_for(actor).order_by().values("id")))
    address = reached.select_related("service__instance", "target__service").distinct().first()
    if address is None:
        raise NotFound("not_found")
    return address


def own_sharings(actor: Actor) -> list[Sharing]:
    """The addresses the actor is one of the people of."""
    found = Sharing.objects.filter(
        person_id=actor.person_id,
        organization_id=actor.organization_id,
        address__deleted_at__isnull=True,
        address__instance__ended_at__isnull=True,
    )
    return list(found.select_related("address__service", "person").order_by("-is_keeper", "address__local", "id"))


def devices_of(address: Address, person_id: UUID | None = None) -> list[DevicePassword]:
    """The devices that open an address, those used last first: of one person, or of everybody."""
    found = DevicePassword.objects.filter(address=address, revoked_at__isnull=True).select_related(
        "person", "address__service"
    )
    if person_id is not None:
        found = found.filter(person_id=person_id)
    return sorted(found, key=lambda one: one.last_used_at or one.created_at, reverse=True)


def device_at(address: Address, device_id: UUID) -> DevicePassword:
    device = DevicePassword.objects.filter(id=device_id, address=address).select_related("address__service").first()
    if device is None:
        raise NotFound("not_found")
    return device


def aliases_of(address: Address) -> list[Address]:
    found = Address.objects.filter(target=address, deleted_at__isnull=True)
    return list(found.select_related("service").order_by("local"))


def in_the_bin(service: Service) -> list[Address]:
    """What was removed and can be restored, newest first."""
    found = Address.objects.filter(service=service, deleted_at__isnull=False)
    return list(found.select_related("service").order_by("-deleted_at", "id")[:200])


def address_in_bin(service: Service, address_id: UUID) -> Address:
    found = Address.objects.filter(service=service, id=address_id, deleted_at__isnull=False)
    address = found.select_related("service__instance").first()
    if address is None:
        raise NotFound("not_found")
    return address


def store_of(address: Address) -> Store | None:
    return Store.objects.filter(address=address).first()


def store_by_id(store_id: int) -> Store | None:
    """A store of an address that is not in the bin, for what is done later."""
    return Store.objects.filter(id=store_id, address__deleted_at__isnull=True).select_related("address").first()


def days_in_the_bin() -> int:
    return DAYS_IN_THE_BIN
