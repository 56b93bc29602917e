# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.app_passwords import make_app_password
from mazot.tenancy.actions.closing import close_account
from mazot.tenancy.actions.members import change_role
from mazot.tenancy.actions.people import register_person, set_password
from mazot.tenancy.actions.second_factors import replace_second_factor
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import AppPassword, Membership, Person
from mazot.tenancy.queries.actors import actor_for_person
from tests.cast import Cast, person_named

SYSTEM = Actor.system(None, because="the operator asked for it")
NAMES = {"given_name": "Nina", "family_name": "Roth", "password_hash": "!"}


def test_the_system_registers_somebody_once(cast: Cast) -> None:
    assert register_person(SYSTEM, " Nina@People.Example ", **NAMES).login == "nina@people.example"
    with pytest.raises(Conflict):
        register_person(SYSTEM, "NINA@people.example", **NAMES)
    with pytest.raises(NotAllowed):
        register_person(cast.olive, "other@people.example", **NAMES)
    with pytest.raises(Invalid):
        register_person(SYSTEM, "nina", **NAMES)
    with pytest.raises(Invalid):
        register_person(SYSTEM, "n" * 250 + "@people.example", **NAMES)
    assert FactRow.objects.filter(kind="tenancy.PersonRegistered").count() == 1


def test_a_password_is_set_by_oneself(cast: Cast) -> None:
    stored = make_password("seven herons on the quay")
    assert set_password(cast.malik, cast.people.malik, password_hash=stored).check_password("seven herons on the quay")
    with pytest.raises(NotFound):
        set_password(cast.otto, cast.people.malik, password_hash=stored)
    with pytest.raises(NotFound):
        set_password(cast.olive, cast.people.malik, password_hash=stored)
    assert FactRow.objects.filter(kind="tenancy.PasswordSet").count() == 1


def test_a_second_factor_is_replaced_by_oneself(cast: Cast) -> None:
    first = replace_second_factor(cast.malik, cast.people.malik)
    second = replace_second_factor(cast.malik, cast.people.malik)
    assert first != second
    assert Authenticator.objects.filter(user=cast.people.malik).count() == 1
    with pytest.raises(NotFound):
        replace_second_factor(cast.otto, cast.people.malik)
    assert FactRow.objects.filter(kind="tenancy.SecondFactorReplaced").count() == 2


def test_the_last_legal_representative_keeps_the_account(cast: Cast) -> None:
    with pytest.raises(Refused) as refusal:
        close_account(cast.olive, cast.people.olive)
    assert refusal.value.reason == "last_legal_representative"
    assert Person.objects.get(id=cast.people.olive.id).is_active
    change_role(cast.olive, Membership.objects.get(person=cast.people.adam), role="legal_representative")
    assert not close_account(cast.olive, cast.people.olive).is_active


def test_a_closed_account_opens_nothing(cast: Cast) -> None:
    make_app_password(cast.malik, cast.people.malik, name="Notes", scopes=["drive"])
    with pytest.raises(NotFound):
        close_account(cast.otto, cast.people.malik)
    close_account(cast.malik, cast.people.malik)
    assert not AppPassword.objects.filter(revoked_at__isnull=True).exists()
    assert Membership.objects.get(person=cast.people.malik).removed_at is not None
    with pytest.raises(NotFound):
        actor_for_person(Person.objects.get(id=cast.people.malik.id))
    with pytest.raises(NotFound):
        close_account(cast.malik, cast.people.malik)
    assert FactRow.objects.filter(kind="tenancy.AccountClosed").count() == 1


def test_somebody_without_any_organization_may_close_too(cast: Cast) -> None:
    nina = person_named("nina")
    assert not close_account(Actor(nina.id, None, None), nina).is_active
