# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where mail for an address goes, decided by its name alone: asked once for each recipient, before anything is kept."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from mazot.foundation.prepared import Prepared
from mazot.products.mail.models import Address, Redirection, Service, Store
from mazot.products.mail.rules.addressing import CATCHALL, RESERVED, apart, detail_of

Via = Literal["", "alias", "detail", "catchall", "postmaster"]


@dataclass(frozen=True, slots=True)
class Local:
    """It is kept here, and passed on to `onward` besides; without `keeps` it is passed on and not kept."""

    store_id: int
    address_id: UUID  # the real address, also behind an alias
    via: Via = ""
    detail: str = ""  # of name+detail (RFC 5233)
    onward: tuple[str, ...] = ()
    keeps: bool = True


@dataclass(frozen=True, slots=True)
class Onward:
    """Nothing is kept: it goes to other addresses, each of which has accepted."""

    address_id: UUID
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody is called so; elsewhere than at our domains we answer for nobody."""

    is_our_domain: bool


@dataclass(frozen=True, slots=True)
class Later:
    """The address exists and takes nothing now; the sender's server keeps the letter and tries again."""

    why: Literal["blocked", "not_accepted"]


# Asked for each recipient of each letter.
_SERVICE = Prepared[Service](
    lambda domain: Service.objects.exclude(proof=Service.Proof.NONE).filter(
        instance__ended_at__isnull=True, domain=domain
    )
)
_NAMED = Prepared[Address](
    lambda service_id, names: Address.objects.filter(
        service_id=service_id, deleted_at__isnull=True, local__in=names
    ).select_related("target")
)
_TARGETS = Prepared[str](
    lambda address_id: (
        Redirection.objects.filter(address_id=address_id, accepted_at__isnull=False)
        .order_by("goes_to")
        .values_list("goes_to", flat=True)
    )
)
_STORE = Prepared[int](lambda address_id: Store.objects.filter(address_id=address_id).values_list("id", flat=True))

Route = Local | Onward | Unknown | Later


def route(recipient: str) -> Route:
    """Where a letter for this recipient goes."""
    parts = apart(recipient)
    service = _service_of(parts[1]) if parts else None
    if parts is None or service is None:
        return Unknown(is_our_domain=False)
    found = _found(service, parts[0])
    if found is None:
        return Unknown(is_our_domain=True)
    address, via, detail = found
    if address.state == Address.State.BLOCKED:
        return Later("blocked")
    if address.target is not None:
        address, via = address.target, via or "alias"
        if address.deleted_at is not None:
            return Unknown(is_our_domain=True)
        if address.state == Address.State.BLOCKED:
            return Later("blocked")
    return _end_of(address, via, detail)


def _end_of(address: Address, via: Via, detail: str) -> Route:
    targets = tuple(_TARGETS(address.id))
    if address.kind == Address.Kind.REDIRECT:
        return Onward(address.id, targets) if targets else Later("not_accepted")
    store_id = _STORE.first(address.id)
    if store_id is None:
        return Unknown(is_our_domain=True)
    keeps = address.keeps_copies or not targets
    return Local(store_id, address.id, via, detail, targets, keeps)


def _service_of(domain: str) -> Service | None:
    return _SERVICE.first(domain)


def _found(service: Service, local: str) -> tuple[Address, Via, str] | None:
    """The address that answers to a name: exactly it, then without its detail, then the one that takes the rest."""
    apart_from_detail = detail_of(local)
    base, detail = apart_from_detail or ("", "")
    names = [local, CATCHALL, *([base] if base else [])]
    by_name = {address.local: address for address in _NAMED(service.id, names)}
    if local in by_name:
        return by_name[local], "", ""
    if base in by_name:
        return by_name[base], "detail", detail
    if CATCHALL in by_name:
        return by_name[CATCHALL], "catchall", ""
    if local in RESERVED and (first := first_real(service)) is not None:
        return first, "postmaster", ""
    return None


def first_real(service: Service) -> Address | None:
    """Who answers for the domain where nobody is called postmaster or abuse: its oldest real address."""
    real = Address.objects.filter(service=service, kind=Address.Kind.REAL, deleted_at__isnull=True)
    return real.order_by("created_at", "id").first()
