# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open the mail of a domain, prove that the domain is ours, and say how many addresses it has."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from mazot.exchange.facts.mail import DomainProved, ServiceChanged
from mazot.foundation import clock
from mazot.foundation.errors import Busy, Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.foundation.resolver import resolver
from mazot.products.mail.models import Service
from mazot.products.mail.queries.domains import used_addresses
from mazot.products.mail.rights import MANAGE
from mazot.products.mail.rules.addressing import BadDomain, domain_from, shown_domain
from mazot.products.mail.rules.limits import ADDRESSES, MOST_ADDRESSES
from mazot.products.mail.rules.proof import is_proof, record_name
from mazot.products.mail.rules.rights import EVERYTHING, AddressRight
from mazot.products.mail.rules.signs import LIMITS
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.rights import action, require


@action(needs=MANAGE)
def open_service(actor: Actor, instance: ProductInstance) -> Service:  # noqa: ARG001 - every deed has an actor
    """Furnish a new mail service: one domain, named by the instance, still to be proved. Twice is once."""
    found = Service.objects.filter(instance=instance).first()
    if found is not None:
        return found
    domain = _checked_domain(instance.name)
    live = Service.objects.filter(organization_id=instance.organization_id, instance__ended_at__isnull=True)
    if live.filter(domain=domain).exists():
        sentence = _("%(domain)s has its mail service in this organization already.")
        raise Conflict("taken", sentence % {"domain": shown_domain(domain)}, field="name")
    service = Service(
        organization_id=instance.organization_id,
        instance=instance,
        domain=domain,
        proof_token=new_secret(),
        max_addresses=instance.limit("addresses") or ADDRESSES,
        default_rights=int(EVERYTHING),
        created_at=clock.now(),
    )
    service.save(force_insert=True)
    instance.name = shown_domain(domain)
    instance.save(update_fields=["name"])
    return service


def check_domain(actor: Actor, service: Service) -> Service:
    """Look for the token in the domain's zone, and prove the domain where it is; the network is asked first."""
    require(actor, MANAGE, service)
    if service.proof != Service.Proof.NONE:
        return service
    found = resolver().look_up(record_name(service.domain), "TXT")
    if found.failed:
        raise Busy(
            "no_answer",
            _("Nobody could tell what the zone of %(domain)s holds at this moment. Nothing is decided.")
            % {"domain": shown_domain(service.domain)},
            way_out=_("Check again in a few minutes."),
        )
    return prove_domain(actor, service, seen=found.values)


@action(needs=MANAGE)
def prove_domain(actor: Actor, service: Service, *, seen: tuple[str, ...]) -> Service:
    """Take the mail of a domain whose zone held these texts, if our token is one of them."""
    held = hold_service(service)
    if held.proof != Service.Proof.NONE:
        return held
    if not is_proof(seen, held.proof_token):
        raise Refused(
            "not_there",
            _("The record is not there yet: %(name)s has no text with the value below.")
            % {"name": record_name(held.domain)},
            way_out=_("A new record can take an hour to be seen everywhere."),
        )
    return _proved(actor, held, Service.Proof.TXT)


@action(needs=None)
def declare_domain(actor: Actor, service: Service) -> Service:
    """Take a domain's mail because whoever runs this server says that it is right."""
    if not actor.is_system:
        raise NotAllowed("operator_only", _("Only whoever runs this server declares a domain without a record."))
    held = hold_service(service)
    return held if held.proof != Service.Proof.NONE else _proved(actor, held, Service.Proof.OPERATOR)


@action(needs=MANAGE)
def set_service(actor: Actor, service: Service, /, **what: Any) -> Service:
    """Change how many real addresses there may be, what new people may do, how its mail is guarded, whether it rests.

    `max_addresses`, `default_rights`; `filters_spam`, `spam_from` in tenths, `refuses_forged`, `greylists`;
    `is_in_maintenance` (mail comes in and nobody reads it).
    """
    held = hold_service(service)
    wanted = {name: _checked(held, name, value) for name, value in what.items()}
    changed = [name for name, value in wanted.items() if getattr(held, name) != value]
    for name in changed:
        setattr(held, name, wanted[name])
    if changed:
        held.save(update_fields=changed)
        tell(actor, ServiceChanged(held.id, held.domain, what=tuple(changed)))
    return held


def hold_service(service: Service) -> Service:
    """The service's row as it is now, locked; absent once its instance has ended."""
    held = (
        Service.objects.select_for_update(of=("self",))
        .select_related("instance__plan")
        .filter(id=service.id, instance__ended_at__isnull=True)
        .first()
    )
    if held is None:
        raise NotFound("not_found")
    return held


def _proved(actor: Actor, held: Service, proof: Service.Proof) -> Service:
    held.proof, held.proved_at = proof, clock.now()
    try:
        with transaction.atomic():
            held.save(update_fields=["proof", "proved_at"])
    except IntegrityError as error:
        raise Conflict(
            "proved_elsewhere",
            _("Another organization on this server proved this domain before."),
            way_out=_("Whoever runs the server can tell which one and settle it."),
        ) from error
    tell(actor, DomainProved(held.id, held.domain))
    return held


def _checked(held: Service, name: str, value: Any) -> int:
    if name in ("filters_spam", "refuses_forged", "greylists", "is_in_maintenance"):
        return bool(value)
    if name == "spam_from":
        if int(value) not in LIMITS:
            raise Invalid("unknown_limit", _("There is no such choice."), field=name)
        return int(value)
    if name == "default_rights":
        if not 0 <= int(value) <= int(EVERYTHING | AddressRight.LOOK_ONLY):
            raise Invalid("unknown_right", _("There is no such right on an address."), field=name)
        return int(value)
    if name != "max_addresses":
        raise TypeError(name)
    most = min(held.instance.limit("most_addresses") or MOST_ADDRESSES, MOST_ADDRESSES)
    if not 1 <= int(value) <= most:
        sentence = _("A mail service has between 1 and %(limit)d addresses.")
        raise Invalid("out_of_range", sentence % {"limit": most}, field=name, limit=most)
    used = used_addresses(held)
    if int(value) < used:
        raise Refused(
            "in_use",
            _("%(used)d addresses are in use, so there cannot be fewer than that.") % {"used": used},
            way_out=_("Remove addresses first."),
            field=name,
            limit=used,
        )
    return int(value)


def _checked_domain(typed: str) -> str:
    try:
        return domain_from(typed)
    except BadDomain as error:
        sentence = _("A mail service is called like its domain, for example example.org.")
        raise Invalid("not_a_domain", sentence, field="name") from error
