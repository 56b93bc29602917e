# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that leave are signed by the domain of their author, and by no other."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from mazot.exchange.facts.mail import DomainProved, SigningKeysMade
from mazot.foundation import clock
from mazot.foundation.blobs import blobs
from mazot.foundation.clock import Clock
from mazot.foundation.errors import NotAllowed, NotFound, Refused
from mazot.foundation.facts import Heard, listeners_of
from mazot.foundation.models import FactRow
from mazot.products.mail.actions.delivering import Arrival
from mazot.products.mail.actions.posting import Parcel, To, enqueue
from mazot.products.mail.actions.queueing import send_letter
from mazot.products.mail.actions.receiving import Incoming, receive_letter
from mazot.products.mail.actions.signing import (
    Secrets,
    forget_signing_keys,
    make_signing_keys,
    new_secrets,
    rotate_signing_keys,
)
from mazot.products.mail.jobs import bring_letters, hear_new_service, keep_signing_keys, make_missing_keys
from mazot.products.mail.models import Address, Outgoing, Redirection, Service, SigningKey
from mazot.products.mail.queries.authentication import vouched_for
from mazot.products.mail.queries.routing import Local, route
from mazot.products.mail.queries.signing import keys_of, signed
from mazot.products.mail.tests.furnishing import a_service
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.facts.organizations import ProductOpened
from mazot.wire.mime import read_message
from tests.cast import Cast
from tests.relays import Relay, relaying
from tests.zone import Zone

LETTER = (
    b"From: Malik <malik@mimosa.example>\r\nTo: nina@away.example\r\nSubject: Programme\r\n\r\nThe season begins.\r\n"
)
NINA = "nina@away.example"


@pytest.fixture(scope="module")
def secrets() -> Secrets:
    return new_secrets()


@pytest.fixture
def relay(settings, zone: Zone):
    with relaying(Relay()) as one:
        settings.MAZOT = replace(
            settings.MAZOT, private_relays=True, relay_port=one.port, mail_name="mail.mimosa.example"
        )
        zone.set("away.example", "MX", "10 mail.away.example")
        zone.set("mail.away.example", "A", "127.0.0.1")
        yield one


@pytest.fixture
def keys(cast: Cast, service: Service, secrets: Secrets, zone: Zone) -> list[SigningKey]:
    """The keys of mimosa.example, shown by its zone."""
    made = make_signing_keys(cast.adam, service, secrets=secrets)
    for key in made:
        zone.set(f"{key.selector}._domainkey.mimosa.example", "TXT", key.record)
    return made


def leave(cast: Cast, address: Address, letter: bytes = LETTER) -> Outgoing:
    parcel = Parcel(blobs().put(letter), "malik@mimosa.example", "<1@mimosa.example>", "Programme")
    return send_letter(cast.malik, address, parcel=parcel, to=[To(NINA)])


def words(content: bytes) -> list[tuple[str, str, str]]:
    found = vouched_for(content, address="203.0.113.9", helo="x.example", sender="")
    return [(one.word, one.algorithm, one.domain) for one in found.dkim]


def test_a_letter_that_leaves_is_signed_and_whoever_gets_it_can_verify_it(
    cast: Cast, address: Address, keys: list[SigningKey], relay: Relay
) -> None:
    outgoing = leave(cast, address)
    bring_letters()
    (came,) = relay.letters
    assert came.endswith(LETTER)
    found = vouched_for(came, address="203.0.113.9", helo="x.example", sender="")
    assert [(one.word, one.algorithm) for one in found.dkim] == [("pass", "rsa-sha256"), ("pass", "ed25519-sha256")]
    assert found.author == "mimosa.example"
    assert any(f"SIZE={len(came)}" in line for line in relay.commands)
    assert blobs().read(outgoing.digest) == LETTER  # what is kept stays as it was written


def test_a_letter_with_bare_line_ends_or_none_at_its_end_is_signed_as_it_travels(
    cast: Cast, address: Address, keys: list[SigningKey], relay: Relay
) -> None:
    leave(cast, address, LETTER.replace(b"\r\n\r\n", b"\r\nX: 1\nY: 2\r\n\r\n") + b".\r\nOne\rTwo\nThree")
    bring_letters()
    assert words(relay.letters[0])[0][0] == "pass"


