# SPDX-License-Identifier: AGPL-3.0-or-later
import email
import email.policy
import re
from http import HTTPStatus

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.manager.jobs import send_invitation, send_security_letter
from mazot.tenancy.models import Grant, Invitation, Membership, Person
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.sentences import ROLES
from tests.cast import person_named


@pytest.fixture
def browser(signed_in, adam):
    return signed_in(adam)


def letters(kind, listener):
    """Hand the facts of a kind to their listener, as the worker does; answer the links of the letters."""
    mail.outbox.clear()
    for row in FactRow.objects.filter(kind=f"tenancy.{kind}").order_by("id"):
        listener(Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details))
    return [re.search(r"/invitation/\S+", letter.body)[0] for letter in mail.outbox if "/invitation/" in letter.body]


def send(browser, **said):
    return browser.post("/manager/people/invite", {"role": "collaborator", "language": "en", "go": "send"} | said)


def test_the_steps_carry_what_was_said_and_the_last_one_invites(browser, drive, signed_in, mimosa):
    said = {"role": "external", "language": "fr", "address": "Nina <Nina@People.example>,\nomar@people.example"}
    page = browser.post("/manager/people/invite", said | {"go": "access"}).content.decode()
    assert "Everything at maximum" in page
    assert "omar@people.example" in page
    said |= {"access": f"{drive.id} drive.use", "products": "on"}
    page = browser.post("/manager/people/invite", said | {"go": "recap"}).content.decode()
    assert "2 people" in page
    answer = browser.post("/manager/people/invite", said | {"go": "send"})
    assert answer.status_code == HTTPStatus.FOUND
    links = letters("MemberInvited", send_invitation)
    assert [letter.to for letter in mail.outbox] == [["nina@people.example"], ["omar@people.example"]]
    with translation.override("fr"):
        assert translation.gettext("External") in mail.outbox[0].body
    nina = person_named("nina")
    guest = signed_in(actor_for_person(nina))
    guest.post(links[0])
    member = Membership.objects.get(person=nina, organization=mimosa)
    assert Grant.objects.get(membership=member).instance == drive
    assert member.notices == {"billing": False, "products": True}
    assert guest.get(links[0]).status_code == HTTPStatus.NOT_FOUND


def test_everything_at_maximum_is_every_category_with_what_comes(browser, drive):
    send(browser, address="nina@people.example", everything="on")
    assert {"product": "drive", "instance": None, "rights": ["*"]} in Invitation.objects.get().access


def test_a_table_with_faults_is_reported_by_line_and_one_without_is_sent(browser):
    def upload(text, go):
        file = SimpleUploadedFile("people.csv", text.encode())
        said = {"file": file, "role": "external", "language": "en", "go": go}
        return browser.post("/manager/people/invite", said)

    answer = upload("address;role\nnina@people.example;king\n=1+1@x.example;\nomar@people.example;external\n", "access")
    page = answer.content.decode()
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "2 lines cannot be used" in page
    assert "“king” is not a role" in page
    assert "begins like a formula" in page
    assert not Invitation.objects.exists()
    answer = browser.post(
        "/manager/people/invite",
        {"file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00"), "role": "external", "go": "access"},
    )
    assert "UTF-8" in answer.content.decode()
    upload("address,role\nnina@people.example,collaborator\nomar@people.example,\n", "send")
    assert set(Invitation.objects.values_list("address", "role")) == {
        ("nina@people.example", "collaborator"),
        ("omar@people.example", "external"),
    }


def test_a_table_names_roles_as_the_readers_pages_do(browser, adam):
    Person.objects.filter(id=adam.person_id).update(language="fr")
    with translation.override("fr"):
        collaborator, external = str(ROLES["collaborator"]), str(ROLES["external"]).upper()
    lines = (f"nina@people.example;{collaborator}", f"omar@people.example;{external}", "zoe@people.example;external")
    text = "\n".join(("address;role", *lines))
    file = SimpleUploadedFile("people.csv", text.encode())
    browser.post("/manager/people/invite", {"file": file, "role": "external", "language": "fr", "go": "send"})
    assert set(Invitation.objects.values_list("address", "role")) == {
        ("nina@people.example", "collaborator"),
        ("omar@people.example", "external"),
        ("zoe@people.example", "external"),
    }


