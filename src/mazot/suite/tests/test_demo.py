# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator

from mazot.foundation.errors import NotFound, SignInRefused
from mazot.suite.demo import furnish
from mazot.tenancy.actions.logins import Admitted, admit_basic
from mazot.tenancy.models import Membership, Organization, Person, ProductInstance, Team

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def counts() -> list[int]:
    return [model.objects.count() for model in (Person, Organization, Membership, Team, ProductInstance, Authenticator)]


def enter(person: dict[str, Any], secret: str, webdav: str) -> Admitted:
    instance_id = UUID(webdav.strip("/").rpartition("/")[2])
    return admit_basic(person["login"], secret, product="drive", instance_id=instance_id, address="192.0.2.1")


def test_a_second_run_doubles_nothing_and_prints_secrets_that_work() -> None:
    """Eighteen slow password hashes and a furnished drive take some seconds."""
    first = furnish()
    before = counts()
    second = furnish()
    assert counts() == before
    assert Organization.objects.get(name="Orchestre de la Vallée").kind == "association"
    elodie, agathe, *others = second["people"]
    assert (elodie["name"], elodie["role"], agathe["name"]) == ("Élodie Rey", "legal_representative", "Agathe Cornut")
    assert {person["role"] for person in others} == {"collaborator", "external", "legal_representative"}
    assert all(person["password"] not in str(first) for person in second["people"])
    assert "totp_secret" in agathe
    assert Authenticator.objects.filter(user__login=agathe["login"]).count() == 1

    for person in second["people"]:
        assert enter(person, person["application_password"], person["webdav"]).may_use, person["name"]
    with pytest.raises(SignInRefused):
        enter(elodie, first["people"][0]["application_password"], elodie["webdav"])
    assert enter(elodie, elodie["password"], elodie["webdav"]).actor.role == "legal_representative"
    with pytest.raises(SignInRefused) as refusal:
        enter(agathe, agathe["password"], agathe["webdav"])
    assert refusal.value.reason == "two_factor_is_on"
    rival = others[-1]
    with pytest.raises(NotFound):
        enter(rival, rival["application_password"], elodie["webdav"])
