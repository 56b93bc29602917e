# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a letter goes, by its recipient's name."""

import pytest

from mazot.foundation import clock
from mazot.products.mail.models import Address, Redirection, Service, Store
from mazot.products.mail.queries.routing import Later, Local, Onward, Unknown, route
from mazot.products.mail.tests.furnishing import a_service, an_address
from mazot.tenancy.models import ProductInstance
from tests.cast import Cast


def store_id(address: Address) -> int:
    return Store.objects.get(address=address).id


def another(service: Service, local: str, kind: str, target: Address | None = None) -> Address:
    return Address.objects.create(
        organization_id=service.organization_id,
        instance_id=service.instance_id,
        service=service,
        local=local,
        kind=kind,
        target=target,
        created_at=clock.now(),
    )


def redirect(address: Address, goes_to: str, *, accepted: bool = True) -> None:
    moment = clock.now()
    accepted_at = moment if accepted else None
    Redirection.objects.create(
        address=address, goes_to=goes_to, token_digest=goes_to[:64], asked_at=moment, accepted_at=accepted_at
    )


@pytest.mark.parametrize("written", ["malik@mimosa.example", "MALIK@Mimosa.Example", '"malik"@mimosa.example'])
def test_a_letter_is_kept_where_its_name_says_in_any_spelling(address: Address, written: str) -> None:
    assert route(written) == Local(store_id(address), address.id)


def test_a_detail_is_set_aside_only_where_nobody_is_called_so_in_full(address: Address, service: Service) -> None:
    assert route("malik+News@mimosa.example") == Local(store_id(address), address.id, "detail", "news")
    full = an_address(service, "malik+news")
    assert route("malik+news@mimosa.example") == Local(store_id(full), full.id)


def test_an_alias_leads_to_its_target(address: Address, service: Service) -> None:
    another(service, "m.diallo", Address.Kind.ALIAS, address)
    assert route("m.diallo@mimosa.example") == Local(store_id(address), address.id, "alias")
    assert route("m.diallo+x@mimosa.example") == Local(store_id(address), address.id, "detail", "x")
    Address.objects.filter(id=address.id).update(deleted_at=clock.now())
    assert route("m.diallo@mimosa.example") == Unknown(is_our_domain=True)


def test_the_catchall_takes_what_nobody_else_is_called(address: Address, service: Service) -> None:
    assert route("who@mimosa.example") == Unknown(is_our_domain=True)
    catchall = an_address(service, "catchall")
    assert route("who+ever@mimosa.example") == Local(store_id(catchall), catchall.id, "catchall")
    assert route("malik+x@mimosa.example") == Local(store_id(address), address.id, "detail", "x")
    assert route("postmaster@mimosa.example") == Local(store_id(catchall), catchall.id, "catchall")


@pytest.mark.parametrize("name", ["postmaster", "Abuse"])
def test_the_oldest_address_answers_for_the_domain_until_somebody_is_named_so(
    address: Address, service: Service, name: str
) -> None:
    an_address(service, "younger")
    assert route(f"{name}@mimosa.example") == Local(store_id(address), address.id, "postmaster")
    named = an_address(service, name.lower())
    assert route(f"{name}@mimosa.example") == Local(store_id(named), named.id)


def test_an_address_that_only_redirects_sends_on_to_whoever_accepted(service: Service) -> None:
    choir = another(service, "choir", Address.Kind.REDIRECT)
    assert route("choir@mimosa.example") == Later("not_accepted")
    redirect(choir, "b@elsewhere.example", accepted=False)
    assert route("choir@mimosa.example") == Later("not_accepted")
    redirect(choir, "a@elsewhere.example")
    assert route("choir@mimosa.example") == Onward(choir.id, ("a@elsewhere.example",))


def test_a_real_address_that_redirects_keeps_a_copy_unless_told(address: Address) -> None:
    redirect(address, "b@elsewhere.example", accepted=False)
    Address.objects.filter(id=address.id).update(keeps_copies=False)
    assert route("malik@mimosa.example") == Local(store_id(address), address.id, keeps=True)
    redirect(address, "a@elsewhere.example")
    onward = ("a@elsewhere.example",)
    assert route("malik@mimosa.example") == Local(store_id(address), address.id, onward=onward, keeps=False)
    Address.objects.filter(id=address.id).update(keeps_copies=True)
    assert route("malik@mimosa.example") == Local(store_id(address), address.id, onward=onward, keeps=True)


def test_a_blocked_address_puts_mail_off_and_one_in_maintenance_takes_it(address: Address, service: Service) -> None:
    another(service, "alias", Address.Kind.ALIAS, address)
    Address.objects.filter(id=address.id).update(state=Address.State.MAINTENANCE)
    assert route("malik@mimosa.example") == Local(store_id(address), address.id)
    Address.objects.filter(id=address.id).update(state=Address.State.BLOCKED)
    assert route("malik@mimosa.example") == route("alias@mimosa.example") == Later("blocked")


@pytest.mark.parametrize(
    "recipient", ["malik@rival.example", "malik", "", "@", "malik@[192.0.2.1]", "a" * 9000, "\x00@mimosa.example\x00"]
)
def test_for_what_is_not_ours_nobody_answers(address: Address, recipient: str) -> None:
    assert route(recipient) == Unknown(is_our_domain=False)


def test_a_service_takes_mail_once_it_is_proved_and_until_it_ends(cast: Cast, address: Address) -> None:
    service = address.service
    unproved = a_service(cast.rival, "rival.example")
    an_address(unproved, "otto")
    Service.objects.filter(id=unproved.id).update(proof="none")
    assert route("otto@rival.example") == Unknown(is_our_domain=False)
    ProductInstance.objects.filter(id=service.instance_id).update(ended_at=clock.now())
    assert route("malik@mimosa.example") == Unknown(is_our_domain=False)


def test_an_address_in_the_bin_is_nobody(address: Address) -> None:
    Address.objects.filter(id=address.id).update(deleted_at=clock.now())
    assert route("malik@mimosa.example") == Unknown(is_our_domain=True)
