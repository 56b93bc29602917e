# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.foundation.errors import Invalid, NotAllowed, NotFound
from mazot.products.mail.actions.appending import Addition, append_message, append_messages
from mazot.products.mail.actions.flags import store_flags
from mazot.products.mail.models import Mailbox
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.rules.flags import ANSWERED, DELETED, FLAGGED, SEEN
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast


@pytest.fixture
def five(cast: Cast, inbox: Mailbox) -> Mailbox:
    """The inbox with five letters, the second of which is read."""
    for number in range(5):
        append_message(cast.malik, inbox, arrival=a_letter(str(number)), flags=SEEN if number == 1 else 0)
    inbox.refresh_from_db()
    return inbox


def test_flags_are_set_added_and_removed(cast: Cast, five: Mailbox) -> None:
    store_flags(cast.malik, five, uids=[1, 2, 3], mode="add", flags=SEEN | FLAGGED)
    store_flags(cast.malik, five, uids=[1], mode="remove", flags=FLAGGED)
    store_flags(cast.malik, five, uids=[3], mode="set", flags=DELETED)
    assert list(view_of(cast.malik, five).flags) == [SEEN, SEEN | FLAGGED, DELETED, 0, 0]
    five.refresh_from_db()
    assert (five.n_unseen, five.n_deleted, five.n_total) == (3, 1, 5)


def test_only_what_changed_has_a_new_modseq_and_all_rows_are_told(cast: Cast, five: Mailbox) -> None:
    before = view_of(cast.malik, five)
    stored = store_flags(cast.malik, five, uids=[2, 4, 99], mode="add", flags=SEEN)
    assert stored.modseq == before.highest_modseq + 1
    assert stored.rows == [(2, SEEN, "", before.modseqs[1]), (4, SEEN, "", stored.modseq)]
    changes = changed_since(cast.malik, five, before.highest_modseq)
    assert (changes.rows, changes.vanished) == ([(4, SEEN, "", stored.modseq)], [])
    again = store_flags(cast.malik, five, uids=[2, 4], mode="add", flags=SEEN)
    assert again.modseq == view_of(cast.malik, five).highest_modseq == stored.modseq


def test_what_changed_since_is_refused_and_the_rest_is_done(cast: Cast, five: Mailbox) -> None:
    known = view_of(cast.malik, five).highest_modseq
    store_flags(cast.malik, five, uids=[3], mode="add", flags=ANSWERED)
    stored = store_flags(cast.malik, five, uids=[1, 3, 5], mode="set", flags=FLAGGED, unchanged_since=known)
    assert stored.refused == [3]
    assert [row[0] for row in stored.rows] == [1, 5]
    assert list(view_of(cast.malik, five).flags) == [FLAGGED, SEEN, ANSWERED, 0, FLAGGED]
    # RFC 7162 section 3.1.3: zero refuses whatever is there
    assert store_flags(cast.malik, five, uids=[1, 2], mode="add", flags=SEEN, unchanged_since=0).refused == [1, 2]


def test_labels_keep_their_first_spelling_and_know_no_case(cast: Cast, five: Mailbox) -> None:
    def store(mode: str, *words: str) -> str:
        return store_flags(cast.malik, five, uids=[1], mode=mode, keywords=set(words)).rows[0][2]

    assert store("add", "Work", "later") == "Work later"
    assert store("add", "WORK") == "Work later"
    assert store("remove", "work", "none") == "later"
    assert store("set", "LATER", "$new") == "$new later"
    assert store("set") == ""


def test_too_many_labels_are_refused_and_may_be_taken_away(cast: Cast, five: Mailbox) -> None:
    store_flags(cast.malik, five, uids=[1], mode="set", keywords={f"k{n}" for n in range(64)})
    with pytest.raises(Invalid, match="at most 64"):
        store_flags(cast.malik, five, uids=[2, 1], mode="add", keywords={"one-more"})
    with pytest.raises(Invalid, match="at most 64"):
        store_flags(cast.malik, five, uids=[2], mode="set", keywords={f"{n:02}" + "x" * 60 for n in range(20)})
    with pytest.raises(Invalid, match="without blanks"):
        store_flags(cast.malik, five, uids=[2], mode="add", keywords={"a b"})
    assert list(view_of(cast.malik, five).keywords) == [1]
    assert store_flags(cast.malik, five, uids=[1], mode="remove", keywords={"k1"}).rows[0][2].count(" ") == 62


def test_a_thousand_at_once(cast: Cast, inbox: Mailbox) -> None:
    append_messages(cast.malik, inbox, additions=[Addition(a_letter("same"), n % 2) for n in range(1100)])
    store_flags(cast.malik, inbox, uids=range(1, 1101, 2), mode="add", flags=FLAGGED)
    assert list(view_of(cast.malik, inbox).flags) == [FLAGGED, SEEN] * 550


def test_to_otto_the_mailbox_is_nowhere_and_gaia_only_looks(cast: Cast, five: Mailbox) -> None:
    with pytest.raises(NotFound):
        store_flags(cast.otto, five, uids=[1], mode="add", flags=SEEN)
    with pytest.raises(NotFound):
        changed_since(cast.otto, five, 0)
    with pytest.raises(NotAllowed):
        store_flags(cast.gaia, five, uids=[1], mode="add", flags=SEEN)
    assert view_of(cast.gaia, five).flags[0] == 0