def test_with_a_key_that_the_zone_does_not_show_only_rsa_signs(
    cast: Cast, address: Address, keys: list[SigningKey], zone: Zone
) -> None:
    zone.records.clear()
    content = signed(leave(cast, address), LETTER)
    assert re.findall(rb"a=([a-z0-9-]+)", content) == [b"rsa-sha256"]
    zone.broken.update(f"{key.selector}._domainkey.mimosa.example" for key in keys)
    content = signed(leave(cast, address), LETTER)
    assert re.findall(rb"a=([a-z0-9-]+)", content) == [b"rsa-sha256", b"ed25519-sha256"]


@pytest.mark.parametrize(
    "letter",
    [
        LETTER.replace(b"malik@mimosa.example", b"olive@rival.example"),
        LETTER.replace(b"malik@mimosa.example", b"malik@sub.mimosa.example"),
        LETTER.replace(b"From: Malik", b"From: a@b.example\r\nFrom: Malik"),
        LETTER.replace(b"From:", b"From: a@b.example,"),
        LETTER.replace(b"From:", b"X-From:"),
        b"\r\n" + LETTER,
        b"",
        b"\xff\x00",
    ],
)
def test_a_letter_of_another_author_or_of_none_is_not_signed(
    cast: Cast, address: Address, keys: list[SigningKey], letter: bytes
) -> None:
    assert signed(leave(cast, address), letter) == letter


def test_a_letter_that_is_passed_on_is_not_signed_whatever_it_says_it_is(
    cast: Cast, address: Address, keys: list[SigningKey]
) -> None:
    forged = b"Delivered-To: malik@mimosa.example\r\nReceived: from evil.example\r\n" + LETTER
    assert signed(leave(cast, address), forged) == forged
    came_in = enqueue(Parcel(blobs().put(LETTER), ""), [To(NINA)])  # taken for later, of nobody here
    assert signed(came_in, b"Received: from evil.example\r\n" + LETTER) == b"Received: from evil.example\r\n" + LETTER


def test_a_domain_that_is_not_proved_or_whose_service_has_ended_signs_nothing(
    cast: Cast, address: Address, keys: list[SigningKey], clock: Clock
) -> None:
    outgoing = leave(cast, address)
    assert signed(outgoing, LETTER) != LETTER
    service = address.service
    Service.objects.update(proof="none")
    assert signed(outgoing, LETTER) == LETTER
    Service.objects.update(proof="txt")
    service.instance.ended_at = clock.now()
    service.instance.save(update_fields=["ended_at"])
    assert signed(outgoing, LETTER) == LETTER


def test_an_address_of_rival_does_not_get_the_signature_of_mimosa(
    cast: Cast, address: Address, keys: list[SigningKey], secrets: Secrets
) -> None:
    theirs = a_service(cast.rival, "rival.example")
    make_signing_keys(cast.otto, theirs, secrets=secrets)
    outgoing = leave(cast, address)
    address.service = theirs
    address.save(update_fields=["service"])
    outgoing.refresh_from_db()
    assert signed(outgoing, LETTER) == LETTER
    assert b"d=rival.example" in signed(outgoing, LETTER.replace(b"malik@mimosa", b"otto@rival"))


def test_a_report_of_ours_is_signed_by_the_domain_of_whom_it_tells(
    cast: Cast, address: Address, keys: list[SigningKey], relay: Relay
) -> None:
    """The letter was passed on for somebody outside, and the report goes to them."""
    relay.recipients["omar@away.example"] = "550 5.1.1 nobody"
    parcel = Parcel(blobs().put(b"Delivered-To: x\r\n" + LETTER), NINA)
    enqueue(parcel, [To("omar@away.example")], address=address)
    bring_letters()
    bring_letters()
    (report,) = relay.letters
    assert b"From: postmaster@mimosa.example" in report or b"postmaster@mimosa.example" in report
    assert words(report) == [
        ("pass", "rsa-sha256", "mimosa.example"),
        ("pass", "ed25519-sha256", "mimosa.example"),
    ]


def test_a_letter_of_the_server_itself_is_signed_by_the_domain_it_stands_in(
    cast: Cast, service: Service, keys: list[SigningKey], relay: Relay
) -> None:
    own = LETTER.replace(b"malik@mimosa.example", b"postmaster@mail.mimosa.example")
    outgoing = enqueue(Parcel(blobs().put(own), ""), [To(NINA)])
    assert words(signed(outgoing, own))[0] == ("pass", "rsa-sha256", "mimosa.example")
    other = own.replace(b"postmaster@mail.", b"postmaster@other.")
    assert signed(outgoing, other) == other


