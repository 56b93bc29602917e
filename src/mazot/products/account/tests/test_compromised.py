# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from django.test import Client

from mazot.foundation import clock
from mazot.foundation.errors import NotFound
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.app_passwords import revoke_every_token
from mazot.tenancy.facts import AllTokensRevoked
from mazot.tenancy.models import ApiToken, AppPassword, Membership, Person

pytestmark = pytest.mark.django_db

PASSWORD = "larch-and-stone-9"
NEW = "another-larch-77"


@pytest.fixture
def me(people):
    people.malik.set_password(PASSWORD)
    people.malik.save(update_fields=["password"])
    return people.malik


@pytest.fixture
def token(me):
    membership = Membership.objects.get(person=me)
    return ApiToken.objects.create(
        membership=membership,
        organization=membership.organization,
        name="Report",
        prefix="abcdefgh",
        digest="0",
        created_at=clock.now(),
    )


def step(client, name, **said):
    return client.post("/account/compromised", {"step": name, **said}, follow=True).content.decode()


def test_the_four_steps_shut_everybody_out_and_say_what_they_did(signed_in, malik, me, token, app_password):
    here, intruder = signed_in(malik), Client()
    intruder.post("/login", {"login": me.login, "password": PASSWORD})
    app_password(malik)

    assert "Your password is another one" in step(here, "password", oldpassword=PASSWORD, password1=NEW)
    assert Person.objects.get(id=me.id).check_password(NEW)
    assert "ended" in step(here, "sessions")
    assert intruder.get("/account/profile").status_code == 302
    page = step(here, "programs")
    assert "1 application password is revoked. 1 API token is revoked." in page
    assert not AppPassword.objects.filter(revoked_at__isnull=True).exists()
    assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()
    assert "wrong password" in page or "password" in page
    assert "All four steps are done" in step(here, "review")
    assert FactRow.objects.filter(kind=AllTokensRevoked.kind()).count() == 1


def test_a_wrong_or_an_equal_password_changes_nothing(signed_in, malik, me):
    here = signed_in(malik)

    assert "not your password" in step(here, "password", oldpassword="guess", password1=NEW)
    assert "may be known" in step(here, "password", oldpassword=PASSWORD, password1=PASSWORD)
    assert "at least 10" in step(here, "password", oldpassword=PASSWORD, password1="short")
    assert Person.objects.get(id=me.id).check_password(PASSWORD)


def test_each_step_can_be_done_again(signed_in, malik, me, app_password):
    here = signed_in(malik)
    step(here, "programs")
    app_password(malik)

    assert "Revoke all" in here.get("/account/compromised?step=programs").content.decode()
    assert "1 application password is revoked" in step(here, "programs")
    assert "Done so far" not in step(here, "again")


def test_otto_revokes_no_token_of_others(otto, me, token):
    with pytest.raises(NotFound):
        revoke_every_token(otto, me)
    assert ApiToken.objects.filter(revoked_at__isnull=True).count() == 1
