# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.errors import NotAllowed, NotFound, OverQuota
from mazot.products.mail.actions.delivering import Filing, deliver_message
from mazot.products.mail.models import Mailbox, Message, Placement, Store
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.products.mail.queries.messages import content_of, rows_for
from mazot.products.mail.queries.placements import view_of
from mazot.products.mail.rules.flags import FLAGGED, SEEN
from mazot.products.mail.tests.letters import a_letter
from mazot.tenancy.actor import Actor
from tests.cast import Cast


def test_a_letter_is_in_the_inbox_with_what_was_read_from_it(cast: Cast, store: Store, post: Actor) -> None:
    letter = a_letter("Tuesday", size=300, sender="Ann <ann@example.org>", envelope=b'("Tue")')
    delivered = deliver_message(post, store, arrival=letter)

    inbox = mailbox_named(cast.malik, store, "inbox")
    assert delivered.placements == ((inbox.id, 1),)
    columns = ("envelope", "size", "received_at", "digest", "message_id", "subject")
    (row,) = rows_for(cast.malik, inbox, [1], columns)
    assert row == (1, b'("Tue")', 300, letter.received_at, letter.blob.digest, delivered.message_id, "Tuesday")
    assert bytes(content_of(letter.blob.digest)).startswith(b"Subject: Tuesday")
    view = view_of(cast.malik, inbox)
    assert (list(view.uids), list(view.flags), list(view.modseqs)) == ([1], [0], [delivered.modseq])
    assert (view.uidnext, view.highest_modseq, view.keywords) == (2, delivered.modseq, {})
    assert (inbox.n_total, inbox.n_unseen, inbox.n_bytes) == (1, 1, 300)
    store.refresh_from_db()
    assert (store.used, store.n_messages, store.modseq) == (300, 1, delivered.modseq)


def test_a_letter_filed_twice_is_charged_once_and_shown_in_both(cast: Cast, store: Store, post: Actor) -> None:
    filings = [
        Filing(role="archive", flags=SEEN),
        Filing("Choir/Altos", create=True, keywords=frozenset({"$work", "a b"})),
        Filing("Choir/Altos", flags=FLAGGED),
    ]
    delivered = deliver_message(post, store, arrival=a_letter(size=500), into=filings)

    shown = {row.mailbox.name: (row.flags, row.keywords) for row in Placement.objects.select_related("mailbox")}
    assert shown == {"Archive": (SEEN, ""), "Choir/Altos": (FLAGGED, "$work")}
    assert len(delivered.placements) == 2
    assert Mailbox.objects.filter(store=store, name="Choir").exists()
    assert Message.objects.count() == 1
    store.refresh_from_db()
    assert store.used == 500


@pytest.mark.parametrize(
    "filing", [Filing("Nowhere"), Filing("a//b", create=True), Filing(role="sent", name="x\0y"), Filing("\ud800")]
)
def test_a_letter_filed_under_a_folder_that_cannot_be_is_in_the_inbox(
    store: Store, post: Actor, filing: Filing
) -> None:
    Mailbox.objects.filter(store=store, role="sent").delete()
    (placed,) = deliver_message(post, store, arrival=a_letter(), into=[filing]).placements
    assert Mailbox.objects.get(id=placed[0]).name == "INBOX"


def test_what_does_not_fit_leaves_no_trace(store: Store, post: Actor) -> None:
    Store.objects.filter(id=store.id).update(allowed=500)
    deliver_message(post, store, arrival=a_letter("One", size=300))
    with pytest.raises(OverQuota):
        deliver_message(post, store, arrival=a_letter("Two", size=201), into=[Filing("New", create=True)])
    store.refresh_from_db()
    assert (store.used, store.n_messages) == (300, 1)
    assert Placement.objects.count() == 1
    assert not Mailbox.objects.filter(name="New").exists()
    deliver_message(post, store, arrival=a_letter("Three", size=200))


def test_texts_no_database_takes_are_kept_without_what_it_refuses(store: Store, post: Actor) -> None:
    deliver_message(
        post, store, arrival=a_letter(subject="ok", preview="a\0b\ud800c" + "x" * 400, message_id="m" * 999)
    )
    kept = Message.objects.get()
    assert (kept.preview[:4], len(kept.preview), len(kept.message_id)) == ("ab?c", 256, 255)


def test_to_otto_the_store_is_nowhere_and_gaia_only_looks(cast: Cast, store: Store) -> None:
    with pytest.raises(NotFound):
        deliver_message(cast.otto, store, arrival=a_letter())
    with pytest.raises(NotAllowed):
        deliver_message(cast.gaia, store, arrival=a_letter())
    with pytest.raises(NotFound):
        mailbox_named(cast.otto, store, "INBOX")
    with pytest.raises(NotFound):
        view_of(cast.adam, store.mailboxes.get(role="inbox"))
    assert not Message.objects.exists()
