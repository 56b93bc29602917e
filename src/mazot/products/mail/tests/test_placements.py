# SPDX-License-Identifier: AGPL-3.0-or-later
"""How mailboxes are read: view_of, changed_since, rows_for, content_of, and the tables beneath them."""

from datetime import UTC

import pytest
from django.db import connection

from mazot.foundation.blobs import blobs
from mazot.foundation.errors import Busy, NotFound
from mazot.products.mail.actions.appending import Addition, append_message, append_messages
from mazot.products.mail.models import Mailbox, Placement
from mazot.products.mail.queries import messages, placements
from mazot.products.mail.queries.messages import COLUMNS, content_of, rows_for
from mazot.products.mail.queries.placements import changed_since, view_of
from mazot.products.mail.tests.letters import a_letter
from tests.cast import Cast


def plan_of(sql: str, *values: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        return " ".join(str(line[-1]) for line in cursor.fetchall())


def test_an_empty_mailbox_is_a_view_too(cast: Cast, inbox: Mailbox) -> None:
    view = view_of(cast.malik, inbox)
    assert (list(view.uids), list(view.flags), list(view.modseqs), view.uidnext) == ([], [], [], 1)
    changes = changed_since(cast.malik, inbox, 0)
    assert (changes.rows, changes.vanished, changes.uidnext) == ([], [], 1)


def test_the_largest_numbers_of_imap_fit(cast: Cast, inbox: Mailbox) -> None:
    append_message(cast.malik, inbox, arrival=a_letter(), flags=1023)
    Placement.objects.update(uid=2**32 - 2, modseq=2**62)
    Mailbox.objects.filter(id=inbox.id).update(uidnext=2**32 - 1, highest_modseq=2**62)
    view = view_of(cast.malik, inbox)
    assert (view.uids[0], view.flags[0], view.modseqs[0]) == (2**32 - 2, 1023, 2**62)


def test_every_column_can_be_asked_for(cast: Cast, inbox: Mailbox) -> None:
    append_message(cast.malik, inbox, arrival=a_letter(parts=b"\0\xff"))
    (row,) = rows_for(cast.malik, inbox, [1], list(COLUMNS))
    told = dict(zip(["uid", *COLUMNS], row, strict=True))
    assert (told["uid"], told["size"], bytes(told["parts"])) == (1, 200, b"\0\xff")
    for moment in ("saved_at", "received_at", "sent_at"):
        assert told[moment].utcoffset() == UTC.utcoffset(None)
    with pytest.raises(ValueError, match="secret"):
        rows_for(cast.malik, inbox, [1], ["secret"])


def test_rows_come_by_uid_in_pieces_and_without_those_that_are_gone(
    cast: Cast, inbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "PIECE", 3)
    append_messages(cast.malik, inbox, additions=[Addition(a_letter("same")) for _ in range(10)])
    Placement.objects.filter(uid__in=[2, 9]).delete()
    assert [row[0] for row in rows_for(cast.malik, inbox, range(1, 11), ["size"])] == [1, 3, 4, 5, 6, 7, 8, 10]
    assert list(rows_for(cast.malik, inbox, [1, 2, 5, 8, 9, 77], ["flags"])) == [(1, 0), (5, 0), (8, 0)]
    assert list(rows_for(cast.malik, inbox, [], ["size"])) == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="how SQLite lays and reads tables")
def test_placements_lie_by_their_key_and_are_read_in_its_order(inbox: Mailbox) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name IN ('mail_placement', 'mail_expunged')")
        assert [sql.endswith("WITHOUT ROWID") for (sql,) in cursor.fetchall()] == [True, True]
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'mail_placement'")
        assert {"placements_by_change"} < {name for (name,) in cursor.fetchall()}
    plan = plan_of(placements.VIEW, inbox.id)
    assert "PRIMARY KEY" in plan
    assert "TEMP B-TREE" not in plan
    assert "placements_by_change" in plan_of(placements.CHANGED, inbox.id, 5)


def test_a_small_content_and_a_large_one_are_read_alike(cast: Cast, inbox: Mailbox) -> None:
    small, large = blobs().put(b"a" * 10), blobs().put(b"b" * 300_000)
    assert bytes(content_of(small.digest)) == b"a" * 10
    assert bytes(content_of(large.digest)[299_990:]) == b"b" * 10
    with pytest.raises(Busy):
        content_of("0" * 64)


def test_to_otto_nothing_can_be_read(cast: Cast, inbox: Mailbox) -> None:
    for read in (
        lambda actor: rows_for(actor, inbox, [1], ["size"]),
        lambda actor: view_of(actor, inbox),
        lambda actor: changed_since(actor, inbox, 0),
    ):
        for actor in (cast.otto, cast.adam, cast.basil):
            with pytest.raises(NotFound):
                read(actor)
        read(cast.gaia)