# Keys


def test_every_service_gets_keys_by_itself_and_keeps_them(cast: Cast, service: Service) -> None:
    assert keep_signing_keys() == 2
    before = [(key.selector, key.algorithm) for key in keys_of(service)]
    assert len(before) == 2
    assert keep_signing_keys() == 0
    assert [(key.selector, key.algorithm) for key in keys_of(service)] == before
    assert FactRow.objects.get(kind=SigningKeysMade.kind()).details["domain"] == "mimosa.example"


def test_a_service_that_is_opened_has_keys_before_it_is_proved(cast: Cast) -> None:
    instance = open_product(cast.olive, cast.mimosa, product="mail", name="mimosa.example")
    heard = Heard(uuid4(), ProductOpened.kind(), cast.mimosa.id, None, "web", {})
    hear_new_service(heard)
    make_missing_keys()
    assert SigningKey.objects.filter(service__instance=instance).count() == 2
    assert hear_new_service in listeners_of(ProductOpened.kind())
    assert hear_new_service in listeners_of(DomainProved.kind())


def test_the_secret_is_sealed_and_the_record_shows_the_public_half(keys: list[SigningKey]) -> None:
    for key in keys:
        assert "PRIVATE" not in key.secret
        assert re.fullmatch(r"v=DKIM1; k=(rsa|ed25519); p=[A-Za-z0-9+/=]+", key.record)
        assert re.fullmatch(r"[me]\d{6}", key.selector)


def test_after_a_change_the_old_key_signs_until_the_zone_shows_the_new_one(
    cast: Cast, address: Address, keys: list[SigningKey], secrets: Secrets, zone: Zone, clock: Clock
) -> None:
    outgoing = leave(cast, address)
    clock.advance(timedelta(seconds=1))
    new = rotate_signing_keys(cast.adam, address.service, secrets=new_secrets())
    assert {key.selector for key in new}.isdisjoint({key.selector for key in keys})
    assert keys_of(address.service).count() == 4
    old = {key.selector.encode() for key in keys}
    assert set(re.findall(rb"s=([a-z0-9-]+);", signed(outgoing, LETTER))) == old
    for key in new:
        zone.set(f"{key.selector}._domainkey.mimosa.example", "TXT", key.record)
    content = signed(outgoing, LETTER)
    assert set(re.findall(rb"s=([a-z0-9-]+);", content)) == {key.selector.encode() for key in new}
    assert [word for word, _algorithm, _domain in words(content)] == ["pass", "pass"]
    assert forget_signing_keys() == 0
    clock.advance(timedelta(days=14))
    assert forget_signing_keys() == 2
    assert {key.selector for key in keys_of(address.service)} == {key.selector for key in new}


def test_keys_are_not_changed_without_end(cast: Cast, service: Service, secrets: Secrets) -> None:
    for _time in range(6):
        rotate_signing_keys(cast.adam, service, secrets=secrets)
    with pytest.raises(Refused, match="too_many_keys"):
        rotate_signing_keys(cast.adam, service, secrets=secrets)


def test_only_who_manages_a_service_makes_its_keys(cast: Cast, service: Service, secrets: Secrets) -> None:
    for deed in (make_signing_keys, rotate_signing_keys):
        with pytest.raises(NotAllowed):
            deed(cast.malik, service, secrets=secrets)
        with pytest.raises(NotFound):
            deed(cast.otto, service, secrets=secrets)
    assert not SigningKey.objects.exists()


def test_a_forged_letter_that_an_address_redirects_leaves_without_the_word_of_the_domain(
    address: Address, keys: list[SigningKey], relay: Relay
) -> None:
    Redirection.objects.create(
        address=address, goes_to=NINA, token_digest="0", asked_at=clock.now(), accepted_at=clock.now()
    )
    way = route("malik@mimosa.example")
    assert isinstance(way, Local)
    arrival = Arrival(blobs().put(LETTER), read_message(LETTER), clock.now())
    receive_letter("malik@mimosa.example", way, Incoming(arrival, "malik@mimosa.example", "evil.example"))
    bring_letters()
    (came,) = relay.letters
    assert came == b"Delivered-To: malik@mimosa.example\r\n" + LETTER
