# SPDX-License-Identifier: AGPL-3.0-or-later
"""make_mailbox, rename_mailbox, remove_mailbox, subscribe_mailbox, unsubscribe_mailbox, give_role."""

import pytest

from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.actions.copying import copy_messages
from mazot.products.mail.actions.mailboxes import (
    give_role,
    make_mailbox,
    remove_mailbox,
    rename_mailbox,
    subscribe_mailbox,
    unsubscribe_mailbox,
)
from mazot.products.mail.models import Mailbox, Placement, Sharing, Store
from mazot.products.mail.queries.checking import faults_of
from mazot.products.mail.queries.mailboxes import mailbox_named, mailbox_with_role, mailboxes_for, stores_for
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.rules import names
from mazot.products.mail.rules.rights import AddressRight
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast


def names_in(cast: Cast, store: Store) -> list[str]:
    return [mailbox.name for mailbox in mailboxes_for(cast.malik, store)]


def test_a_mailbox_is_made_with_those_above_it(cast: Cast, store: Store) -> None:
    made = make_mailbox(cast.malik, store, name="Clients/Été/2026", role="")
    assert made.name == "Clients/Été/2026"
    assert names_in(cast, store) == [
        "INBOX",
        "Archive",
        "Clients",
        "Clients/Été",
        "Clients/Été/2026",
        "Drafts",
        "Sent",
        "Spam",
        "Trash",
    ]
    with pytest.raises(Conflict):
        make_mailbox(cast.malik, store, name="Clients/E\u0301te\u0301")
    assert mailbox_named(cast.malik, store, "Clients/E\u0301te\u0301").name == "Clients/Été"


def test_the_inbox_has_one_name_however_it_is_written(cast: Cast, store: Store) -> None:
    with pytest.raises(Conflict):
        make_mailbox(cast.malik, store, name="iNBox")
    assert make_mailbox(cast.malik, store, name="inbox/Old").name == "INBOX/Old"
    assert make_mailbox(cast.malik, store, name="Old/inbox").name == "Old/inbox"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "name_empty"),
        ("/a", "name_empty_level"),
        ("a/", "name_empty_level"),
        ("a//b", "name_empty_level"),
        ("a/ /b", "name_empty_level"),
        ("a\0b", "name_hidden"),
        ("a\r\nb", "name_hidden"),
        ("a\x7fb", "name_hidden"),
        ("a\u202egnp", "name_hidden"),
        ("a\ud800", "name_hidden"),
        ("x" * 201, "name_level_too_long"),
        ("/".join("a" * 21), "name_too_deep"),
        ("/".join(["x" * 100] * 10), "name_too_long"),
    ],
)
def test_a_name_nobody_could_use_is_refused(cast: Cast, store: Store, name: str, reason: str) -> None:
    inbox = store.mailboxes.get(role="inbox")
    for deed in (
        lambda: make_mailbox(cast.malik, store, name=name),
        lambda: rename_mailbox(cast.malik, store.mailboxes.get(role="sent"), name=name),
        lambda: rename_mailbox(cast.malik, inbox, name=name),
    ):
        with pytest.raises(Invalid) as refusal:
            deed()
        assert refusal.value.reason == reason
    with pytest.raises(NotFound):
        mailbox_named(cast.malik, store, name)
    assert store.mailboxes.count() == 6


