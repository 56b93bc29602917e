# SPDX-License-Identifier: AGPL-3.0-or-later
import io
import re
from http import HTTPStatus

import pytest
from django.core import mail
from django.test import Client
from PIL import Image

from mazot.exchange.registry import products
from mazot.foundation.blobs import blobs
from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.manager.jobs import send_deletion_summary, send_details_summary
from mazot.tenancy.actions.invitations import invite_person
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.models import Membership, Organization, ProductInstance, Transfer
from tests.cast import founded_by

PAGE = "/manager/organization"


def told(kind):
    row = FactRow.objects.filter(kind=kind).latest("at")
    return Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details)


def stamp_on(browser, part=0):
    return re.findall(r'name="stamp" value="(\w+)"', browser.get(PAGE).content.decode())[part]


def picture(size=(600, 200)):
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "PNG")
    written.name = "logo.png"
    written.seek(0)
    return written


def test_the_overview_counts_and_leads_on(signed_in, cast, django_assert_max_num_queries):
    invite_person(cast.olive, cast.mimosa, address="nina@people.example", role="external")
    for number in range(20):
        open_product(cast.adam, cast.mimosa, product="drive", name=f"Drive {number}")
    browser = signed_in(cast.adam)
    with django_assert_max_num_queries(12):
        page = browser.get("/manager/").content.decode()
    assert "4 people have no second factor" in page
    assert "1 invitation is open" in page
    assert "1 removed person can still come back" in page
    for address in re.findall(r'class="[^"]*overview__(?:line|count)" href="([^"#]+)"', page):
        assert browser.get(address).status_code == HTTPStatus.OK, address


def test_what_was_saved_goes_to_those_who_manage_by_letter(signed_in, cast):
    browser = signed_in(cast.adam)
    said = {
        "part": "details",
        "stamp": stamp_on(browser),
        "name": "Mimosa",
        "tint": "3",
        "city": "Nyon",
        "country": "CH",
    }
    assert browser.post(PAGE, said).status_code == HTTPStatus.FOUND
    send_details_summary(told("tenancy.DetailsChanged"))
    assert {letter.to[0] for letter in mail.outbox} == {"olive@people.example", "adam@people.example"}
    assert "Adam Berset changed details of Mimosa" in mail.outbox[0].body
    assert "- City\n- Country" in mail.outbox[0].body
    assert "Street" not in mail.outbox[0].body


