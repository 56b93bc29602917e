# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deleted mail on its page: found by folder, words and day, and brought back by those who may."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mazot.foundation import clock
from mazot.foundation.errors import NotAllowed, NotFound
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.expunging import expunge_messages
from mazot.products.mail.jobs import restore_day
from mazot.products.mail.models import Address, Mailbox, Message, Placement, Sharing, Store
from mazot.products.mail.queries.gone import gone_page
from mazot.products.mail.rules.flags import DELETED
from mazot.products.mail.rules.rights import AddressRight
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast

SignedIn = Callable[..., Client]


def let_go(cast: Cast, mailbox: Mailbox, *subjects: str, days: int = 0) -> list[int]:
    """Letters that came and were deleted so many days ago."""
    before = set(Message.objects.values_list("id", flat=True))
    for subject in subjects:
        append_message(cast.malik, mailbox, arrival=a_letter(subject), flags=DELETED)
    expunge_messages(cast.malik, mailbox)
    made = Message.objects.exclude(id__in=before).order_by("id")
    made.update(gone_at=clock.now() - timedelta(days=days))
    return list(made.values_list("id", flat=True))


def test_what_was_deleted_is_found_and_the_chosen_comes_back(
    cast: Cast, inbox: Mailbox, address: Address, signed_in: SignedIn
) -> None:
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/deleted"
    assert "Nothing to bring back" in browser.get(page).content.decode()
    first, _second = let_go(cast, inbox, "Rehearsal plan", "Lunch")
    sent = Mailbox.objects.get(role="sent")
    let_go(cast, sent, "Programme", days=3)
    seen = browser.get(page).content.decode()
    assert "Deleted today" in seen
    assert seen.index("Rehearsal plan") < seen.index("Programme")
    narrowed = browser.get(page, {"mailbox": "Sent"}).content.decode()
    assert ("Programme" in narrowed, "Lunch" in narrowed) == (True, False)
    assert "Lunch" not in browser.get(page, {"words": "rehearsal"}).content.decode()
    assert "No letter fits" in browser.get(page, {"words": "opera"}).content.decode()
    answer = browser.post(f"{page}/restore", {"letter": [str(first), "x", "9" * 30]})
    assert answer["Location"] == page
    assert list(Placement.objects.values_list("message_id", "mailbox_id")) == [(first, inbox.id)]
    assert browser.post(f"{page}/restore").status_code == 302
    assert Placement.objects.count() == 1


def test_a_day_brings_back_what_went_since_and_nothing_older(
    cast: Cast, inbox: Mailbox, store: Store, address: Address, signed_in: SignedIn
) -> None:
    let_go(cast, inbox, "Old", days=6)
    new = let_go(cast, inbox, "New", "Newer", days=1)
    restore_day(store.id, (clock.now() - timedelta(days=3)).isoformat())
    assert set(Placement.objects.values_list("message_id", flat=True)) == set(new)
    page = f"/mail/addresses/{address.id}/deleted"
    browser = signed_in(cast.malik)
    for wrong in ("", "soon", "9999-12-31", f"{clock.now() - timedelta(days=40):%Y-%m-%d}"):
        browser.post(f"{page}/day", {"day": wrong})
    assert Placement.objects.count() == 2
    assert "comes back" in browser.post(f"{page}/day", {"day": f"{clock.now():%Y-%m-%d}"}, follow=True).content.decode()


def test_what_has_no_room_stays_deleted(cast: Cast, inbox: Mailbox, store: Store) -> None:
    let_go(cast, inbox, "One", "Two")
    Store.objects.update(allowed=10)
    restore_day(store.id, (clock.now() - timedelta(days=1)).isoformat())
    assert not Placement.objects.exists()
    restore_day(store.id + 999, clock.now().isoformat())


def test_pages_of_deleted_mail_follow_one_another(cast: Cast, inbox: Mailbox, store: Store, monkeypatch) -> None:
    monkeypatch.setattr("mazot.products.mail.queries.gone.A_PAGE", 3)
    let_go(cast, inbox, *"abcdefgh")
    seen, before = [], ""
    for _page in range(4):
        page = gone_page(cast.malik, store, before=before)
        seen += [one.subject for one in page.messages]
        before = page.older
        if not before:
            break
    assert seen == list("hgfedcba")
    assert gone_page(cast.malik, store, before="nonsense_1").n_all == 8


def test_only_those_with_the_switch_see_and_restore(
    cast: Cast, inbox: Mailbox, store: Store, address: Address, signed_in: SignedIn
) -> None:
    (gone,) = let_go(cast, inbox, "Secret plan")
    page = f"/mail/addresses/{address.id}/deleted"
    for who in (cast.olive, cast.gaia):
        with pytest.raises(NotAllowed):
            gone_page(who, store)
        browser = signed_in(who)
        assert browser.get(page).status_code == 403
        browser.post(f"{page}/restore", {"letter": str(gone)})
        assert browser.post(f"{page}/day", {"day": f"{clock.now():%Y-%m-%d}"}).status_code == 403
    assert not Placement.objects.exists()
    with pytest.raises(NotFound):
        gone_page(cast.otto, store)
    assert signed_in(cast.otto).get(page).status_code == 404
    # Looking alone brings nothing back, even with the switch.
    Sharing.objects.filter(person=cast.people.gaia).update(rights=AddressRight.LOOK_ONLY | AddressRight.RESTORE)
    signed_in(cast.gaia).post(f"{page}/restore", {"letter": str(gone)})
    assert signed_in(cast.gaia).post(f"{page}/day", {"day": f"{clock.now():%Y-%m-%d}"}).status_code == 403
    assert not Placement.objects.exists()


def test_a_page_of_deleted_mail_asks_no_more_for_many(
    cast: Cast, inbox: Mailbox, address: Address, signed_in: SignedIn
) -> None:
    let_go(cast, inbox, *(f"s{n}" for n in range(30)))
    browser, page = signed_in(cast.malik), f"/mail/addresses/{address.id}/deleted"
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        assert "s29" in browser.get(page).content.decode()
    assert len(queries) <= 12, [query["sql"][:90] for query in queries]
