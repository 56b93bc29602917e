# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page on which managers say how a service guards its people."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from mazot.products.mail.models import Address, Service, Taught
from mazot.products.mail.tests.web.test_log import a_line
from tests.cast import Cast

SignedIn = Callable[..., Client]


@pytest.fixture
def page(address: Address) -> str:
    return reverse("mail:protection", args=[address.service_id])


def test_a_manager_sets_it_and_finds_it_so(signed_in: SignedIn, cast: Cast, address: Address, page: str) -> None:
    client = signed_in(cast.olive)
    shown = client.get(page).content.decode()
    assert "Put spam aside" in shown
    assert "With 20 more of each kind" in shown
    client.post(page, {"spam_from": "35", "refuses_forged": "on", "greylists": "on"})
    service = Service.objects.get(id=address.service_id)
    assert (service.filters_spam, service.spam_from, service.refuses_forged, service.greylists) == (
        False,
        35,
        True,
        True,
    )
    shown = client.get(page).content.decode()
    assert 'name="refuses_forged" checked' in shown
    assert "The protection is saved." in shown


def test_what_was_learned_is_told(signed_in: SignedIn, cast: Cast, page: str) -> None:
    Taught.objects.create(organization=cast.mimosa, n_spam=31, n_honest=77)
    shown = signed_in(cast.olive).get(page).content.decode()
    assert "<dd>31</dd>" in shown
    assert "It judges each letter" in shown


def test_a_program_that_is_not_there_is_said_not_to_answer(
    signed_in: SignedIn, cast: Cast, address: Address, settings
) -> None:
    from dataclasses import replace

    settings.MAZOT = replace(settings.MAZOT, clamd="/nowhere/clamd.socket")
    client = signed_in(cast.olive)
    address_of = reverse("mail:protection-program", args=[address.service_id, "clamd"])
    assert "ClamAV does not answer at the moment." in client.get(address_of, follow=True).content.decode()


def test_otto_and_those_who_do_not_manage_find_nothing(signed_in: SignedIn, cast: Cast, page: str) -> None:
    assert signed_in(cast.otto).get(page).status_code == 404
    assert signed_in(cast.malik).get(page).status_code in (403, 404)


def test_the_log_tells_how_a_letter_was_weighed(signed_in: SignedIn, cast: Cast, address: Address) -> None:
    a_line(address, said="spf=fail dkim=none dmarc=none spam=6.1/5.0 spf_fail:2.5 learned:3.6", reason="spam")
    shown = signed_in(cast.olive).get(reverse("mail:log", args=[address.id])).content.decode()
    assert "6.1 points; from 5.0 on it is spam" in shown
    assert shown.index("It resembles letters that people have marked.") < shown.index("may not send for that domain")
