# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports of other servers become lines of the log of the letter they are about."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.products.mail.actions.keeping import Arrival
from mazot.products.mail.actions.posting import Parcel, To, enqueue
from mazot.products.mail.actions.receiving import Incoming, receive_letter
from mazot.products.mail.models import Address, Placement, Recipient, Trace
from mazot.products.mail.queries.routing import route
from mazot.products.mail.rules.bounces import read_bounce
from mazot.products.mail.tests.furnishing import an_address
from mazot.wire.mime import read_message
from tests.sizes import cases

MALIK, NINA = "malik@mimosa.example", "nina@away.example"
REPORT = """\
From: MAILER-DAEMON@away.example
To: malik@mimosa.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

I'm sorry.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.away.example
{envelope}

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: 5.1.1
Remote-MTA: dns; inside.away.example
Diagnostic-Code: smtp; 550 5.1.1 <nina@away.example>: nobody
    is called so

--x
Content-Type: {kind}

From: malik@mimosa.example
Message-ID: <{message_id}>
Subject: Programme

--x--
"""


def report(**told: str) -> bytes:
    usual = {"recipient": NINA, "action": "failed", "kind": "text/rfc822-headers", "message_id": "one@mimosa.example"}
    filled = REPORT.format(**({"envelope": "X-Queue-ID: 1"} | usual | told))
    return filled.replace("\n", "\r\n").encode()


def sent(address: Address, **told: str) -> None:
    parcel = Parcel(blobs().put(b"letter"), MALIK, "one@mimosa.example", "Programme", **told)
    outgoing = enqueue(parcel, [To(NINA), To("otto@away.example")], address=address)
    outgoing.recipients.update(state=Recipient.State.SENT)


def receive(content: bytes, *, sender: str = "", recipient: str = MALIK) -> None:
    arrival = Arrival(blobs().put(content), read_message(content), clock.now())
    receive_letter(recipient, route(recipient), Incoming(arrival, sender, host="192.0.2.9"))


def lines() -> list[tuple[str, str, str]]:
    return list(Trace.objects.filter(direction="out").values_list("status", "recipient", "code"))


@pytest.mark.parametrize("kind", ["text/rfc822-headers", "message/rfc822"])
def test_a_report_is_a_line_of_the_letter_and_lies_in_the_inbox(address: Address, kind: str) -> None:
    sent(address)
    receive(report(kind=kind))
    trace = Trace.objects.get(direction="out")
    assert (trace.status, trace.recipient, trace.code) == ("bounced", NINA, "5.1.1")
    assert trace.said == "550 5.1.1 <nina@away.example>: nobody is called so"
    assert (trace.host, trace.message_id, trace.subject) == ("inside.away.example", "one@mimosa.example", "Programme")
    assert Placement.objects.get().mailbox.name == "INBOX"


def test_a_letter_that_is_late_elsewhere_is_told_too(address: Address) -> None:
    sent(address)
    receive(report(action="delayed"))
    assert lines() == [("deferred", NINA, "5.1.1")]


def test_the_mark_of_the_envelope_finds_the_letter(address: Address) -> None:
    sent(address, envelope_id="QQ314159")
    receive(report(envelope="Original-Envelope-Id: QQ314159", message_id="changed@away.example"))
    assert lines() == [("bounced", NINA, "5.1.1")]


@pytest.mark.parametrize(
    ("told", "sender"),
    [
        ({"message_id": "other@mimosa.example"}, ""),  # a letter that did not leave from here
        ({"recipient": "olive@away.example"}, ""),  # somebody it did not go to
        ({"action": "delivered"}, ""),
        ({"action": "relayed"}, ""),
        ({}, "someone@away.example"),  # a person who writes like a report
    ],
)
def test_a_report_of_nothing_that_happened_says_nothing(address: Address, told: dict[str, str], sender: str) -> None:
    sent(address)
    receive(report(**told), sender=sender)
    assert lines() == []
    assert Placement.objects.count() == 1


def test_nobody_reports_about_the_letters_of_others(address: Address) -> None:
    sent(address)
    an_address(address.service, "gaia")
    receive(report(), recipient="gaia@mimosa.example")
    assert lines() == []


def test_a_recipient_that_is_still_tried_is_not_given_up(address: Address) -> None:
    sent(address)
    Recipient.objects.update(state=Recipient.State.WAITING)
    receive(report())
    assert lines() == []


@settings(max_examples=cases(100, 5_000))
@given(st.integers(0, 900), st.binary(max_size=8))
def test_a_spoilt_report_is_read_or_not(at: int, junk: bytes) -> None:
    content = report()
    spoilt = content[:at] + junk + content[at + len(junk) :]
    read_bounce(spoilt, read_message(spoilt).parts)