def test_an_administrator_sees_why_the_legal_name_is_closed_and_cannot_send_it(signed_in, cast):
    browser = signed_in(cast.adam)
    assert "Only a legal representative changes the kind and the legal name." in browser.get(PAGE).content.decode()
    answer = browser.post(PAGE, {"stamp": stamp_on(browser), "name": "Mimosa", "tint": "3", "legal_name": "Adam SA"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    cast.mimosa.refresh_from_db()
    assert cast.mimosa.legal_name == ""
    assert "Only a legal representative changes" not in signed_in(cast.olive).get(PAGE).content.decode()


def test_the_second_of_two_people_is_shown_what_the_first_saved_and_keeps_their_own_words(signed_in, cast):
    olive, adam = signed_in(cast.olive), signed_in(cast.adam)
    stamp = stamp_on(olive)
    adam.post(PAGE, {"stamp": stamp, "name": "Mimosa", "tint": "3", "city": "Nyon"})
    answer = olive.post(PAGE, {"stamp": stamp, "name": "Mimosa", "tint": "3", "city": "Morges"})
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Somebody else saved this page" in page
    assert "<dd>Nyon</dd>" in page
    assert 'value="Morges"' in page
    fresh = re.findall(r'name="stamp" value="(\w+)"', page)[0]
    assert (
        olive.post(PAGE, {"stamp": fresh, "name": "Mimosa", "tint": "3", "city": "Morges"}).status_code
        == HTTPStatus.FOUND
    )


def test_a_logo_is_shown_also_to_the_invited_and_kept_by_the_sweep(signed_in, cast):
    browser = signed_in(cast.adam)
    browser.post(f"{PAGE}/logo", {"logo": picture()})
    cast.mimosa.refresh_from_db()
    assert cast.mimosa.logo_is_wide
    in_use = {digest for product in products() for kept in product.storage for digest in kept.digests_in_use()}
    assert cast.mimosa.logo_digest in in_use
    address = f"/manager/logos/{cast.mimosa.id}/{cast.mimosa.logo_digest}"
    assert address in browser.get("/manager/people").content.decode()
    _invitation, token = invite_person(cast.olive, cast.mimosa, address="nina@people.example", role="external")
    assert address in Client().get(f"/invitation/{token}").content.decode()
    answer = Client().get(address)
    assert (answer.status_code, answer["Content-Type"]) == (HTTPStatus.OK, "image/webp")
    assert "immutable" in answer["Cache-Control"]
    browser.post(f"{PAGE}/logo", {"remove": "1"})
    assert Client().get(address).status_code == HTTPStatus.NOT_FOUND
    assert (
        Client().get(f"/manager/logos/{cast.rival.id}/{blobs().put(b'secret').digest}").status_code
        == HTTPStatus.NOT_FOUND
    )


def test_a_script_in_the_clothes_of_a_picture_is_no_logo(signed_in, cast):
    sent = io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    sent.name = "logo.png"
    answer = signed_in(cast.olive).post(f"{PAGE}/logo", {"logo": sent}, follow=True)
    assert "This file is no PNG, JPEG or WebP picture." in answer.content.decode()
    cast.mimosa.refresh_from_db()
    assert cast.mimosa.logo_digest == ""


def test_leaving_and_deleting_say_why_not(signed_in, cast):
    page = signed_in(cast.olive).get(PAGE).content.decode()
    assert "You are its last legal representative." in page
    assert "3 other people still belong to it." in page
    assert "Only a legal representative deletes the organization." in signed_in(cast.adam).get(PAGE).content.decode()


def test_an_organization_is_deleted_with_its_products_and_the_person_lands_on_a_clear_page(signed_in, cast):
    browser = signed_in(cast.otto)
    address = f"{PAGE}/delete"
    said = {"login": "otto@people.example", "sure": "on"}
    assert "These products are still open" in browser.post(address, said).content.decode()
    assert browser.post(address, said | {"sure": "", "ending": str(cast.drive.id)}).status_code == 422
    answer = browser.post(address, said | {"ending": [str(cast.rival_drive.id), str(cast.drive.id)]}, follow=True)
    assert answer.redirect_chain == [("/account/memberships", HTTPStatus.FOUND)]
    assert Organization.objects.get(id=cast.rival.id).deleted_at is not None
    assert ProductInstance.objects.get(id=cast.drive.id).ended_at is None
    page = browser.get("/drive/")
    assert page.status_code == HTTPStatus.FORBIDDEN
    assert "Create an organization" in page.content.decode()
    send_deletion_summary(told("tenancy.OrganizationDeleted"))
    assert (mail.outbox[-1].to, "Your account stays" in mail.outbox[-1].body) == (["otto@people.example"], True)


def test_a_product_goes_by_link_to_an_organization_somebody_else_manages(signed_in, cast):
    browser, otto = signed_in(cast.adam), signed_in(cast.otto)
    address = f"/manager/transfers/new/{cast.drive.id}"
    page = browser.get(address).content.decode()
    assert "malik@people.example" in page
    assert browser.post(address, {"way": "link"}).status_code == 422
    page = browser.post(address, {"way": "link", "sure": "on"}).content.decode()
    link = re.search(r"/manager/transfers/take/\w+", page)[0]
    assert link not in browser.get("/manager/transfers").content.decode()
    assert "malik@people.example" in otto.get(link).content.decode()
    assert "You manage no organization that can take it over" in signed_in(cast.malik).get(link).content.decode()
    assert otto.post(link, {"target": str(cast.mimosa.id), "sure": "on"}).status_code == 422
    otto.post(link, {"target": str(cast.rival.id), "sure": "on"})
    assert ProductInstance.objects.get(id=cast.drive.id).organization == cast.rival
    assert otto.get(link).status_code == HTTPStatus.NOT_FOUND
    assert browser.get(f"/manager/transfers/new/{cast.drive.id}").status_code == HTTPStatus.NOT_FOUND


def test_a_letter_carries_the_link_and_taking_back_ends_it(signed_in, cast):
    browser = signed_in(cast.olive)
    address = f"/manager/transfers/new/{cast.drive.id}"
    assert browser.post(address, {"way": "letter", "address": "x\nBcc: y@z.example", "sure": "on"}).status_code == 422
    assert not Transfer.objects.exists()
    browser.post(address, {"way": "letter", "address": "otto@people.example", "sure": "on"})
    link = re.search(r"/manager/transfers/take/\w+", mail.outbox[-1].body)[0]
    browser.post(f"/manager/transfers/{Transfer.objects.get().id}/revoke")
    assert signed_in(cast.otto).get(link).status_code == HTTPStatus.NOT_FOUND


def test_a_product_goes_to_another_organization_of_ones_own(signed_in, cast):
    second = founded_by(cast.people.olive, "Second")
    cast.people.olive.current_organization = cast.mimosa
    cast.people.olive.save(update_fields=["current_organization"])
    browser = signed_in(cast.olive)
    answer = browser.post(f"/manager/transfers/new/{cast.drive.id}", {"way": str(second.id), "sure": "on"})
    browser.post(answer["Location"], {"target": str(second.id), "sure": "on"})
    assert ProductInstance.objects.get(id=cast.drive.id).organization == second
    assert Membership.objects.filter(organization=second, person=cast.people.malik).exists()


@pytest.mark.parametrize("address", ["/manager/transfers", PAGE, f"{PAGE}/delete"])
def test_collaborators_open_none_of_it(signed_in, cast, address):
    assert signed_in(cast.malik).get(address).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("address", ["/manager/transfers", "/manager/organization/delete"])
def test_how_much_many_products_keep_is_one_question(signed_in, cast, django_assert_max_num_queries, address):
    for number in range(20):
        open_product(cast.adam, cast.mimosa, product="drive", name=f"Drive {number}")
    browser = signed_in(cast.olive)
    with django_assert_max_num_queries(12):
        assert "Drive 19" in browser.get(address).content.decode()
