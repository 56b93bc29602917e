# SPDX-License-Identifier: AGPL-3.0-or-later
import re

import pytest
from django.test import Client

from mazot.tenancy.actions.invitations import invite_person
from mazot.tenancy.models import LoginEvent, Membership, Organization, Person

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"
NEW = {"given_name": "Nora", "family_name": "Favre", "email": "Nora@Favre.example", "password1": PASSWORD}


@pytest.fixture
def stranger():
    return Client(REMOTE_ADDR="192.0.2.1")


@pytest.fixture
def nora(people):
    person = people.malik
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def log_in(client, login, password=PASSWORD):
    return client.post("/login", {"login": login, "password": password})


def test_signing_up_alone_founds_an_organization_in_ones_name(stranger):
    answer = stranger.post("/signup", NEW)

    person = Person.objects.get(login="nora@favre.example")
    membership = Membership.objects.get(person=person)
    assert answer.status_code == 302
    assert (membership.organization.name, membership.role) == ("Nora Favre", "legal_representative")
    assert stranger.get("/account/profile").status_code == 200


@pytest.mark.parametrize("is_invited", [False, True])
def test_a_name_that_hides_letters_makes_no_account(stranger, olive, mimosa, is_invited):
    if is_invited:
        _invitation, token = invite_person(olive, mimosa, address=NEW["email"], role="collaborator")
        stranger.get(f"/invitation/{token}")
    answer = stranger.post("/signup", NEW | {"family_name": "Favre\u202egnp.exe"})

    assert "hidden character U+202E" in answer.content.decode()
    assert not Person.objects.filter(login=NEW["email"]).exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Nora\u202eavreF", "U+202E"),
        ("Nora\x07", "U+0007"),
        ("Nora\r\nBcc: all@favre.example", "one line of visible letters"),
        ("   ", "required"),
        ("N" * 1_000_000, "80"),
    ],
)
@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_a_name_at_sign_up_follows_the_rules_of_names(stranger, field, name, why):
    answer = stranger.post("/signup", NEW | {field: name})
    assert why in answer.content.decode()
    assert not Person.objects.filter(login="nora@favre.example").exists()


def test_signing_up_by_invitation_joins_and_founds_nothing(stranger, olive, mimosa):
    _invitation, token = invite_person(olive, mimosa, address="nora@favre.example", role="collaborator")
    organizations = Organization.objects.count()

    assert mimosa.name in stranger.get(f"/invitation/{token}").content.decode()
    stranger.post("/signup", NEW | {"email": "somebody@else.example"})

    person = Person.objects.get(login="nora@favre.example")
    assert Membership.objects.get(person=person).organization == mimosa
    assert Organization.objects.count() == organizations
    assert not Person.objects.filter(login="somebody@else.example").exists()


def test_a_used_invitation_opens_nothing(stranger, olive, mimosa):
    _invitation, token = invite_person(olive, mimosa, address="nora@favre.example", role="collaborator")
    stranger.get(f"/invitation/{token}")
    stranger.post("/signup", NEW)

    assert Client().get(f"/invitation/{token}").status_code == 404


def test_an_invitation_for_another_address_is_accepted_only_knowingly(signed_in, olive, otto, mimosa, people):
    _invitation, token = invite_person(olive, mimosa, address="nora@favre.example", role="collaborator")
    page = signed_in(otto).get(f"/invitation/{token}").content.decode()

    assert people.otto.login in page
    assert not Membership.objects.filter(organization=mimosa, person=people.otto).exists()
    signed_in(otto).post(f"/invitation/{token}")
    assert not Membership.objects.filter(organization=mimosa, person=people.otto).exists()
    signed_in(otto).post(f"/invitation/{token}", {"meant": "on"})
    assert Membership.objects.filter(organization=mimosa, person=people.otto).exists()


def test_the_identifier_opens_whatever_its_case(stranger, nora):
    assert log_in(stranger, f" {nora.login.upper()} ").status_code == 302
    assert stranger.get("/account/profile").status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(stranger, nora):
    wrong = log_in(stranger, nora.login, "not-the-password")
    unknown = log_in(stranger, "nobody@nowhere.example", "not-the-password")

    assert said(wrong) == said(unknown) != []
    assert wrong.status_code == unknown.status_code


def said(answer):
    return re.findall(r"go together", answer.content.decode())


def test_each_try_is_in_the_history_with_its_reason(stranger, nora):
    log_in(stranger, nora.login, "not-the-password")
    log_in(stranger, nora.login)

    reasons = LoginEvent.objects.filter(person=nora).order_by("at").values_list("reason", "succeeded")
    assert list(reasons) == [("wrong_password", False), ("password", True)]


def test_guessing_slows_the_guesser_and_not_the_victim(nora, clock):
    clock.freeze(clock.now())  # guesses fade with time, and hashing thirty passwords takes a busy machine long
    guesser = Client(REMOTE_ADDR="198.51.100.9")
    for number in range(30):
        last = log_in(guesser, nora.login, f"guess-{number}")
    assert "too many tries" in last.content.decode()
    assert log_in(guesser, nora.login).status_code == 200  # even the right one waits on this side

    victim = Client(REMOTE_ADDR="192.0.2.1")
    assert log_in(victim, nora.login).status_code == 302


def test_next_leads_only_into_this_house(stranger, nora):
    outside = stranger.post("/login?next=https://evil.example/", {"login": nora.login, "password": PASSWORD})

    assert "evil" not in outside.headers["Location"]


def test_logging_out_takes_a_post(signed_in, malik):
    client = signed_in(malik)

    assert client.get("/logout").status_code == 405
    client.post("/logout")
    assert client.get("/account/profile").status_code == 302


def letters(folder):
    return [path.read_text() for path in sorted((folder / "outbox").glob("*.eml"))]


def test_a_forgotten_password_is_replaced_once_by_letter(stranger, nora, mailoutbox):
    elsewhere = Client()
    log_in(elsewhere, nora.login)
    stranger.post("/login/reset", {"email": nora.login})

    link = re.search(r"https?://[^/]+(/login/reset/\S+)", mailoutbox[-1].body).group(1)
    form = stranger.get(link, follow=True)
    where = form.redirect_chain[-1][0]
    stranger.post(where, {"password1": "another-larch-77", "password2": "another-larch-77"})

    assert log_in(Client(), nora.login, "another-larch-77").status_code == 302
    assert elsewhere.get("/account/profile").status_code == 302, "another session outlived the reset"
    assert "no longer valid" in Client().get(link, follow=True).content.decode()


def test_asking_for_a_reset_tells_nobody_whether_an_account_exists(stranger, nora, mailoutbox):
    known = stranger.post("/login/reset", {"email": nora.login}, follow=True)
    unknown = stranger.post("/login/reset", {"email": "nobody@nowhere.example"}, follow=True)

    assert known.redirect_chain == unknown.redirect_chain
    assert len(mailoutbox) == 1


def test_the_language_is_kept_in_the_browser_of_a_stranger(stranger):
    stranger.post("/language", {"language": "fr", "next": "/login"})

    assert 'lang="fr"' in stranger.get("/login").content.decode()
    assert stranger.post("/language", {"language": "fr", "next": "https://evil.example"}).headers["Location"] == "/"