def test_the_number_of_mailboxes_has_a_limit(cast: Cast, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mazot.products.mail.actions.folders.MAX_MAILBOXES", 8)
    with pytest.raises(Refused, match="at most 8"):
        make_mailbox(cast.malik, store, name="a/b/c")
    make_mailbox(cast.malik, store, name="a/b")
    assert store.mailboxes.count() == 8
    assert names.MAX_MAILBOXES == 2000


def test_a_rename_takes_along_what_is_below_and_makes_what_is_above(cast: Cast, store: Store) -> None:
    inner = make_mailbox(cast.malik, store, name="a/b/c")
    make_mailbox(cast.malik, store, name="a/bc")
    append_message(cast.malik, inner, arrival=a_letter())
    renamed = rename_mailbox(cast.malik, mailbox_named(cast.malik, store, "a/b"), name="x/y")
    assert renamed.name == "x/y"
    assert [name for name in names_in(cast, store) if name[0] in "ax"] == ["a", "a/bc", "x", "x/y", "x/y/c"]
    assert list(view_of(cast.malik, mailbox_named(cast.malik, store, "x/y/c")).uids) == [1]
    assert view_of(cast.malik, mailbox_named(cast.malik, store, "x/y/c")).uidvalidity == inner.uidvalidity


def test_a_rename_into_the_name_it_leaves_below(cast: Cast, store: Store) -> None:
    make_mailbox(cast.malik, store, name="a/b/b/b")
    remove_mailbox(cast.malik, mailbox_named(cast.malik, store, "a"))
    rename_mailbox(cast.malik, mailbox_named(cast.malik, store, "a/b"), name="a")
    assert [name for name in names_in(cast, store) if name[0] == "a"] == ["a", "a/b", "a/b/b"]


def test_a_rename_that_cannot_be_changes_nothing(cast: Cast, store: Store) -> None:
    deep = make_mailbox(cast.malik, store, name="a/b")
    first = mailbox_named(cast.malik, store, "a")
    make_mailbox(cast.malik, store, name="x/b")
    with pytest.raises(Refused, match="inside itself"):
        rename_mailbox(cast.malik, first, name="a/b/c")
    with pytest.raises(Conflict):
        rename_mailbox(cast.malik, first, name="x")
    remove_mailbox(cast.malik, mailbox_named(cast.malik, store, "x"))
    with pytest.raises(Conflict, match="x/b"):
        rename_mailbox(cast.malik, first, name="x")
    with pytest.raises(Invalid):
        rename_mailbox(cast.malik, first, name="/".join("n" * 20))
    assert rename_mailbox(cast.malik, deep, name="a/b").name == "a/b"
    assert [name for name in names_in(cast, store) if name[0] in "ax"] == ["a", "a/b", "x/b"]


def test_the_inbox_gives_its_messages_away_and_stays(cast: Cast, store: Store, inbox: Mailbox) -> None:
    make_mailbox(cast.malik, store, name="INBOX/Below")
    for number in range(3):
        append_message(cast.malik, inbox, arrival=a_letter(str(number)), flags=number)
    known = view_of(cast.malik, inbox).highest_modseq
    new = rename_mailbox(cast.malik, inbox, name="Old/Mail")
    assert list(view_of(cast.malik, new).flags) == [0, 1, 2]
    assert changed_since(cast.malik, inbox, known).vanished == [1, 2, 3]
    inbox.refresh_from_db()
    assert (inbox.name, inbox.role, inbox.uidnext, inbox.n_total) == ("INBOX", "inbox", 4, 0)
    assert "INBOX/Below" in names_in(cast, store)
    assert list(faults_of(store)) == []
    with pytest.raises(Conflict):
        rename_mailbox(cast.malik, inbox, name="Old")


def test_a_removed_mailbox_leaves_those_below_it_and_its_name(cast: Cast, store: Store, inbox: Mailbox) -> None:
    make_mailbox(cast.malik, store, name="a/b")
    first = mailbox_named(cast.malik, store, "a")
    append_message(cast.malik, first, arrival=a_letter("kept", size=300))
    append_message(cast.malik, first, arrival=a_letter("lost", size=200))
    copy_messages(cast.malik, first, uids=[1], to=inbox)
    remove_mailbox(cast.malik, first)
    with pytest.raises(NotFound):
        view_of(cast.malik, first)
    assert [name for name in names_in(cast, store) if name[0] == "a"] == ["a/b"]
    store.refresh_from_db()
    assert (store.used, store.gone, store.n_messages) == (300, 200, 1)
    again = make_mailbox(cast.malik, store, name="a")
    assert again.uidvalidity > first.uidvalidity
    assert list(faults_of(store)) == []
    with pytest.raises(NotFound):
        remove_mailbox(cast.malik, first)


def test_the_inbox_stays(cast: Cast, inbox: Mailbox) -> None:
    with pytest.raises(Refused):
        remove_mailbox(cast.malik, inbox)
    with pytest.raises(Conflict):
        give_role(cast.malik, inbox, role="trash")


def test_what_folders_are_for_is_said_by_those_who_may(cast: Cast, store: Store) -> None:
    """Somebody may sort mail into folders and not choose where everybody's programs put their drafts."""
    sharing = Sharing.objects.filter(person=cast.people.gaia)
    sharing.update(rights=0)
    bin_ = make_mailbox(cast.gaia, store, name="Bin")
    with pytest.raises(NotAllowed):
        give_role(cast.gaia, bin_, role="trash")
    with pytest.raises(NotAllowed):
        make_mailbox(cast.gaia, store, name="Waste", role="trash")
    assert not Mailbox.objects.filter(name="Waste").exists()
    sharing.update(rights=AddressRight.FOLDERS)
    give_role(cast.gaia, bin_, role="trash")
    assert mailbox_with_role(cast.gaia, store, "trash") == bin_
    sharing.update(rights=AddressRight.FOLDERS | AddressRight.LOOK_ONLY)
    with pytest.raises(NotAllowed):
        give_role(cast.gaia, bin_, role="")


def test_a_role_is_played_by_one(cast: Cast, store: Store) -> None:
    bin_ = make_mailbox(cast.malik, store, name="Bin")
    give_role(cast.malik, bin_, role="trash")
    assert mailbox_with_role(cast.malik, store, "trash") == bin_
    assert mailbox_named(cast.malik, store, "Trash").role == ""
    give_role(cast.malik, bin_, role="")
    assert mailbox_with_role(cast.malik, store, "trash") is None
    assert make_mailbox(cast.malik, store, name="Waste", role="trash").role == "trash"
    with pytest.raises(Conflict):
        make_mailbox(cast.malik, store, name="Waste 2", role="trash")
    with pytest.raises(Invalid):
        give_role(cast.malik, bin_, role="king")
    with pytest.raises(Conflict):
        give_role(cast.malik, bin_, role="inbox")


def test_a_subscription_ends_and_begins(cast: Cast, store: Store) -> None:
    sent = store.mailboxes.get(role="sent")
    unsubscribe_mailbox(cast.malik, sent)
    assert not mailbox_named(cast.malik, store, "Sent").is_subscribed
    subscribe_mailbox(cast.malik, sent)
    assert mailbox_named(cast.malik, store, "Sent").is_subscribed


def test_to_otto_no_mailbox_is_there_and_gaia_only_looks(cast: Cast, store: Store) -> None:
    sent = store.mailboxes.get(role="sent")
    deeds = (
        lambda actor: make_mailbox(actor, store, name="x"),
        lambda actor: rename_mailbox(actor, sent, name="x"),
        lambda actor: remove_mailbox(actor, sent),
        lambda actor: subscribe_mailbox(actor, sent),
        lambda actor: unsubscribe_mailbox(actor, sent),
        lambda actor: give_role(actor, sent, role=""),
    )
    for deed in deeds:
        with pytest.raises(NotFound):
            deed(cast.otto)
        with pytest.raises(NotAllowed):
            deed(cast.gaia)
    for query in (mailboxes_for, lambda actor, at: mailbox_with_role(actor, at, "sent")):
        for actor in (cast.otto, cast.adam):
            with pytest.raises(NotFound):
                query(actor, store)
    assert stores_for(cast.otto) == stores_for(cast.olive) == []
    assert stores_for(cast.malik) == stores_for(cast.gaia) == [store]
    assert not Placement.objects.exists()
    assert store.mailboxes.count() == 6
