# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path

from mazot.foundation import clock as clocks
from mazot.foundation.clock import Clock
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.members import block_member, change_role
from mazot.tenancy.actions.organizations import create_organization, set_security, switch_organization
from mazot.tenancy.models import Membership
from mazot.tenancy.queries.actors import actor_for_session_key
from mazot.tenancy.web.middleware import open_to_newcomers
from tests.cast import Cast

SignIn = Callable[..., Client]


def whoami(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    return JsonResponse({"organization": str(actor.organization_id), "role": actor.role} if actor else {})


urlpatterns = [path("me", whoami), path("set-up", open_to_newcomers(whoami)), path("account/x", whoami)]
pytestmark = pytest.mark.urls(__name__)


def membership_of(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(organization=cast.mimosa, person=getattr(cast.people, name))


@pytest.mark.django_db
def test_a_stranger_has_no_actor() -> None:
    assert Client().get("/me").json() == {}


def test_a_changed_role_acts_at_the_next_request(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.malik)
    assert browser.get("/me").json() == {"organization": str(cast.mimosa.id), "role": "collaborator"}
    change_role(cast.adam, membership_of(cast, "malik"), role="external")
    assert browser.get("/me").json()["role"] == "external"


@pytest.mark.parametrize("deed", [block_member, start_leaving])
def test_a_member_put_out_lands_on_a_clear_page_and_keeps_the_account(
    cast: Cast, signed_in: SignIn, deed: Callable[..., object]
) -> None:
    browser = signed_in(cast.malik)
    deed(cast.adam, membership_of(cast, "malik"))
    answer = browser.get("/me")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "You belong to no organization" in answer.content.decode()
    assert browser.get("/account/x").json() == {"organization": "None", "role": None}


def test_a_member_put_out_goes_on_in_their_other_organization(cast: Cast, signed_in: SignIn) -> None:
    own = create_organization(cast.malik, cast.people.malik, name="Malik's")
    switch_organization(cast.malik, cast.mimosa)
    browser = signed_in(cast.malik)
    start_leaving(cast.olive, membership_of(cast, "malik"))
    assert browser.get("/me").json() == {"organization": str(own.id), "role": "legal_representative"}


def test_two_factor_asked_by_an_organization_leaves_only_the_set_up(
    cast: Cast, signed_in: SignIn, clock: Clock, settings: object
) -> None:
    start = clocks.now() + timedelta(days=7)
    set_security(cast.olive, cast.mimosa, two_factor_from=start, allows_account_password_on_dav=True)
    browser = signed_in(cast.malik)
    assert browser.get("/me").status_code == HTTPStatus.OK  # the organization gave everybody a week
    clock.advance(timedelta(days=8))
    answer = browser.get("/me")
    assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, settings.MAZOT_TWO_FACTOR_PAGE)
    swap = browser.get("/me", headers={"HX-Request": "true"})
    assert swap["HX-Redirect"] == settings.MAZOT_TWO_FACTOR_PAGE
    assert browser.get("/set-up").status_code == HTTPStatus.OK
    assert actor_for_session_key(browser.session.session_key) is None
    Authenticator.objects.create(user=cast.people.malik, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert browser.get("/me").status_code == HTTPStatus.FOUND  # codes alone are no second factor
    Authenticator.objects.create(user=cast.people.malik, type=Authenticator.Type.TOTP, data={})
    assert browser.get("/me").status_code == HTTPStatus.OK


def test_a_session_key_stands_for_its_person_until_it_ends(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.malik)
    key = browser.session.session_key
    person, actor = actor_for_session_key(key)
    assert (person.id, actor.role, actor.organization_id) == (cast.people.malik.id, "collaborator", cast.mimosa.id)
    assert actor_for_session_key("") is None
    assert actor_for_session_key("x" * 32) is None
    person.set_password("another one entirely")
    person.save()
    assert actor_for_session_key(key) is None  # a new password ends what the old one opened


def test_a_blocked_person_and_an_ended_session_open_nothing(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.malik)
    key = browser.session.session_key
    block_member(cast.adam, membership_of(cast, "malik"))
    _person, actor = actor_for_session_key(key)
    assert (actor.organization_id, actor.role) == (None, None)
    browser.logout()
    assert actor_for_session_key(key) is None


def test_finding_the_actor_costs_two_queries_after_the_session(
    cast: Cast, signed_in: SignIn, django_assert_num_queries: Callable[[int], object]
) -> None:
    browser = signed_in(cast.malik)
    browser.get("/me")
    with django_assert_num_queries(4):  # session, person, memberships with organizations, grants
        browser.get("/me")
