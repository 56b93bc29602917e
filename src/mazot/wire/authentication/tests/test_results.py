# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from mazot.wire.authentication.results import results_field, without_forged

FORGED = [
    b"Authentication-Results: mail.mimosa.example; dkim=pass\r\n",
    b"authentication-results : MAIL.mimosa.example; dkim=pass\r\n",
    b"Authentication-Results: (a (nested) comment) mail.mimosa.example 1;\r\n\tdkim=pass\r\n",
    b'Authentication-Results: "mail\\.mimosa.example"; dkim=pass\r\n',
    b"Authentication-Results:\r\n mail.mimosa.example;\r\n dkim=pass\r\n",
    b"Authentication-Results: mail.mimosa.example\r\n",
]


@pytest.mark.parametrize("forged", FORGED)
def test_fields_that_pretend_to_be_ours_go_and_others_stay(forged: bytes) -> None:
    other = b"Authentication-Results: mail.away.example; dkim=pass header.d=mail.mimosa.example\r\n"
    header = b"Subject: a\r\n" + forged + other + b"To: b\r\n\r\n"
    assert without_forged(header, "mail.mimosa.example") == b"Subject: a\r\n" + other + b"To: b\r\n\r\n"


def test_what_a_client_sent_stays_in_its_value() -> None:
    field = results_field("mail.mimosa.example", [("spf", "fail", [("smtp.mailfrom", '"a;b"\r\nX: y@c.example')])])
    assert field == (
        b'Authentication-Results: mail.mimosa.example;\r\n\tspf=fail smtp.mailfrom="\\"a;b\\"X: y@c.example"\r\n'
    )
