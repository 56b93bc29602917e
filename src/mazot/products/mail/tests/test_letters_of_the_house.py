# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters of the house go out by the mail queue: to others signed, to our own addresses without a way round."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default

import pytest

from mazot.foundation.blobs import blobs
from mazot.foundation.letters import send_letter
from mazot.products.mail.actions.signing import make_signing_keys, new_secrets
from mazot.products.mail.jobs import bring_letters
from mazot.products.mail.models import Message, Outgoing, Service
from mazot.products.mail.tests.furnishing import an_address
from tests.cast import Cast
from tests.relays import Relay, relaying
from tests.zone import Zone


@pytest.fixture
def relay(settings, zone: Zone) -> Iterator[Relay]:
    with relaying(Relay()) as one:
        settings.MAZOT = replace(
            settings.MAZOT, private_relays=True, relay_port=one.port, mail_name="mail.mimosa.example"
        )
        settings.EMAIL_BACKEND = "mazot.suite.letters.Queue"
        settings.DEFAULT_FROM_EMAIL = "Mazot <no-reply@mail.mimosa.example>"
        zone.set("away.example", "MX", "10 mail.away.example")
        zone.set("mail.away.example", "A", "127.0.0.1")
        yield one


def test_a_letter_leaves_signed_and_nobody_answers_it(cast: Cast, service: Service, relay: Relay, zone: Zone) -> None:
    for key in make_signing_keys(cast.adam, service, secrets=new_secrets()):
        zone.set(f"{key.selector}._domainkey.mimosa.example", "TXT", key.record)
    send_letter("nina@away.example", "Invitation\nà Mimosa", "Venez.\n.\nVoilà.", papers=[("ticket.pdf", b"%PDF-1.7")])
    outgoing = Outgoing.objects.get()
    assert (outgoing.sender, outgoing.address, outgoing.subject) == ("", None, "Invitation à Mimosa")
    bring_letters()
    assert "MAIL FROM:<>" in " ".join(relay.commands)
    (content,) = relay.letters
    letter = message_from_bytes(content, policy=default)
    assert letter["From"] == "Mazot <no-reply@mail.mimosa.example>"
    assert letter["Subject"] == "Invitation à Mimosa"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "DKIM-Signature" in letter
    assert letter.get_body().get_content().split() == ["Venez.", ".", "Voilà."]
    assert outgoing.recipients.get().state == "sent"


def test_a_letter_to_an_address_of_ours_lies_in_its_inbox(service: Service, relay: Relay) -> None:
    an_address(service, "malik")
    send_letter("malik@mimosa.example", "Summary", "All is well.")
    bring_letters()
    kept = Message.objects.get()
    assert kept.subject == "Summary"
    assert b"\n" not in blobs().read(kept.digest).replace(b"\r\n", b"")
    assert relay.letters == []


@pytest.mark.django_db
def test_a_letter_that_is_refused_is_tried_no_more_and_makes_no_other(
    relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    relay.recipients["nina@away.example"] = "550 5.1.1 nobody here"
    send_letter("nina@away.example", "Invitation", "Come.")
    bring_letters()
    assert Outgoing.objects.get().recipients.get().state == "failed"
    assert "a letter of this server to away.example failed: 550 5.1.1 nobody here" in caplog.text
