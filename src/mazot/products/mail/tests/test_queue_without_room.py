# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters on their way while the database takes nothing: they arrive once it does, and none is sent twice."""

import pytest
from django.db import connection

from mazot.foundation import transactions
from mazot.foundation.blobs import blobs
from mazot.products.mail.actions.posting import Parcel, To
from mazot.products.mail.actions.queueing import send_letter, take_errand
from mazot.products.mail.jobs import bring
from mazot.products.mail.models import Address, Message, Recipient
from tests.cast import Cast
from tests.relays import Relay

LETTER = b"From: malik@mimosa.example\r\nSubject: %b\r\n\r\nThe season begins.\r\n" % (b"Programme " * 6)

MANY = 40  # recipients: what is noted of them needs pages that are not there

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can be told where its disk ends")


def end_the_disk(pages: int) -> None:
    """Let SQLite believe that its disk has so many pages; 0: no more than it uses now, and none of those is free."""
    with connection.cursor() as cursor:
        if not pages:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("domain", ["mimosa.example", "away.example"])
def test_a_letter_waits_for_room_and_goes_once(
    cast: Cast, address: Address, relay: Relay, monkeypatch: pytest.MonkeyPatch, domain: str
) -> None:
    parcel = Parcel(blobs().put(LETTER), "malik@mimosa.example", "<1@mimosa.example>", "Programme")
    send_letter(cast.malik, address, parcel=parcel, to=[To(f"malik+{number}@{domain}") for number in range(MANY)])
    errand = take_errand("here")
    assert errand is not None
    rests: list[float] = []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        end_the_disk(1_000_000)

    monkeypatch.setattr(transactions.time, "sleep", rest)
    end_the_disk(0)
    try:
        bring(errand)
    finally:
        end_the_disk(1_000_000)
    assert len(rests) == 1
    assert Recipient.objects.filter(state="sent").count() == MANY
    assert Message.objects.count() == (MANY if domain == "mimosa.example" else 0)
    assert len(relay.letters) == (1 if domain == "away.example" else 0)
