# SPDX-License-Identifier: AGPL-3.0-or-later
"""A letter for one recipient: kept, passed on, or refused with a line that says why."""

import pytest

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import OverQuota, Refused
from mazot.products.mail.actions.posting import Parcel, To, enqueue
from mazot.products.mail.actions.receiving import Incoming, receive_letter
from mazot.products.mail.models import Address, Message, Outgoing, Placement, Redirection, Store, Trace
from mazot.products.mail.queries.routing import Local, Onward, route
from mazot.products.mail.tests.furnishing import an_address
from mazot.products.mail.tests.letters import a_letter

MALIK, NINA = "malik@mimosa.example", "nina@away.example"


def letter(**read: object) -> Incoming:
    return Incoming(a_letter(**read), sender="otto@rival.example", host="mail.rival.example")


def redirect(address: Address, to: str) -> None:
    Redirection.objects.create(
        address=address, goes_to=to, token_digest="0", asked_at=clock.now(), accepted_at=clock.now()
    )


def log() -> list[tuple[str, str, str]]:
    return list(Trace.objects.order_by("at", "id").values_list("status", "reason", "recipient"))


def receive(recipient: str, incoming: Incoming) -> None:
    way = route(recipient)
    assert isinstance(way, Local)
    receive_letter(recipient, way, incoming)


def test_a_letter_is_kept_and_told_in_the_log(address: Address) -> None:
    receive(MALIK, letter(subject="Rehearsal"))
    assert Placement.objects.get().mailbox.name == "INBOX"
    trace = Trace.objects.get()
    assert (trace.status, trace.direction, trace.sender) == ("delivered", "in", "otto@rival.example")
    assert (trace.subject, trace.host, trace.size) == ("Rehearsal", "mail.rival.example", 200)


def test_a_redirection_keeps_its_copy_or_not_as_the_address_says(address: Address) -> None:
    redirect(address, NINA)
    receive(MALIK, letter(subject="One"))
    assert log() == [("delivered", "", MALIK), ("redirected", "", MALIK)]
    address.keeps_copies = False
    address.save(update_fields=["keeps_copies"])
    receive(MALIK, letter(subject="Two"))
    assert Message.objects.count() == 1
    assert Outgoing.objects.count() == 2
    assert log()[2:] == [("redirected", "", MALIK)]


def test_what_is_passed_on_says_where_it_was_and_does_not_come_round_again(address: Address) -> None:
    redirect(address, NINA)
    receive(MALIK, letter())
    outgoing = Outgoing.objects.get()
    content = blobs().read(outgoing.digest)
    assert content.startswith(b"Delivered-To: malik@mimosa.example\r\nSubject: Rehearsal\r\n")
    assert (outgoing.sender, outgoing.size) == ("otto@rival.example", len(content))
    came_back = a_letter()
    round_again = type(came_back)(blobs().put(content), came_back.reading, clock.now())
    receive(MALIK, Incoming(round_again, sender="otto@rival.example"))
    assert Outgoing.objects.count() == 1
    assert Message.objects.count() == 2  # it is kept: nothing is lost


def test_a_full_store_takes_nothing_and_the_log_says_so(address: Address) -> None:
    redirect(address, NINA)
    Store.objects.filter(address=address).update(allowed=100)
    with pytest.raises(OverQuota):
        receive(MALIK, letter())
    assert log() == [("rejected", "over_quota", MALIK)]
    assert not Message.objects.exists()
    assert not Outgoing.objects.exists()


def test_an_address_that_only_redirects_keeps_nothing(address: Address) -> None:
    other = an_address(address.service, "board")
    Store.objects.filter(address=other).delete()
    Address.objects.filter(id=other.id).update(kind=Address.Kind.REDIRECT)
    redirect(other, NINA)
    way = route("board@mimosa.example")
    receive_letter("board@mimosa.example", way, letter())
    assert Outgoing.objects.get().recipients.get().address == NINA
    assert not Message.objects.exists()


def use_up(address: Address, *, limit: int = 1) -> None:
    """As many letters left the address within this day as may."""
    address.service.daily_recipients = limit
    address.service.save(update_fields=["daily_recipients"])
    enqueue(Parcel(blobs().put(b"Subject: x\r\n\r\n"), MALIK), [To(NINA)] * limit, address=address)


def test_what_is_passed_on_counts_as_sent_and_is_kept_here_once_the_day_is_used_up(address: Address) -> None:
    redirect(address, NINA)
    address.service.daily_recipients = 1
    address.service.save(update_fields=["daily_recipients"])
    Address.objects.filter(id=address.id).update(keeps_copies=False)
    receive(MALIK, letter(subject="One"))
    receive(MALIK, letter(subject="Two"))
    assert Outgoing.objects.count() == 1
    assert Message.objects.get().subject == "Two"
    assert log() == [("redirected", "", MALIK), ("rejected", "daily_limit", MALIK), ("delivered", "", MALIK)]


def test_an_address_that_only_redirects_asks_to_come_again(address: Address) -> None:
    address.kind = Address.Kind.REDIRECT
    address.save(update_fields=["kind"])
    redirect(address, NINA)
    use_up(address)
    way = route(MALIK)
    assert isinstance(way, Onward)
    with pytest.raises(Refused, match="daily_limit"):
        receive_letter(MALIK, way, letter())
    assert Outgoing.objects.count() == 1
    assert log() == [("deferred", "daily_limit", MALIK)]
