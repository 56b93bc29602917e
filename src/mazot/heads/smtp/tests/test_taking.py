# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stands above a letter that another server brought."""

import io

import pytest

from mazot.foundation.blobs import blobs
from mazot.heads.smtp.envelope import Envelope
from mazot.heads.smtp.kinds import MX
from mazot.heads.smtp.taking import Peer, judge, take
from mazot.products.mail.queries.routing import route
from mazot.products.mail.tests.furnishing import a_service, an_address
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
    answers = take(spool, envelope, peer, MX, judge(spool, envelope, peer))
    assert [answer.code for answer in answers] == [250]
    content = next(kept for kept in map(blobs().read, blobs().digests()) if b"At four." in kept)
    assert content.count(b"Authentication-Results: " + ours) == 1
    assert b"spf=pass smtp.mailfrom=a@away.example" in content
    assert b"dmarc=pass policy.dmarc=reject" in content
    assert b"bank.example" not in content
    assert b"Authentication-Results: other.example; dkim=pass\r\nFrom:" in content