@pytest.mark.parametrize("address", ["", "not an address", "a@b.example\r\nBcc: c@d.example", "x\u202e@people.example"])
def test_a_refused_address_says_why_keeps_what_was_typed_and_sends_nothing(browser, address):
    answer = send(browser, address=address)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Invitation.objects.exists()
    assert "not an address" not in address or ">not an address</textarea>" in answer.content.decode()


def test_an_administrator_invites_no_legal_representative(browser):
    answer = send(browser, address="x@y.example", role="legal_representative")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Invitation.objects.exists()


def test_sending_again_ends_the_first_link_and_revoking_the_second(browser):
    send(browser, address="nina@people.example")
    (first,) = letters("MemberInvited", send_invitation)
    made = Invitation.objects.get()
    browser.post(f"/manager/invitations/{made.id}/again")
    assert browser.get(first).status_code == HTTPStatus.NOT_FOUND
    (second,) = letters("InvitationRenewed", send_invitation)
    assert browser.get(second).status_code == HTTPStatus.OK
    assert "nina@people.example" in browser.get("/manager/people/invitations").content.decode()
    browser.post(f"/manager/invitations/{made.id}/revoke")
    assert browser.get(second).status_code == HTTPStatus.NOT_FOUND
    assert "Revoked" in browser.get("/manager/people/invitations?state=revoked").content.decode()


def test_a_stranger_declines_by_the_letter_and_the_managers_see_it(browser, client):
    send(browser, address="nina@people.example")
    (link,) = letters("MemberInvited", send_invitation)
    assert client.get(f"{link}/decline").status_code == HTTPStatus.OK
    assert Invitation.objects.get().declined_at is None
    client.post(f"{link}/decline")
    assert client.get(link).status_code == HTTPStatus.NOT_FOUND
    assert client.post(f"{link}/decline").status_code == HTTPStatus.NOT_FOUND
    assert "Declined" in browser.get("/manager/people/invitations?state=declined").content.decode()


def test_an_invitation_page_says_the_same_of_known_and_unknown_addresses(browser, client, people):
    send(browser, address="nobody@people.example, otto@people.example")
    pages = []
    for link in letters("MemberInvited", send_invitation):
        page = client.get(link).content.decode()
        page = re.sub(r"(nobody|otto)@people\.example", "somebody", page.replace(link, "link"))
        pages.append(re.sub(r'(csrfmiddlewaretoken" value=|X-CSRFToken": |csrf\w* value=)"?[^"\s]+"', "", page))
    assert pages[0] == pages[1]


def test_a_name_with_a_line_end_makes_no_header_in_a_real_letter(browser, adam, settings, mimosa):
    Person.objects.filter(id=adam.person_id).update(given_name="Adam\r\nBcc: spy@rival.example")
    type(mimosa).objects.filter(id=mimosa.id).update(name="Mimosa\nBcc: spy@rival.example")
    send(browser, address="nina@people.example")
    letters("MemberInvited", send_invitation)
    read = email.message_from_bytes(mail.outbox[0].message().as_bytes(), policy=email.policy.default)
    assert read["Bcc"] is None
    assert read["To"] == "nina@people.example"
    assert [name for name, _value in read.items()].count("Subject") == 1


def test_a_security_alert_is_a_letter_to_those_without_two_factor(browser, people):
    assert "4 people without two-factor" in browser.get("/manager/people/alert").content.decode()
    malik = Membership.objects.get(person=people.malik)
    browser.post("/manager/people/alert", {"person": str(malik.id)})
    letters("SecurityAlertAsked", send_security_letter)
    assert [letter.to for letter in mail.outbox] == [["malik@people.example"]]
    assert "two-factor" in mail.outbox[0].body
