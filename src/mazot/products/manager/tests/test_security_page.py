# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail

from mazot.foundation import clock as clocks
from mazot.foundation.errors import Invalid, NotAllowed, NotFound, Refused, SignInRefused
from mazot.foundation.facts import Heard
from mazot.foundation.models import FactRow
from mazot.products.manager.jobs import send_security_letter
from mazot.tenancy.actions.alerts import send_security_alert
from mazot.tenancy.actions.app_passwords import make_app_password
from mazot.tenancy.actions.logins import admit_basic
from mazot.tenancy.actions.organizations import create_organization, set_security, switch_organization
from mazot.tenancy.models import Membership, Organization


def of(cast, name):
    return Membership.objects.get(organization=cast.mimosa, person=getattr(cast.people, name))


def protect(person):
    return Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})


def ask(cast, *, after=timedelta(0), grace=0):
    set_security(
        cast.olive,
        cast.mimosa,
        two_factor_from=clocks.now() + after,
        two_factor_grace_days=grace,
        allows_account_password_on_dav=True,
    )
    cast.mimosa.refresh_from_db()


def test_the_page_counts_who_lacks_two_factor_in_few_queries(cast, signed_in, django_assert_max_num_queries):
    protect(cast.people.olive)
    browser = signed_in(cast.olive)
    with django_assert_max_num_queries(12):
        page = browser.get("/manager/security").content.decode()
    assert "3 of 4 people have no two-factor" in page
    assert "Malik Diallo" in page
    assert f'name="person" value="{of(cast, "malik").id}"' in page
    assert f'name="person" value="{of(cast, "olive").id}"' not in page


def test_two_factor_is_asked_from_a_day_on_changed_and_switched_off(cast, signed_in):
    browser = signed_in(cast.olive)
    day = (clocks.now() + timedelta(days=10)).date().isoformat()
    browser.post("/manager/security", {"about": "two_factor", "start": "day", "day": day, "grace": "7"})
    cast.mimosa.refresh_from_db()
    start = cast.mimosa.two_factor_from
    assert timedelta(days=8) < start - clocks.now() < timedelta(days=11)
    assert cast.mimosa.two_factor_grace_days == 7
    assert (
        "asks for two-factor: set it up until" in browser.get("/drive/", follow=True).content.decode()
    )  # the notice in the shell
    browser.post("/manager/security", {"about": "two_factor", "start": "kept", "grace": "3"})
    browser.post("/manager/security", {"about": "programs"})
    cast.mimosa.refresh_from_db()
    rules = cast.mimosa
    assert (rules.two_factor_from, rules.two_factor_grace_days) == (start, 3)
    assert rules.allows_account_password_on_dav is False
    browser.post("/manager/security", {"about": "no_two_factor"})
    cast.mimosa.refresh_from_db()
    assert cast.mimosa.two_factor_from is None


@pytest.mark.parametrize(
    "said",
    [
        {"start": "day", "day": "soon", "grace": "0"},
        {"start": "day", "day": "", "grace": "0"},
        {"start": "day", "day": "9999-12-31", "grace": "0"},
        {"start": "now", "grace": "-1"},
        {"start": "now", "grace": "9999"},
        {"start": "now", "grace": "²"},
    ],
)
def test_what_cannot_be_meant_changes_nothing_and_says_so(cast, signed_in, said):
    answer = signed_in(cast.olive).post("/manager/security", {"about": "two_factor"} | said)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    cast.mimosa.refresh_from_db()
    assert cast.mimosa.two_factor_from is None


def test_newcomers_have_days_of_grace_and_others_have_none(cast, signed_in, clock):
    ask(cast, grace=7)
    Membership.objects.filter(person=cast.people.malik).update(joined_at=clocks.now() - timedelta(days=100))
    Membership.objects.filter(person=cast.people.gaia).update(joined_at=clocks.now())
    assert signed_in(cast.malik).get("/drive/")["Location"] == "/account/two-factor/"
    browser = signed_in(cast.gaia)
    assert "asks for two-factor" in browser.get("/drive/", follow=True).content.decode()
    clock.advance(timedelta(days=8))
    assert browser.get("/drive/")["Location"] == "/account/two-factor/"


def test_nobody_is_told_who_has_two_factor_or_is_not_asked(cast, signed_in):
    ask(cast, after=timedelta(days=3))
    protect(cast.people.malik)
    assert "asks for two-factor" not in signed_in(cast.malik).get("/drive/", follow=True).content.decode()
    assert "asks for two-factor" not in signed_in(cast.otto).get("/drive/", follow=True).content.decode()


def test_one_asking_organization_of_two_is_enough(cast, signed_in):
    create_organization(cast.malik, cast.people.malik, name="Malik's")
    ask(cast)
    assert signed_in(cast.malik).get("/drive/")["Location"] == "/account/two-factor/"


