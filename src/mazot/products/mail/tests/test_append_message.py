# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.errors import Invalid, NotAllowed, NotFound, OverQuota
from mazot.products.mail.actions.appending import Addition, append_message, append_messages
from mazot.products.mail.models import Mailbox, Message, Placement, Store
from mazot.products.mail.queries.placements import view_of
from mazot.products.mail.rules.flags import DELETED, SEEN
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast


def test_a_message_is_added_with_its_flags_and_labels(cast: Cast, inbox: Mailbox) -> None:
    told = append_message(
        cast.malik, inbox, arrival=a_letter(size=250), flags=SEEN | DELETED | 1 << 20, keywords=frozenset({"b", "A"})
    )
    assert told == (inbox.uidvalidity, 1)
    view = view_of(cast.malik, inbox)
    assert (list(view.flags), view.keywords) == ([SEEN | DELETED], {1: "A b"})
    inbox.refresh_from_db()
    assert (inbox.n_total, inbox.n_unseen, inbox.n_deleted, inbox.n_bytes, inbox.uidnext) == (1, 0, 1, 250, 2)


def test_several_are_added_all_or_none(cast: Cast, inbox: Mailbox, store: Store) -> None:
    uids = append_messages(cast.malik, inbox, additions=[Addition(a_letter("a")), Addition(a_letter("b"), SEEN)])[1]
    assert uids == [1, 2]
    Store.objects.filter(id=store.id).update(allowed=600)
    with pytest.raises(OverQuota):
        append_messages(cast.malik, inbox, additions=[Addition(a_letter("c")), Addition(a_letter("d"))])
    assert Message.objects.count() == Placement.objects.count() == 2


@pytest.mark.parametrize("keyword", ["", "a b", "x" * 65, "(", "é", "a\r\nb"])
def test_a_label_that_cannot_be_kept_is_refused(cast: Cast, inbox: Mailbox, keyword: str) -> None:
    with pytest.raises(Invalid):
        append_message(cast.malik, inbox, arrival=a_letter(), keywords=frozenset({keyword}))
    assert not Message.objects.exists()


def test_more_labels_than_a_message_holds_are_refused(cast: Cast, inbox: Mailbox) -> None:
    with pytest.raises(Invalid, match="at most 64"):
        append_message(cast.malik, inbox, arrival=a_letter(), keywords=frozenset(f"k{n}" for n in range(65)))


def test_nothing_is_added_to_a_mailbox_that_is_gone(cast: Cast, inbox: Mailbox) -> None:
    Mailbox.objects.filter(id=inbox.id).delete()
    with pytest.raises(NotFound):
        append_message(cast.malik, inbox, arrival=a_letter())


def test_to_otto_the_mailbox_is_nowhere_and_gaia_only_looks(cast: Cast, inbox: Mailbox) -> None:
    for deed in (
        lambda actor: append_message(actor, inbox, arrival=a_letter()),
        lambda actor: append_messages(actor, inbox, additions=[Addition(a_letter())]),
    ):
        with pytest.raises(NotFound):
            deed(cast.otto)
        with pytest.raises(NotAllowed):
            deed(cast.gaia)
    assert not Message.objects.exists()
