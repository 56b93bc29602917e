# SPDX-License-Identifier: AGPL-3.0-or-later
"""The delivery log of an address: who sees what of it, hop by hop, page by page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mazot.foundation import clock
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.mail.jobs import forget_what_is_over
from mazot.products.mail.models import Address, Outgoing, Recipient, Sharing, Trace
from mazot.products.mail.queries.log import Asked, log_of
from mazot.products.mail.rules import tracing
from mazot.products.mail.rules.rights import AddressRight
from mazot.products.mail.web.views.log import BADGES, REASONS, SENTENCES
from tests.cast import Cast

SignedIn = Callable[..., Client]


def a_line(address: Address, **told) -> Trace:
    """One line of the log."""
    line = {
        "at": clock.now(),
        "direction": "in",
        "status": tracing.DELIVERED,
        "sender": "friend@elsewhere.example",
        "recipient": str(address),
        "subject": "Rehearsal on Monday",
        "message_id": "a@elsewhere.example",
        "size": 2048,
        "host": "192.0.2.25",
    }
    return Trace.objects.create(organization_id=address.organization_id, address=address, **(line | told))


def a_sent_letter(address: Address, *, state: str = Recipient.State.WAITING, attempts: int = 2) -> Recipient:
    """A letter in the queue that was tried twice."""
    now = clock.now()
    outgoing = Outgoing.objects.create(
        organization_id=address.organization_id,
        address=address,
        digest="0" * 64,
        size=900,
        sender=str(address),
        message_id="out@mimosa.example",
        subject="Programme",
        created_at=now - timedelta(minutes=30),
        expires_at=now + timedelta(days=5),
    )
    return Recipient.objects.create(
        outgoing=outgoing,
        address="hall@far.example",
        domain="far.example",
        state=state,
        attempts=attempts,
        next_at=now + timedelta(minutes=15),
    )


def a_try(address: Address, minutes: int, **told) -> Trace:
    line = {
        "direction": "out",
        "status": tracing.DEFERRED,
        "reason": tracing.REFUSED,
        "sender": str(address),
        "recipient": "hall@far.example",
        "message_id": "out@mimosa.example",
        "subject": "Programme",
        "host": "mx.far.example",
        "code": "450",
        "said": "4.7.1 come again",
        "at": clock.now() - timedelta(minutes=minutes),
    }
    return a_line(address, **(line | told))


def test_a_letter_stands_once_with_each_try_and_what_comes_next(
    cast: Cast, address: Address, signed_in: SignedIn
) -> None:
    a_sent_letter(address)
    a_try(address, 20)
    a_try(address, 10, said="4.7.1 come again later")
    page = log_of(cast.malik, address, Asked())
    assert [len(letter.hops) for letter in page.letters] == [2]
    assert page.letters[0].next_at is not None
    seen = signed_in(cast.malik).get(f"/mail/addresses/{address.id}/log").content.decode()
    assert seen.count("mail-log__letter") == 1
    assert seen.index("450 4.7.1 come again<") < seen.index("450 4.7.1 come again later<")
    for words in ("mx.far.example", "This server took it, to send it.", "It is tried again then", "Programme"):
        assert words in seen


def test_a_letter_nobody_was_tried_for_yet_stands_above(cast: Cast, address: Address) -> None:
    a_sent_letter(address, attempts=0)
    page = log_of(cast.malik, address, Asked())
    assert ([one.address for one in page.waiting], page.letters) == (["hall@far.example"], [])
    assert log_of(cast.malik, address, Asked(words="hall")).waiting == []


def test_what_vouches_for_a_letter_is_shown_word_by_word(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    a_line(address, said="spf=pass dkim=fail dmarc=none")
    seen = signed_in(cast.malik).get(f"/mail/addresses/{address.id}/log").content.decode()
    for words in ("SPF pass", "DKIM fail", "DMARC none"):
        assert words in seen


def test_managers_see_that_a_letter_came_and_not_what_it_is_about(
    cast: Cast, address: Address, signed_in: SignedIn
) -> None:
    a_line(address)
    seen = signed_in(cast.olive).get(f"/mail/addresses/{address.id}/log").content.decode()
    assert "friend@elsewhere.example" in seen
    assert "Rehearsal" not in seen
    assert "You see no subjects" in seen
    # The attack: guess a subject word by word by what is found.
    assert log_of(cast.olive, address, Asked(words="Rehearsal")).letters == []
    assert len(log_of(cast.malik, address, Asked(words="rehearsal")).letters) == 1


def test_the_log_is_for_its_switch_and_to_otto_there_is_none(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    a_line(address)
    with pytest.raises(NotAllowed):
        log_of(cast.gaia, address, Asked())
    page = f"/mail/addresses/{address.id}/log"
    assert signed_in(cast.gaia).get(page).status_code == 403
    assert page not in signed_in(cast.gaia).get(f"/mail/addresses/{address.id}/").content.decode()
    Sharing.objects.filter(person=cast.people.gaia).update(rights=AddressRight.LOOK_ONLY | AddressRight.LOG)
    assert "Rehearsal" in signed_in(cast.gaia).get(page).content.decode()
    with pytest.raises(NotFound):
        log_of(cast.otto, address, Asked())
    assert signed_in(cast.otto).get(page).status_code == 404


def test_a_redirect_only_address_has_no_log(cast: Cast, address: Address, signed_in: SignedIn) -> None:
    Address.objects.update(kind="redirect")
    assert signed_in(cast.olive).get(f"/mail/addresses/{address.id}/log").status_code == 404


def test_direction_period_and_words_narrow_it(cast: Cast, address: Address) -> None:
    today = clock.now()
    a_line(address, at=today - timedelta(days=9), message_id="old@x")
    a_line(address, message_id="new@x")
    a_try(address, 5)

    def found(**said: str) -> list[str]:
        return [one.newest.message_id for one in log_of(cast.malik, address, Asked.of(said)).letters]

    assert found() == ["new@x", "out@mimosa.example", "old@x"]
    assert found(direction="out") == ["out@mimosa.example"]
    assert found(direction="in", since=f"{today - timedelta(days=2):%Y-%m-%d}") == ["new@x"]
    assert found(until=f"{today - timedelta(days=5):%Y-%m-%d}") == ["old@x"]
    assert found(words="FAR.example") == ["out@mimosa.example"]
    assert found(direction="sideways", since="yesterday", until="9999-12-31", before="never_1") == found()
    assert found(words="100%") == []


def test_pages_follow_one_another_without_a_gap_or_a_twin(cast: Cast, address: Address) -> None:
    now = clock.now()
    for number in range(25):
        a_line(address, at=now - timedelta(seconds=number // 3), message_id=f"{number}@x" if number % 4 else "")
    seen: list[int] = []
    asked = Asked()
    for _page in range(9):
        page = log_of(cast.malik, address, asked, limit=4)
        seen += [one.newest.id for one in page.letters]
        if not page.older:
            break
        asked = Asked.of({"before": page.older})
    assert len(seen) == len(set(seen)) == 25


@pytest.mark.parametrize("n_letters", [1, 40])
def test_a_page_asks_no_more_for_many_letters(
    cast: Cast, address: Address, signed_in: SignedIn, n_letters: int
) -> None:
    a_sent_letter(address)
    for number in range(n_letters):
        a_line(address, message_id=f"{number}@x")
        a_try(address, number)
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/log"
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(page).status_code == 200
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]


def test_everything_the_log_can_say_has_a_sentence() -> None:
    assert set(BADGES) == set(tracing.STATUSES)
    assert set(REASONS) == set(tracing.REASONS)
    assert {status for _direction, status in SENTENCES} == set(tracing.STATUSES)


def test_lines_are_forgotten_after_thirty_days(cast: Cast, address: Address) -> None:
    a_line(address, at=clock.now() - timedelta(days=31), message_id="old@x")
    a_line(address, at=clock.now() - timedelta(days=29), message_id="new@x")
    assert forget_what_is_over() == 1
    assert [one.message_id for one in Trace.objects.all()] == ["new@x"]
