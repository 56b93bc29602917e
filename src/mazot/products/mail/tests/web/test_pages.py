# SPDX-License-Identifier: AGPL-3.0-or-later
"""The pages of services and addresses: what each shows to whom, and what a refused press says."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mazot.foundation import clock
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.mail.actions.devices import make_device_password
from mazot.products.mail.actions.doors import open_address
from mazot.products.mail.actions.health import note_health
from mazot.products.mail.jobs import keep_signing_keys, look_at_zones
from mazot.products.mail.models import Address, DevicePassword, Redirection, Service, Sharing, SigningKey
from mazot.products.mail.tests.furnishing import an_address, share
from tests.cast import Cast
from tests.zone import Zone

SignedIn = Callable[..., Client]


def text_of(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def test_everybody_sees_their_own_addresses_and_managers_the_services(
    cast: Cast, address: Address, signed_in: SignedIn
) -> None:
    malik, olive = signed_in(cast.malik), signed_in(cast.olive)
    assert "malik@mimosa.example" in text_of(malik, "/mail/")
    assert f"/mail/services/{address.service_id}/" not in text_of(malik, "/mail/")
    assert f"/mail/services/{address.service_id}/" in text_of(olive, "/mail/")
    assert "malik@mimosa.example" not in text_of(signed_in(cast.otto), "/mail/")


@pytest.mark.parametrize("n_addresses", [1, 30])
def test_the_table_asks_no_more_for_many_addresses(
    cast: Cast, service: Service, signed_in: SignedIn, n_addresses: int
) -> None:
    for number in range(n_addresses):
        share(an_address(service, f"a{number}"), cast.people.malik, is_keeper=True)
        names = {"organization": service.organization, "instance": service.instance, "created_at": clock.now()}
        target = Address.objects.get(local=f"a{number}")
        Address.objects.create(service=service, local=f"b{number}", kind="alias", target=target, **names)
    browser = signed_in(cast.olive)
    browser.get(f"/mail/services/{service.id}/")
    with CaptureQueriesContext(connection) as queries:
        assert "a0" in text_of(browser, f"/mail/services/{service.id}/")
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]


def test_a_service_is_opened_and_proved_from_its_page(cast: Cast, zone: Zone, signed_in: SignedIn) -> None:
    browser = signed_in(cast.olive)
    assert "example.org" in browser.post("/mail/new", {"domain": "no domain"}).content.decode()
    answer = browser.post("/mail/new", {"domain": "Mimosa.example"})
    service = Service.objects.get()
    assert answer["Location"] == f"/mail/services/{service.id}/domain"
    page = f"/mail/services/{service.id}/domain"
    assert service.proof_token in text_of(browser, page)
    refused = browser.post(page)
    assert refused.status_code == 422
    assert "_mazot.mimosa.example" in refused.content.decode()
    zone.set("_mazot.mimosa.example", "TXT", f"mazot-proof={service.proof_token}")
    assert browser.post(page).status_code == 302
    service.refresh_from_db()
    assert service.proof == "txt"


def test_records_are_compared_when_they_are_asked_for(
    cast: Cast, service: Service, zone: Zone, signed_in: SignedIn, settings
) -> None:
    browser, page, host = signed_in(cast.olive), f"/mail/services/{service.id}/domain", settings.MAZOT.mail_host
    assert "Seen" not in text_of(browser, page)

    def checked() -> str:
        assert browser.post(f"/mail/services/{service.id}/health")["Location"] == page
        return text_of(browser, page)

    assert "Missing" in checked()
    assert "3 records to mend" in text_of(browser, "/mail/")
    zone.set("mimosa.example", "MX", f"10 {host}")
    zone.set("mimosa.example", "TXT", "v=spf1 -all")
    found = checked()
    assert "As it should be" in found
    assert "Different" in found
    zone.broken.add("mimosa.example")
    assert "No answer" in checked()
    # What was seen stays until somebody looks again, and the worker looks by itself.
    zone.broken.clear()
    assert "No answer" in text_of(browser, page)
    zone.set("mimosa.example", "TXT", "v=spf1 mx -all")
    zone.set("_dmarc.mimosa.example", "TXT", "v=DMARC1; p=quarantine")
    keep_signing_keys()
    for key in SigningKey.objects.all():
        zone.set(f"{key.selector}._domainkey.mimosa.example", "TXT", key.record)
    assert look_at_zones() == 1
    assert "In good health" in text_of(browser, "/mail/")
    assert "Everything mail needs is as it should be" in text_of(browser, page)
    assert signed_in(cast.malik).post(f"/mail/services/{service.id}/health").status_code == 404
    for stranger, refusal in ((cast.malik, NotAllowed), (cast.otto, NotFound)):
        with pytest.raises(refusal):
            note_health(stranger, service, seen={})


def test_the_keys_of_a_domain_are_shown_to_copy_and_renewed(
    cast: Cast, service: Service, zone: Zone, signed_in: SignedIn, settings
) -> None:
    browser, page = signed_in(cast.olive), f"/mail/services/{service.id}/domain"
    assert "keys for signatures are being made" in text_of(browser, page)
    settings.MAZOT = replace(settings.MAZOT, mail_name="192.0.2.1")
    assert "it has no name yet" in text_of(browser, page)
    settings.MAZOT = replace(settings.MAZOT, mail_name="mail.mimosa.example")
    assert "it has no name yet" not in text_of(browser, page)
    keep_signing_keys()
    for key in SigningKey.objects.all():
        found = text_of(browser, page)
        assert key.record in found
        assert f"{key.selector}._domainkey.mimosa.example" in found
    assert "two more weeks" in text_of(browser, f"/mail/services/{service.id}/keys")
    assert browser.post(f"/mail/services/{service.id}/keys")["Location"] == page
    assert SigningKey.objects.count() == 4
    assert text_of(browser, page).count("Its record may go after") == 2
    assert signed_in(cast.otto).post(f"/mail/services/{service.id}/keys").status_code == 404
    assert SigningKey.objects.count() == 4


def test_an_address_is_made_and_what_cannot_be_is_said_beside_its_field(
    cast: Cast, service: Service, signed_in: SignedIn
) -> None:
    browser, page = signed_in(cast.olive), f"/mail/services/{service.id}/new"
    refused = browser.post(page, {"local": "two words", "kind": "real"})
    assert refused.status_code == 422
    assert "Use letters a to z" in refused.content.decode()
    keeper = str(cast.malik.membership_id)
    made = browser.post(page, {"local": "Box", "kind": "real", "name": "Box office", "keeper": keeper})
    address = Address.objects.get()
    assert made["Location"] == f"/mail/addresses/{address.id}/"
    assert Sharing.objects.get().person == cast.people.malik
    alias = {"local": "office", "kind": "alias", "target": str(address.id)}
    assert browser.post(page, alias).status_code == 302
    assert "office@mimosa.example" in text_of(browser, f"/mail/addresses/{address.id}/")


def test_the_password_of_a_device_is_shown_by_one_answer_and_opens_until_it_is_ended(
    cast: Cast, address: Address, signed_in: SignedIn
) -> None:
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/"
    answer = browser.post(f"{page}devices/new", {"name": "Telephone"})
    assert "no-store" in answer["Cache-Control"]
    secret = answer.content.decode().split('mail-secret">')[1].split("<")[0]
    assert secret not in text_of(browser, page)
    where = {"via": "imap", "program": "mutt", "from_address": "192.0.2.1"}
    assert open_address("malik@mimosa.example", secret, **where).address == address
    device = DevicePassword.objects.get()
    assert browser.post(f"{page}devices/{device.id}/end").status_code == 302
    assert DevicePassword.objects.get().revoked_at


def test_the_switches_of_a_person_are_saved_as_they_came(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, gaia = signed_in(cast.olive), Sharing.objects.get(person=cast.people.gaia)
    page = f"/mail/addresses/{address.id}/people/{gaia.id}"
    assert browser.post(page, {"rights": ["1", "2048"]}).status_code == 302
    gaia.refresh_from_db()
    assert (gaia.rights, gaia.is_keeper) == (2049, False)
    for wrong in ("3", "8192", "x" * 9):
        browser.post(page, {"rights": ["1", wrong]})
    gaia.refresh_from_db()
    assert gaia.rights in (1, 2049)
    assert signed_in(cast.malik).post(page, {"rights": ["4095"]}).status_code == 403


def test_who_looks_on_sees_no_devices_of_others_and_no_people(
    cast: Cast, address: Address, signed_in: SignedIn
) -> None:
    make_device_password(cast.malik, address, name="Telephone of Malik")
    seen = text_of(signed_in(cast.gaia), f"/mail/addresses/{address.id}/")
    assert "Telephone of Malik" not in seen
    assert cast.people.malik.login not in seen
    assert "Telephone of Malik" in text_of(signed_in(cast.adam), f"/mail/addresses/{address.id}/")


def test_a_removed_address_waits_in_the_bin_and_comes_back(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    browser, service = signed_in(cast.olive), f"/mail/services/{address.service_id}/"
    assert browser.post(f"/mail/addresses/{address.id}/remove").status_code == 302
    assert browser.get(f"/mail/addresses/{address.id}/").status_code == 404
    assert "malik@mimosa.example" in text_of(browser, f"{service}bin")
    undone = browser.post(f"{service}bin/{address.id}/restore", headers={"HX-Request": "true"})
    assert undone["HX-Redirect"] == service
    assert "malik" in text_of(browser, service)


def test_a_table_is_tried_and_then_made(cast: Cast, service: Service, signed_in: SignedIn) -> None:
    browser, page = signed_in(cast.olive), f"/mail/services/{service.id}/import"
    bad = SimpleUploadedFile("a.csv", b"box\nx y\n")
    refused = browser.post(page, {"sheet": bad})
    assert refused.status_code == 422
    assert not Address.objects.exists()
    tried = browser.post(page, {"sheet": SimpleUploadedFile("a.csv", b"box\nchoir,Choir\n")})
    assert tried.status_code == 200
    assert not Address.objects.exists()
    assert browser.post(page, {"text": "box\nchoir,Choir\n", "for_real": "1"}).status_code == 302
    assert Address.objects.count() == 2
    assert "200 kB" in browser.post(page, {"text": "x" * 200_001}).content.decode()
    assert b"address,name,login" in browser.get(f"{page}/template").content


def test_room_usual_rights_state_and_redirections_have_their_pages(
    cast: Cast, address: Address, signed_in: SignedIn
) -> None:
    browser, service = signed_in(cast.olive), f"/mail/services/{address.service_id}/"
    assert browser.post(f"{service}room", {"max_addresses": "0"}).status_code == 422
    assert browser.post(f"{service}room", {"max_addresses": "12"}).status_code == 302
    assert browser.post(f"{service}rights", {"rights": ["2048"]}).status_code == 302
    found = Service.objects.get()
    assert (found.max_addresses, found.default_rights) == (12, 2048)
    page = f"/mail/addresses/{address.id}/"
    browser.post(f"{page}state", {"state": "maintenance"})
    assert "Maintenance" in text_of(browser, page)
    browser.post(f"{page}state", {"state": "open"})
    assert browser.post(f"{service}maintenance", {"begin": "1"}).status_code == 302
    assert Service.objects.get().is_in_maintenance
    assert "The service is in maintenance" in text_of(browser, service)
    assert "Maintenance" not in text_of(browser, service)  # said once, above the addresses, and not at each of them
    assert "Maintenance" in text_of(signed_in(cast.malik), page)
    for stranger in (cast.malik, cast.otto):
        assert signed_in(stranger).post(f"{service}maintenance").status_code == 404
    browser.post(f"{service}maintenance")
    assert not Service.objects.get().is_in_maintenance
    assert browser.post(f"{page}redirections/new", {"goes_to": "malik@mimosa.example"}).status_code == 422
    assert browser.post(f"{page}redirections/new", {"goes_to": "friend@elsewhere.example"}).status_code == 302
    assert "friend@elsewhere.example" in text_of(browser, page)
    browser.post(f"{page}redirections/{Redirection.objects.get().id}/end")
    assert not Redirection.objects.exists()
