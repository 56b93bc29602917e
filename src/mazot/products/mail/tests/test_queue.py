# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that leave: brought to another server on loopback, tried again, given up, and told about."""

import email
from dataclasses import replace
from datetime import timedelta
from email.message import Message

import pytest

from mazot.foundation.blobs import blobs
from mazot.foundation.clock import Clock
from mazot.foundation.errors import NotAllowed, NotFound, Refused
from mazot.products.mail.actions.posting import Parcel, To
from mazot.products.mail.actions.queueing import finish_errand, send_letter, take_back, take_errand
from mazot.products.mail.jobs import bring_letters
from mazot.products.mail.models import Address, Outgoing, Placement, Recipient, Script, Service, Store, Trace
from mazot.products.mail.queries.queue import next_due
from mazot.products.mail.tests.furnishing import an_address
from tests.cast import Cast
from tests.relays import Relay
from tests.zone import Zone

LETTER = b"From: malik@mimosa.example\r\nSubject: Programme\r\n\r\nThe season begins.\r\n.\r\nIt ends too.\r\n"
NINA, OMAR = "nina@away.example", "omar@away.example"


def send(cast: Cast, address: Address, *to: str | To, letter: bytes = LETTER, **details: object) -> Outgoing:
    parcel = Parcel(blobs().put(letter), "malik@mimosa.example", "<1@mimosa.example>", "Programme", **details)
    return send_letter(cast.malik, address, parcel=parcel, to=[To(one) if isinstance(one, str) else one for one in to])


def states(outgoing: Outgoing) -> dict[str, tuple[str, str]]:
    return {one.address: (one.state, one.code) for one in outgoing.recipients.all()}


def reports() -> list[Message]:
    found = Outgoing.objects.filter(sender="").order_by("created_at", "id")
    return [email.message_from_bytes(blobs().read(one.digest)) for one in found]


def test_a_letter_reaches_all_recipients_of_a_domain_in_one_talk(cast: Cast, address: Address, relay: Relay) -> None:
    outgoing = send(cast, address, NINA, OMAR)
    bring_letters()
    assert states(outgoing) == {NINA: ("sent", "250"), OMAR: ("sent", "250")}
    assert relay.letters == [LETTER]
    assert [line.split(" ")[0] for line in relay.commands] == ["EHLO", "MAIL", "RCPT", "RCPT", "DATA", "QUIT"]
    assert relay.commands[0] == "EHLO mail.mimosa.example"
    assert next_due() is None


def test_one_refused_recipient_does_not_keep_the_letter_from_the_others(
    cast: Cast, address: Address, relay: Relay
) -> None:
    relay.recipients[NINA] = "550 5.1.1 nobody called so"
    outgoing = send(cast, address, NINA, OMAR)
    bring_letters()
    assert states(outgoing) == {NINA: ("failed", "550"), OMAR: ("sent", "250")}
    assert relay.letters == [LETTER]
    (report,) = reports()
    text, status, header = report.get_payload()
    assert report["To"] == "malik@mimosa.example"
    assert report["Auto-Submitted"] == "auto-replied"
    assert "5.1.1 nobody called so" in text.get_payload(decode=True).decode()
    fields = status.get_payload()[1]
    assert fields["Final-Recipient"] == f"rfc822; {NINA}"
    assert (fields["Action"], fields["Status"]) == ("failed", "5.1.1")
    assert fields["Diagnostic-Code"] == "smtp; 550 5.1.1 nobody called so"
    assert "Subject: Programme" in header.get_payload()


def test_a_put_off_letter_is_tried_again_after_longer_and_longer_pauses(
    cast: Cast, address: Address, relay: Relay, clock: Clock
) -> None:
    relay.recipients[NINA] = "450 4.7.1 greylisted"
    outgoing = send(cast, address, NINA)
    pauses = []
    for _try in range(5):
        pauses.append(round((bring_letters() or 0) / 60))
        clock.advance(next_due() - clock.now())
    assert pauses == [1, 5, 15, 30, 60]
    del relay.recipients[NINA]
    bring_letters()
    assert states(outgoing) == {NINA: ("sent", "250")}
    assert relay.letters == [LETTER]


def test_after_four_hours_the_sender_hears_once_that_it_is_late_and_after_five_days_that_it_failed(
    cast: Cast, address: Address, relay: Relay, clock: Clock
) -> None:
    relay.at_the_end = "451 4.3.0 come back"
    outgoing = send(cast, address, NINA)
    deadline = clock.now() + timedelta(days=5, minutes=1)
    while (due := Recipient.objects.filter(outgoing=outgoing, state="waiting").first()) and clock.now() < deadline:
        clock.advance(max(timedelta(0), due.next_at - clock.now()))
        bring_letters()
    late, failed = [one for one in reports() if one["To"] == "malik@mimosa.example"]
    assert late.get_payload()[1].get_payload()[1]["Action"] == "delayed"
    assert failed.get_payload()[1].get_payload()[1]["Action"] == "failed"
    assert states(outgoing) == {NINA: ("failed", "451")}
    assert Trace.objects.filter(status="bounced", reason="expired").exists()
    assert not relay.letters


