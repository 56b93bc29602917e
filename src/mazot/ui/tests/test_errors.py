# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from mazot.foundation import errors
from mazot.tenancy.actor import Actor
from mazot.ui.errors import TABLE

pytestmark = [pytest.mark.urls("mazot.ui.tests.raising"), pytest.mark.django_db]

STATUSES = {
    "not-found": 404,
    "not-allowed": 403,
    "scope": 403,
    "conflict": 409,
    "locked": 409,
    "over-quota": 409,
    "too-large": 413,
    "invalid": 422,
    "refused": 422,
    "too-many": 429,
    "busy": 503,
    "no-space": 503,
    "http404": 404,
    "denied": 403,
    "too-big": 413,
    "broken": 500,
}
AS_FRAGMENT = {"HX-Request": "true", "HX-Current-URL": "https://mazot.example/drive/?sort=name"}


@pytest.fixture
def browser() -> Client:
    return Client(raise_request_exception=False)


def said(response: Any) -> str:
    return json.loads(response.headers["HX-Trigger"])["mazot:toast"]["text"]


@pytest.mark.parametrize(("how", "status"), STATUSES.items())
def test_each_failure_has_its_status_and_a_page_with_a_way_out(browser: Client, how: str, status: int) -> None:
    response = browser.get(f"/fail/{how}")
    assert response.status_code == status
    page = response.content.decode()
    assert f"Error {status}" in page
    assert 'href="/"' in page
    assert "secret" not in page


@pytest.mark.parametrize(("how", "status"), STATUSES.items())
def test_a_fragment_that_fails_changes_nothing_on_the_page_and_says_why(browser: Client, how: str, status: int) -> None:
    response = browser.get(f"/fail/{how}", headers=AS_FRAGMENT)
    assert response.status_code == status
    assert response.headers["HX-Reswap"] == "none"
    assert said(response).strip().endswith(".")
    assert "<html" not in response.content.decode()
    assert "secret" not in said(response)


def test_every_domain_error_of_the_foundation_has_a_line_in_the_table() -> None:
    # The login form answers the one in its own words; the doors of mail the other, which is Busy to everybody else.
    at_doors_only = {errors.DomainError, errors.SignInRefused, errors.InMaintenance}
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.DomainError)}
    assert kinds - at_doors_only == {kind for kind, _ in TABLE}


def test_the_sentence_and_the_way_out_reach_the_person(browser: Client) -> None:
    page = browser.get("/fail/conflict").content.decode()
    assert "A file of this name is already here." in page
    assert "Choose another name." in page
    assert said(browser.get("/fail/conflict", headers=AS_FRAGMENT)) == (
        "A file of this name is already here. Choose another name."
    )


def test_a_refusal_names_the_right_and_whom_to_ask(malik: Actor, signed_in: Callable[[Actor], Client]) -> None:
    page = signed_in(malik).get("/fail/not-allowed").content.decode()
    assert "Change files in common folders" in page
    assert "Olive Arnaud, Adam Berset" in page
    assert "Otto" not in page
    assert "Basil" not in page


def test_too_many_tries_say_when_to_come_back(browser: Client) -> None:
    assert browser.get("/fail/too-many").headers["Retry-After"] == "42"
    assert browser.get("/fail/busy").headers["Retry-After"] == "30"


def test_what_a_person_wrote_stays_text(browser: Client) -> None:
    assert "<script>alert" not in browser.get("/fail/attack").content.decode()
    fragment = browser.get("/fail/attack", headers=AS_FRAGMENT)
    assert fragment.headers["HX-Trigger"].isascii()
    assert "Ünïcode" in said(fragment)
    assert "<script>alert" not in fragment.content.decode()


def test_an_address_that_does_not_exist_has_our_page(browser: Client) -> None:
    response = browser.get("/nowhere")
    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()


def test_a_session_that_ended_in_the_middle_of_a_swap_sends_the_page_to_the_login_and_back(browser: Client) -> None:
    response = browser.get("/closed", headers=AS_FRAGMENT)
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/login?next=%2Fdrive%2F%3Fsort%3Dname"
    assert response.content == b""


@pytest.mark.parametrize("address", ["https://evil.example//evil.example/x", "javascript:alert(1)", ""])
def test_the_way_back_never_leads_to_another_house(browser: Client, address: str) -> None:
    response = browser.get("/closed", headers={**AS_FRAGMENT, "HX-Current-URL": address})
    assert response.headers["HX-Redirect"] == "/login"


def test_a_whole_page_without_a_session_is_redirected_as_ever(browser: Client) -> None:
    assert browser.get("/closed").headers["Location"] == "/login?next=/closed"


def test_a_form_without_its_token_is_refused_with_advice() -> None:
    response = Client(enforce_csrf_checks=True).post("/post", {"word": "x"})
    assert response.status_code == 403
    assert "This page is too old" in response.content.decode()


def test_who_lost_every_cookie_goes_to_the_login_and_who_lost_the_token_alone_reloads(
    malik: Actor, signed_in: Callable[[Actor], Client]
) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/post", headers=AS_FRAGMENT).headers["HX-Redirect"].startswith("/login?next=")
    known = signed_in(malik)
    known.handler.enforce_csrf_checks = True
    response = known.post("/post", headers=AS_FRAGMENT)
    assert response.status_code == 403
    assert "too old" in response.content.decode()


def test_a_form_too_large_to_read_is_refused_with_413(browser: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = browser.post("/post", {"word": "x" * 1000})
    assert response.status_code == 413
    assert "This is too large" in response.content.decode()


@pytest.mark.parametrize("address", ["/post?words=a%00b", "/said/a%00b"])
def test_an_address_with_a_nul_is_refused_before_a_view_reads_it(browser: Client, address: str) -> None:
    response = browser.get(address)
    assert response.status_code == 400
    assert "This address or form makes no sense here" in response.content.decode()
    assert browser.get(address.replace("%00", "%01")).status_code == 200


def test_every_page_carries_a_policy_without_inline_script_or_style(browser: Client) -> None:
    policy = browser.get("/nowhere").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
