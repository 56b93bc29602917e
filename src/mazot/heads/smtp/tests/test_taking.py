# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands above a letter that another server brought."""

import io
from dataclasses import replace

import pytest

from mazot.foundation.blobs import blobs
from mazot.heads.smtp.envelope import Envelope
from mazot.heads.smtp.kinds import LMTP, MX, Kind
from mazot.heads.smtp.taking import Peer, inspect, submit, take
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.queries.inspection import Inspected
from mazot.products.mail.queries.log import Asked, log_of
from mazot.products.mail.queries.routing import route
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from mazot.wire.smtp.commands import MailFrom, RcptTo
from tests.cast import Cast
from tests.zone import Zone

LETTER = (
    b"Authentication-Results: %b; dkim=pass header.d=bank.example\r\n"
    b"Authentication-Results: other.example; dkim=pass\r\nFrom: a@away.example\r\nSubject: Tea\r\n\r\nAt four.\r\n"
)


@pytest.mark.django_db
def test_a_letter_says_who_vouches_for_it_and_nobody_says_so_in_our_name(cast: Cast, zone: Zone, settings) -> None:
    zone.set("away.example", "TXT", "v=spf1 ip4:192.0.2.1 -all")
    zone.set("_dmarc.away.example", "TXT", "v=DMARC1; p=reject")
    address = an_address(a_service(cast.mimosa), "malik")
    ours = settings.MAZOT.mail_host.encode()
    way = route(str(address))
    envelope = Envelope(MailFrom("a@away.example"), [(RcptTo(str(address)), way)])
    peer = Peer("mail.away.example", "192.0.2.1", "ESMTP")
    spool = io.BytesIO(LETTER % ours)
    answers = take(spool, envelope, peer, MX, inspect(spool, envelope, peer, wants_vouching=True))
    assert [answer.code for answer in answers] == [250]
    content = next(kept for kept in map(blobs().read, blobs().digests()) if b"At four." in kept)
    assert content.count(b"Authentication-Results: " + ours) == 1
    assert b"spf=pass smtp.mailfrom=a@away.example" in content
    assert b"dmarc=pass policy.dmarc=reject" in content
    assert b"bank.example" not in content
    assert b"Authentication-Results: other.example; dkim=pass\r\nFrom:" in content


@pytest.mark.django_db
def test_a_letter_says_what_speaks_against_it_and_nobody_else_says_so(cast: Cast, zone: Zone) -> None:
    address = an_address(a_service(cast.mimosa), "malik")
    envelope = Envelope(MailFrom("a@away.example"), [(RcptTo(str(address)), route(str(address)))])
    peer = Peer("mail.away.example", "192.0.2.1", "ESMTP")
    spool = io.BytesIO(
        b"X-Spam-Status: No\r\nx-spam-flag: NO\r\nFrom: a@away.example\r\nSubject: Tea\r\n\r\nAt four.\r\n"
    )
    take(spool, envelope, peer, MX, inspect(spool, envelope, peer, wants_vouching=True))
    content = next(kept for kept in map(blobs().read, blobs().digests()) if b"At four." in kept)
    assert content.lower().count(b"x-spam-") == 1
    assert b"\r\nX-Spam-Status: score=3.3 tests=no_date,no_name,no_recipient,nobody_vouches\r\n" in content


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [MX, LMTP])
def test_a_virus_is_refused_and_told_in_the_log(cast: Cast, kind: Kind) -> None:
    address = an_address(a_service(cast.mimosa), "malik")
    envelope = Envelope(MailFrom("a@away.example"), [(RcptTo(str(address)), route(str(address)))])
    spool = io.BytesIO(b"Subject: Tea\r\n\r\nAt four.\r\n")
    answers = take(spool, envelope, Peer("x", "192.0.2.1", "ESMTP"), kind, Inspected(virus="Eicar"))
    assert [(answer.code, answer.text) for answer in answers] == [(554, "There is a virus in it: Eicar.")]
    assert not list(blobs().digests())
    assert log_of(cast.olive, address, Asked()).letters[0].newest.reason == "virus"


@pytest.mark.django_db
def test_nobody_sends_a_virus(cast: Cast) -> None:
    address = an_address(a_service(cast.mimosa), "malik")
    sharing = share(address, cast.people.malik, is_keeper=True)
    opened = Opened(cast.malik, address, sharing.address.store, sharing.id, "smtp")
    envelope = Envelope(MailFrom(str(address)), [(RcptTo("otto@rival.example"), None)])
    spool = io.BytesIO(b"From: malik@mimosa.example\r\nSubject: Tea\r\n\r\nAt four.\r\n")
    (answer,) = submit(spool, envelope, Peer("x", "192.0.2.1", "ESMTPA"), opened, Inspected(virus="Eicar"))
    assert (answer.code, answer.enhanced) == (554, "5.7.0")
    newest = log_of(cast.malik, address, Asked()).letters[0].newest
    assert (newest.direction, newest.status, newest.reason, newest.said) == ("out", "rejected", "virus", "Eicar")


@pytest.mark.django_db
def test_while_nobody_can_look_for_viruses_a_letter_waits_or_comes_as_the_operator_says(cast: Cast, settings) -> None:
    address = an_address(a_service(cast.mimosa), "malik")
    envelope = Envelope(MailFrom("a@away.example"), [(RcptTo(str(address)), route(str(address)))])
    spool, peer = io.BytesIO(b"Subject: Tea\r\n\r\nAt four.\r\n"), Peer("x", "192.0.2.1", "ESMTP")
    blind = Inspected(is_unscanned=True)
    settings.MAZOT = replace(settings.MAZOT, unscanned="defer")
    assert [answer.code for answer in take(spool, envelope, peer, MX, blind)] == [451]
    settings.MAZOT = replace(settings.MAZOT, unscanned="accept")
    assert [answer.code for answer in take(spool, envelope, peer, MX, blind)] == [250]
    assert log_of(cast.olive, address, Asked()).letters[0].newest.said == "unscanned"