@pytest.mark.parametrize("at", ["MAIL", "RCPT", "DATA", "."])
def test_a_talk_that_breaks_off_is_tried_again(cast: Cast, address: Address, relay: Relay, at: str) -> None:
    relay.breaks_at = at
    outgoing = send(cast, address, NINA)
    assert bring_letters() is not None
    assert states(outgoing)[NINA] == ("waiting", "")
    assert Trace.objects.get().reason == "unreachable"


def test_a_domain_that_takes_no_mail_or_does_not_exist_fails_at_once_and_a_silent_name_server_later(
    cast: Cast, address: Address, relay: Relay, zone: Zone
) -> None:
    zone.set("closed.example", "MX", "0 .")
    zone.broken.add("silent.example")
    outgoing = send(cast, address, "a@closed.example", "a@nowhere.example", "a@silent.example")
    bring_letters()
    assert states(outgoing) == {
        "a@closed.example": ("failed", "556"),
        "a@nowhere.example": ("failed", "550"),
        "a@silent.example": ("waiting", ""),
    }
    assert set(Trace.objects.filter(direction="out").values_list("recipient", "reason")) == {
        ("a@closed.example", "no_mail"),
        ("a@nowhere.example", "unknown"),
        ("a@silent.example", "unreachable"),
    }


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:192.168.0.1"])
def test_no_letter_goes_into_our_own_network(
    cast: Cast, address: Address, relay: Relay, zone: Zone, settings: object, inside: str
) -> None:
    settings.MAZOT = replace(settings.MAZOT, private_relays=False)
    zone.set("mail.away.example", "AAAA" if ":" in inside else "A", inside)
    if ":" in inside:
        zone.set("mail.away.example", "A")
    outgoing = send(cast, address, NINA)
    bring_letters()
    assert states(outgoing) == {NINA: ("waiting", "")}
    assert not relay.commands


def test_a_smart_host_takes_every_letter(cast: Cast, address: Address, relay: Relay, settings: object) -> None:
    settings.MAZOT = replace(settings.MAZOT, private_relays=False, smarthost=f"127.0.0.1:{relay.port}")
    outgoing = send(cast, address, NINA, "a@elsewhere.example")
    bring_letters()
    assert {state for state, _code in states(outgoing).values()} == {"sent"}
    assert len(relay.letters) == 2


def test_what_was_asked_for_on_the_way_is_passed_on(cast: Cast, address: Address, relay: Relay) -> None:
    send(cast, address, To(NINA, "SUCCESS,FAILURE", f"rfc822;{NINA}"), returns="HDRS", envelope_id="q1")
    bring_letters()
    assert f"MAIL FROM:<malik@mimosa.example> BODY=8BITMIME SIZE={len(LETTER)} RET=HDRS ENVID=q1" in relay.commands[1:]
    assert f"RCPT TO:<{NINA}> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;{NINA}" in relay.commands


def test_a_letter_with_addresses_outside_ascii_waits_for_no_server_that_cannot_take_it(
    cast: Cast, address: Address, relay: Relay
) -> None:
    relay.extensions = ("8BITMIME",)
    outgoing = send(cast, address, "élodie@away.example", needs_utf8=True)
    bring_letters()
    assert states(outgoing) == {"élodie@away.example": ("failed", "553")}
    relay.extensions = ("8BITMIME", "SMTPUTF8")
    outgoing = send(cast, address, "élodie@away.example", needs_utf8=True)
    bring_letters()
    assert states(outgoing) == {"élodie@away.example": ("sent", "250")}


def test_nobody_is_told_about_a_report_and_nobody_who_asked_for_silence(
    cast: Cast, address: Address, relay: Relay, zone: Zone
) -> None:
    relay.recipients[NINA] = "550 5.1.1 nobody"
    zone.set("mimosa.example", "MX", "0 .")  # the report itself cannot be brought either
    send(cast, address, To(NINA, notify="NEVER"))
    bring_letters()
    assert reports() == []
    send(cast, address, NINA)
    bring_letters()
    bring_letters()
    assert len(reports()) == 1


def test_two_workers_never_hold_one_recipient_and_a_lost_lease_ends(
    cast: Cast, address: Address, relay: Relay, clock: Clock
) -> None:
    outgoing = send(cast, address, NINA)
    first = take_errand("one")
    assert first is not None
    assert take_errand("two") is None
    clock.advance(timedelta(minutes=16))
    second = take_errand("two")
    assert second is not None
    finish_errand(first, {})  # it comes back after all: what it says is no longer its to say
    assert states(outgoing) == {NINA: ("waiting", "")}
    assert Recipient.objects.get(outgoing=outgoing).attempts == 0


