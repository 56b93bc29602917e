# SPDX-License-Identifier: AGPL-3.0-or-later
"""Opening the mail of a domain, proving it, and its number of addresses."""

import pytest

from mazot.foundation.errors import Busy, Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.domains import (
    check_domain,
    declare_domain,
    open_service,
    prove_domain,
    set_service,
)
from mazot.products.mail.models import Service
from mazot.products.mail.queries.domains import service_for, services_for, services_named
from mazot.products.mail.tests.furnishing import an_address
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Organization
from tests.cast import Cast
from tests.zone import Zone


def opened(actor: Actor, organization: Organization, domain: str = "mimosa.example") -> Service:
    return Service.objects.get(instance=open_product(actor, organization, product="mail", name=domain))


@pytest.mark.parametrize(
    ("typed", "domain", "name"),
    [
        ("Mimosa.Example", "mimosa.example", "mimosa.example"),
        ("Müsli.example", "xn--msli-0ra.example", "müsli.example"),
    ],
)
def test_a_service_is_named_after_its_domain(cast: Cast, typed: str, domain: str, name: str) -> None:
    service = opened(cast.olive, cast.mimosa, typed)
    assert (service.domain, service.instance.name, service.proof) == (domain, name, "none")
    assert len(service.proof_token) >= 32
    assert open_service(cast.olive, service.instance) == service
    assert list(services_for(cast.olive)) == [service]


@pytest.mark.parametrize("typed", ["", "Mail of Mimosa", "localhost", "192.0.2.1", "-x.example"])
def test_what_is_no_domain_opens_no_service(cast: Cast, typed: str) -> None:
    with pytest.raises(Invalid):
        opened(cast.olive, cast.mimosa, typed)
    assert not Service.objects.exists()


def test_a_domain_has_one_service_in_an_organization(cast: Cast) -> None:
    opened(cast.olive, cast.mimosa)
    with pytest.raises(Conflict, match="taken"):
        opened(cast.adam, cast.mimosa, "MIMOSA.example")
    assert opened(cast.otto, cast.rival).domain == "mimosa.example"  # written down, and proved by one of them only


def test_the_token_in_the_zone_proves_the_domain(cast: Cast, zone: Zone) -> None:
    service = opened(cast.olive, cast.mimosa)
    with pytest.raises(Refused, match="not_there"):
        check_domain(cast.olive, service)
    zone.set("_mazot.mimosa.example", "TXT", "v=something", f"mazot-proof={service.proof_token}")
    proved = check_domain(cast.olive, service)
    assert (proved.proof, proved.proved_at is not None) == ("txt", True)
    assert FactRow.objects.get(kind="mail.DomainProved").details["domain"] == "mimosa.example"
    zone.records.clear()
    assert check_domain(cast.olive, proved).proof == "txt"
    assert prove_domain(cast.olive, service, seen=()).proof == "txt"


@pytest.mark.parametrize("value", ["mazot-proof=", "mazot-proof=guess", "", "token"])
def test_another_token_proves_nothing(cast: Cast, zone: Zone, value: str) -> None:
    service = opened(cast.olive, cast.mimosa)
    zone.set("_mazot.mimosa.example", "TXT", value)
    with pytest.raises(Refused, match="not_there"):
        check_domain(cast.olive, service)
    service.refresh_from_db()
    assert service.proof == "none"


def test_a_resolver_that_is_down_decides_nothing(cast: Cast, zone: Zone) -> None:
    service = opened(cast.olive, cast.mimosa)
    zone.broken.add("_mazot.mimosa.example")
    with pytest.raises(Busy, match="no_answer"):
        check_domain(cast.olive, service)


def test_only_one_organization_proves_a_domain(cast: Cast, zone: Zone) -> None:
    ours, theirs = opened(cast.olive, cast.mimosa), opened(cast.otto, cast.rival)
    values = [f"mazot-proof={service.proof_token}" for service in (ours, theirs)]
    zone.set("_mazot.mimosa.example", "TXT", *values)
    check_domain(cast.otto, theirs)
    with pytest.raises(Conflict, match="proved_elsewhere"):
        check_domain(cast.olive, ours)
    ours.refresh_from_db()
    assert ours.proof == "none"


def test_the_operator_declares_a_domain_and_nobody_else(cast: Cast) -> None:
    service = opened(cast.olive, cast.mimosa)
    for actor in (cast.olive, cast.otto):
        with pytest.raises(NotAllowed):
            declare_domain(actor, service)
    system = Actor.system(cast.mimosa.id, because="the operator says so")
    assert declare_domain(system, service).proof == "operator"
    assert declare_domain(system, service).proof == "operator"
    assert services_named("mimosa.example") == [service]


def test_there_are_never_fewer_addresses_than_are_used(cast: Cast, service: Service) -> None:
    for local in ("one", "two", "three"):
        an_address(service, local)
    with pytest.raises(Refused, match="in_use"):
        set_service(cast.adam, service, max_addresses=2)
    assert set_service(cast.adam, service, max_addresses=3).max_addresses == 3
    assert set_service(cast.adam, service, max_addresses=3, default_rights=4096).default_rights == 4096
    assert set_service(cast.adam, service, is_in_maintenance=True).is_in_maintenance is True
    changes = [row.details["what"] for row in FactRow.objects.filter(kind="mail.ServiceChanged").order_by("id")]
    assert changes == [["max_addresses"], ["default_rights"], ["is_in_maintenance"]]


@pytest.mark.parametrize("what", [{"max_addresses": 0}, {"max_addresses": 10_001}, {"default_rights": 9999}])
def test_a_service_takes_only_what_makes_sense(cast: Cast, service: Service, what: dict[str, int]) -> None:
    with pytest.raises(Invalid):
        set_service(cast.adam, service, **what)


def test_collaborators_set_up_no_service_and_to_otto_there_is_none(cast: Cast, service: Service) -> None:
    with pytest.raises(NotAllowed):
        set_service(cast.malik, service, max_addresses=9)
    with pytest.raises(NotAllowed):
        check_domain(cast.malik, service)
    for deed in (
        lambda: set_service(cast.otto, service, max_addresses=9),
        lambda: check_domain(cast.otto, service),
        lambda: prove_domain(cast.otto, service, seen=()),
        lambda: open_service(cast.otto, service.instance),
        lambda: service_for(cast.otto, service.id),
        lambda: service_for(cast.malik, service.id),
    ):
        with pytest.raises(NotFound):
            deed()