def test_programs_take_no_account_password_from_the_start_on_and_application_passwords_still(cast, clock):
    malik = cast.people.malik
    malik.set_password("correct horse battery")
    malik.save()
    _row, secret = make_app_password(cast.malik, malik, name="Laptop", scopes=["drive"])
    place = {"product": "drive", "instance_id": cast.drive.id, "address": "192.0.2.1"}
    assert admit_basic(malik.login, "correct horse battery", **place).may_use
    ask(cast, after=timedelta(days=1), grace=30)
    assert admit_basic(malik.login, "correct horse battery", **place).may_use
    clock.advance(timedelta(days=2))
    with pytest.raises(SignInRefused) as refusal:
        admit_basic(malik.login, "correct horse battery", **place)
    assert refusal.value.reason == "organization_forbids"
    assert admit_basic(malik.login, secret, **place).may_use


def test_the_last_factor_stays_while_it_is_asked_and_the_page_says_why(cast, signed_in):
    protect(cast.people.malik)
    ask(cast)
    page = signed_in(cast.malik).get("/account/two-factor/").content.decode()
    assert "this is your only one" in page
    assert "/account/two-factor/totp/deactivate/" not in page


def test_an_external_leaves_instead_wherever_they_are(cast, signed_in):
    own = create_organization(cast.gaia, cast.people.gaia, name="Gaia's")
    ask(cast)
    switch_organization(cast.gaia, own)
    browser = signed_in(cast.gaia)
    assert "Leave instead" in browser.get("/account/two-factor/").content.decode()
    assert browser.post(f"/manager/security/leave/{cast.rival.id}").status_code == HTTPStatus.NOT_FOUND
    browser.post(f"/manager/security/leave/{cast.mimosa.id}")
    assert of(cast, "gaia").removed_at is not None
    assert browser.get("/account/profile").status_code == HTTPStatus.OK


def test_a_collaborator_is_offered_no_such_way(cast, signed_in):
    ask(cast)
    browser = signed_in(cast.malik)
    assert "Leave instead" not in browser.get("/account/two-factor/").content.decode()
    assert browser.post(f"/manager/security/leave/{cast.mimosa.id}").status_code == HTTPStatus.NOT_FOUND
    assert of(cast, "malik").removed_at is None


def test_an_alert_is_a_letter_in_the_persons_language_once_a_day(cast, clock):
    cast.people.malik.language = "fr"
    cast.people.malik.save(update_fields=["language"])
    everybody = list(Membership.objects.filter(organization=cast.mimosa))
    assert send_security_alert(cast.olive, cast.mimosa, members=[of(cast, "malik")]) == 1
    row = FactRow.objects.get(kind="tenancy.SecurityAlertAsked")
    send_security_letter(Heard(row.id, row.kind, row.organization_id, row.person_id, row.via, row.details))
    (letter,) = mail.outbox
    assert letter.to == [cast.people.malik.login]
    assert "/account/two-factor/" in letter.body
    with pytest.raises(Refused) as refusal:
        send_security_alert(cast.adam, cast.mimosa, members=[of(cast, "malik")])
    assert refusal.value.reason == "alerted_today"
    assert send_security_alert(cast.adam, cast.mimosa, members=everybody) == 3  # not Malik again, and not Basil
    clock.advance(timedelta(days=1, minutes=1))
    assert send_security_alert(cast.adam, cast.mimosa, members=[of(cast, "malik")]) == 1


def test_an_alert_reaches_nobody_who_is_protected_and_nobody_of_another_organization(cast):
    protect(cast.people.malik)
    with pytest.raises(Invalid):
        send_security_alert(cast.olive, cast.mimosa, members=[of(cast, "malik")])
    with pytest.raises(NotFound):
        send_security_alert(cast.otto, cast.mimosa, members=[of(cast, "gaia")])
    with pytest.raises(NotAllowed):
        send_security_alert(cast.malik, cast.mimosa, members=[of(cast, "gaia")])
    with pytest.raises(Invalid):
        send_security_alert(cast.otto, cast.rival, members=[of(cast, "gaia")])


def test_the_buttons_alert_one_and_all(cast, signed_in):
    browser = signed_in(cast.olive)
    back = browser.post("/manager/people/alert", {"person": str(of(cast, "gaia").id), "from": "security"})
    assert back["Location"] == "/manager/security"
    assert FactRow.objects.filter(kind="tenancy.SecurityAlertAsked").count() == 1
    browser.post("/manager/people/alert", {"from": "security"})
    assert FactRow.objects.filter(kind="tenancy.SecurityAlertAsked").count() == 4
    assert Organization.objects.get(id=cast.mimosa.id).two_factor_from is None