def test_a_letter_has_at_most_a_hundred_recipients_and_a_day_its_own_limit(
    cast: Cast, address: Address, relay: Relay, clock: Clock
) -> None:
    with pytest.raises(Refused, match="too_many_recipients"):
        send(cast, address, *(f"n{number}@away.example" for number in range(101)))
    address.service.daily_recipients = 150
    address.service.save(update_fields=["daily_recipients"])
    send(cast, address, *(f"n{number}@away.example" for number in range(100)))
    with pytest.raises(Refused, match="daily_limit"):
        send(cast, address, *(f"m{number}@away.example" for number in range(51)))
    assert Outgoing.objects.count() == 1
    clock.advance(timedelta(hours=24, seconds=1))
    send(cast, address, *(f"m{number}@away.example" for number in range(51)))


def test_who_may_not_send_sends_nothing(cast: Cast, address: Address) -> None:
    parcel = Parcel(blobs().put(LETTER), "malik@mimosa.example")
    with pytest.raises(NotAllowed):
        send_letter(cast.gaia, address, parcel=parcel, to=[To(NINA)])
    with pytest.raises(NotAllowed):
        send_letter(cast.adam, address, parcel=parcel, to=[To(NINA)])
    with pytest.raises(NotFound):
        send_letter(cast.otto, address, parcel=parcel, to=[To(NINA)])
    address.may_send = False
    address.save(update_fields=["may_send"])
    with pytest.raises(Refused, match="may_not_send"):
        send_letter(cast.malik, address, parcel=parcel, to=[To(NINA)])
    assert not Outgoing.objects.exists()


def test_every_try_is_a_line_of_the_log(cast: Cast, address: Address, relay: Relay, clock: Clock) -> None:
    relay.recipients[NINA] = "450 4.7.1 greylisted"
    send(cast, address, NINA)
    bring_letters()
    clock.advance(timedelta(minutes=2))
    del relay.recipients[NINA]
    bring_letters()
    first, second = Trace.objects.order_by("at", "id")
    assert (first.status, first.reason, first.code, first.said) == ("deferred", "refused", "450", "4.7.1 greylisted")
    assert (second.status, second.host, second.recipient) == ("sent", "mail.away.example", NINA)
    assert second.address == address


def test_a_letter_to_an_address_of_ours_stays_in_the_house(
    cast: Cast, address: Address, service: Service, relay: Relay
) -> None:
    an_address(service, "gaia")
    outgoing = send(cast, address, "Gaia@mimosa.example", "nobody@mimosa.example", NINA)
    bring_letters()
    assert states(outgoing) == {
        "Gaia@mimosa.example": ("sent", "250"),
        "nobody@mimosa.example": ("failed", "550"),
        NINA: ("sent", "250"),
    }
    assert relay.letters == [LETTER]
    kept = Placement.objects.select_related("message", "mailbox__store__address").order_by("message_id")
    assert [(one.mailbox.store.address.local, one.message.subject) for one in kept] == [
        ("gaia", "Programme"),
        ("malik", "Not delivered: Programme"),  # the report about nobody@ comes home too
    ]
    assert set(Trace.objects.values_list("address__local", "direction", "status")) == {
        ("malik", "out", "sent"),
        ("malik", "out", "bounced"),
        ("gaia", "in", "delivered"),
        ("malik", "in", "delivered"),
    }


def test_a_full_address_of_ours_is_tried_again(cast: Cast, address: Address, relay: Relay) -> None:
    Store.objects.filter(address=address).update(allowed=10)
    outgoing = send(cast, address, "malik@mimosa.example")
    assert bring_letters() is not None
    assert states(outgoing) == {"malik@mimosa.example": ("waiting", "452")}


def test_what_a_dead_worker_had_in_hand_is_free_at_once(cast: Cast, address: Address, relay: Relay) -> None:
    outgoing = send(cast, address, NINA)
    assert take_errand("mail:queue-here-17-0") is not None
    assert take_errand("mail:queue-here-18-0") is None
    assert take_back("elsewhere") == take_back("her") == 0
    assert take_back("here") == 1
    bring_letters()
    assert states(outgoing) == {NINA: ("sent", "250")}


def test_a_letter_that_a_filter_of_ours_refuses_comes_back(cast: Cast, address: Address, relay: Relay) -> None:
    gaia = an_address(address.service, "gaia")
    source = 'require "reject"; reject "No more of these.";'
    Script.objects.create(address=gaia, name="No", source=source, is_active=True, changed_at="2026-11-23T00:00Z")
    outgoing = send(cast, address, "gaia@mimosa.example")
    bring_letters()
    assert states(outgoing) == {"gaia@mimosa.example": ("failed", "550")}
    assert "No more of these." in reports()[0].get_payload()[0].get_payload(decode=True).decode()


def test_a_letter_to_ourselves_is_kept_and_crossed_off_at_once_or_neither(
    cast: Cast, address: Address, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(cast, address, "malik@mimosa.example")
    monkeypatch.setattr("mazot.products.mail.jobs.finish_errand", lambda *_told: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring_letters()
    assert not Placement.objects.exists()
    monkeypatch.undo()
    Recipient.objects.update(lease="", lease_until=None)
    bring_letters()
    assert Placement.objects.count() == 1
