# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another login identifier: confirmed at the new address, undone from the old one, and nobody learns who is here."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.account.jobs import write_restored_letter, write_undo_letter
from mazot.tenancy.actions import identifiers
from mazot.tenancy.actions.logins import admit_basic
from mazot.tenancy.facts import IdentifierChangeAsked, IdentifierChanged, IdentifierChangeDropped, IdentifierRestored
from mazot.tenancy.models import AppPassword, IdentifierChange, Person

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"
NEW = "malik@elsewhere.example"
OLD = "malik@people.example"


@pytest.fixture
def me(people):
    people.malik.set_password(PASSWORD)
    people.malik.save(update_fields=["password"])
    return people.malik


@pytest.fixture
def here(signed_in, malik, me):
    return signed_in(malik)


def ask(client, login=NEW, again=None, password=PASSWORD):
    said = {"login": login, "login_again": again or login, "password": password}
    return client.post("/account/identifier", said, follow=True)


def link_in(letter):
    return re.search(r"https?://[^/]+(/account/identifier/\S+)", letter.body).group(1)


def hear(kind, listener):
    row = FactRow.objects.filter(kind=kind.kind()).latest("at")
    listener(Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details))


def change(client, mailoutbox, login=NEW):
    ask(client, login)
    client.post(link_in(mailoutbox[-1]))
    hear(IdentifierChanged, write_undo_letter)
    return link_in(mailoutbox[-1])


def login_of(person):
    return Person.objects.get(id=person.id).login


def opens(login, password=PASSWORD):
    return Client().post("/login", {"login": login, "password": password}).status_code == 302


def test_the_identifier_changes_only_when_the_new_address_answers(here, me, mailoutbox):
    ask(here)
    assert (login_of(me), mailoutbox[-1].to) == (OLD, [NEW])
    here.get(link_in(mailoutbox[-1]))  # as a program that looks at letters does
    assert login_of(me) == OLD

    here.post(link_in(mailoutbox[-1]))
    assert NEW in Person.objects.get(id=me.id).sought  # the Manager finds people by it
    assert opens(NEW)
    assert not opens(OLD)


def test_a_reset_is_asked_for_under_the_new_identifier_alone(here, me, mailoutbox):
    EmailAddress.objects.create(user=me, email=OLD, verified=True, primary=True)
    change(here, mailoutbox)
    count = len(mailoutbox)
    Client().post("/login/reset", {"email": OLD})
    assert len(mailoutbox) == count
    Client().post("/login/reset", {"email": NEW})
    assert mailoutbox[-1].to == [NEW]


def test_a_confirmation_letter_opens_once(here, me, mailoutbox):
    ask(here)
    link = link_in(mailoutbox[-1])
    here.post(link)

    assert here.post(link).status_code == 404


def test_a_confirmation_letter_is_good_for_a_day(here, me, mailoutbox, clock):
    ask(here)
    clock.advance(timedelta(hours=24, minutes=1))

    assert here.post(link_in(mailoutbox[-1])).status_code == 404
    assert login_of(me) == OLD


def test_the_letter_alone_confirms_nothing(here, signed_in, otto, me, mailoutbox):
    ask(here)
    link = link_in(mailoutbox[-1])

    assert "/login" in Client().post(link).headers["Location"]  # who reads a mistyped address has no session
    assert signed_in(otto).post(link).status_code == 404
    assert login_of(me) == OLD


def test_nothing_is_asked_without_the_password(here, me, mailoutbox):
    answer = ask(here, password="not-the-password")

    assert "not your password" in answer.content.decode()
    assert (len(mailoutbox), IdentifierChange.objects.count()) == (0, 0)


def test_the_password_cannot_be_guessed_from_a_session_that_was_left_open(here, me, clock):
    clock.freeze(clock.now())
    for number in range(8):
        last = ask(here, password=f"guess-{number}")

    assert "too many tries" in last.content.decode()


def test_an_address_typed_differently_is_caught(here, mailoutbox):
    assert "not the same" in ask(here, again="malik@elsewhere2.example").content.decode()
    assert mailoutbox == []


def test_a_taken_address_is_answered_as_a_free_one(here, people, mailoutbox):
    free, taken = ask(here, NEW), ask(here, people.otto.login)

    def said(answer, login):
        return re.sub(r'"[A-Za-z0-9]{64}"', "", answer.content.decode().replace(login, "…"))

    assert said(free, NEW) == said(taken, people.otto.login)
    assert mailoutbox[-1].to == [people.otto.login]
    assert "another account" in mailoutbox[-1].body
    assert "/identifier/" not in mailoutbox[-1].body
    assert len(mailoutbox) == 2


@pytest.mark.parametrize("login", ["n\u043era@favre.example", "nora@f\u0430vre.example", "no\u200bra@favre.example"])
def test_an_identifier_that_misleads_the_eye_is_refused(here, login, mailoutbox):
    assert ask(here, login).status_code == 422
    assert Client().post("/signup", {"given_name": "N", "family_name": "F", "email": login, "password1": PASSWORD})
    assert not Person.objects.filter(login=login).exists()
    assert mailoutbox == []


def test_a_full_width_spelling_of_ones_own_identifier_is_no_other(here, mailoutbox):
    assert "already" in ask(here, "\uff4d\uff41\uff4c\uff49\uff4b@people.example").content.decode()


