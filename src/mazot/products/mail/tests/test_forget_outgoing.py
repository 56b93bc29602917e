# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the queue knows of letters is erased after thirty days, as their lines in the log are."""

from datetime import timedelta

from mazot.foundation.blobs import blobs
from mazot.foundation.clock import Clock
from mazot.products.mail.actions import tracing
from mazot.products.mail.actions.posting import Parcel, To
from mazot.products.mail.actions.queueing import send_letter
from mazot.products.mail.jobs import bring_letters, forget_what_is_over
from mazot.products.mail.models import Address, Outgoing, Recipient, Trace
from mazot.products.mail.queries.blobs import digests_in_use
from tests.cast import Cast
from tests.relays import Relay

NINA, OMAR = "nina@away.example", "omar@away.example"


def send(cast: Cast, address: Address, *to: str, subject: str = "Programme") -> Outgoing:
    letter = f"From: malik@mimosa.example\r\nSubject: {subject}\r\n\r\nThe season begins.\r\n".encode()
    parcel = Parcel(blobs().put(letter), "malik@mimosa.example", f"<{subject}@mimosa.example>", subject)
    return send_letter(cast.malik, address, parcel=parcel, to=[To(one) for one in to])


def test_what_left_is_forgotten_after_thirty_days(cast: Cast, address: Address, relay: Relay, clock: Clock) -> None:
    relay.recipients[OMAR] = "550 5.1.1 nobody called so"
    old = send(cast, address, NINA, OMAR)
    bring_letters()
    clock.advance(timedelta(days=29))
    newer = send(cast, address, NINA, subject="Supplement")
    bring_letters()
    forget_what_is_over()
    assert {one.id for one in Outgoing.objects.exclude(sender="")} == {old.id, newer.id}
    clock.advance(timedelta(days=1, hours=1))
    assert forget_what_is_over() > 0
    assert list(Outgoing.objects.all()) == [newer]  # the report of what failed is gone as well
    assert list(Recipient.objects.values_list("address", flat=True)) == [NINA]
    assert set(Trace.objects.values_list("subject", flat=True)) == {"Supplement"}


def test_what_still_waits_is_kept_with_its_letter(cast: Cast, address: Address, clock: Clock, monkeypatch) -> None:
    monkeypatch.setattr(tracing, "LETTERS_AT_ONCE", 1)
    waiting, *done = (send(cast, address, NINA, OMAR, subject=word) for word in ("first", "second", "third"))
    Recipient.objects.exclude(outgoing=waiting, address=NINA).update(state=Recipient.State.SENT)
    clock.advance(timedelta(days=31))
    assert tracing.forget_outgoing() == len(done)
    assert list(Outgoing.objects.all()) == [waiting]
    assert waiting.digest in set(digests_in_use())
    assert not {one.digest for one in done} & set(digests_in_use())
    Recipient.objects.update(state=Recipient.State.FAILED)
    assert tracing.forget_outgoing() == 1
    assert not Recipient.objects.exists()