def test_of_two_changes_the_later_counts(here, me, mailoutbox):
    ask(here, NEW)
    first = link_in(mailoutbox[-1])
    ask(here, "malik@third.example")

    assert here.post(first).status_code == 404
    here.post(link_in(mailoutbox[-1]))
    assert login_of(me) == "malik@third.example"


def test_letters_to_addresses_of_ones_choice_are_few(here, me, mailoutbox, clock):
    for number in range(7):
        last = ask(here, f"malik{number}@elsewhere.example")

    assert "Ask again tomorrow" in last.content.decode()
    assert len(mailoutbox) == identifiers.ASKED_A_DAY
    clock.advance(timedelta(days=1, minutes=1))
    assert ask(here).status_code == 200


def test_an_address_that_was_taken_meanwhile_stays_with_who_has_it(here, me, people, mailoutbox):
    ask(here)
    Person.objects.filter(id=people.otto.id).update(login=NEW)

    assert here.post(link_in(mailoutbox[-1])).status_code == 409
    assert login_of(me) == OLD


def test_a_change_that_was_dropped_or_outlived_by_a_password_is_over(here, me, mailoutbox):
    ask(here)
    here.post("/account/identifier/drop")
    assert here.post(link_in(mailoutbox[-1])).status_code == 404
    told = {fact.kind() for fact in (IdentifierChangeAsked, IdentifierChangeDropped)}
    assert set(FactRow.objects.filter(kind__in=told).values_list("kind", flat=True)) == told
    ask(here)
    here.post("/account/password", {"oldpassword": PASSWORD, "password1": "another-larch-77"})
    assert here.post(link_in(mailoutbox[-1])).status_code == 404
    assert login_of(me) == OLD


def test_sessions_and_application_passwords_outlive_a_change(here, me, malik, drive, app_password, mailoutbox):
    secret = app_password(malik)
    change(here, mailoutbox)

    assert here.get("/account/profile").status_code == 200
    for login in (OLD, NEW):
        assert admit_basic(login, secret, product="drive", instance_id=drive.id, address="192.0.2.1")
    with pytest.raises(Exception, match="wrong_login"):
        admit_basic("otto@people.example", secret, product="drive", instance_id=drive.id, address="192.0.2.1")


def test_the_old_address_takes_everything_back(signed_in, malik, me, app_password, mailoutbox):
    """An intruder with the session and the password: their address, their second factor, their second change."""
    intruder = signed_in(malik)
    app_password(malik)
    undo = change(intruder, mailoutbox, "intruder@evil.example")
    assert mailoutbox[-1].to == [OLD]
    TOTP.activate(me, generate_totp_secret())
    second = change(intruder, mailoutbox, "intruder@worse.example")

    victim = Client()
    assert "this one too" in victim.get(undo).content.decode()
    assert login_of(me) == "intruder@worse.example"
    form = victim.post(undo, follow=True)

    assert login_of(me) == OLD
    assert intruder.get("/account/profile").status_code == 302
    assert not AppPassword.objects.filter(revoked_at__isnull=True).exists()
    assert not opens(OLD)
    assert victim.post(second).status_code == 404
    assert victim.post(undo).status_code == 404
    hear(IdentifierRestored, write_restored_letter)
    assert mailoutbox[-1].to == [OLD]

    victim.post(form.redirect_chain[-1][0], {"password1": "another-larch-77", "password2": "another-larch-77"})
    assert opens(OLD, "another-larch-77")


def test_an_undo_is_possible_for_72_hours(here, me, mailoutbox, clock):
    undo = change(here, mailoutbox)
    clock.advance(timedelta(hours=71, minutes=59))
    assert Client().get(undo).status_code == 200
    clock.advance(timedelta(minutes=2))

    assert Client().post(undo).status_code == 404
    assert login_of(me) == NEW


def test_while_it_can_be_undone_nobody_else_gets_the_old_identifier(here, signed_in, otto, people, mailoutbox, clock):
    change(here, mailoutbox)
    people.otto.set_password(PASSWORD)
    people.otto.save(update_fields=["password"])
    said = {"given_name": "N", "family_name": "F", "email": OLD, "password1": PASSWORD}
    other = signed_in(otto)

    Client().post("/signup", said)
    ask(other, OLD)
    assert "another account" in mailoutbox[-1].body
    assert not Person.objects.filter(login=OLD).exists()
    clock.advance(timedelta(hours=73))
    Client().post("/signup", said)
    assert Person.objects.filter(login=OLD).exists()


def test_tokens_are_kept_as_digests_only(here, mailoutbox):
    ask(here)
    token = link_in(mailoutbox[-1]).rsplit("/", 1)[-1]
    row = IdentifierChange.objects.get()

    assert token not in (row.confirm_digest, row.undo_digest)


def test_otto_changes_nobody_but_himself(otto, malik, me):
    for deed in (
        lambda: identifiers.ask_identifier_change(otto, me, login=NEW),
        lambda: identifiers.drop_identifier_change(otto, me),
        lambda: identifiers.confirm_identifier_change(otto, me, token="x"),
        lambda: identifiers.undo_identifier_change(otto, me, token="x"),
        lambda: identifiers.make_undo_token(otto, me, change_id=me.id),
    ):
        with pytest.raises(NotFound):
            deed()
    with pytest.raises(Invalid):
        identifiers.ask_identifier_change(malik, me, login="no address")
