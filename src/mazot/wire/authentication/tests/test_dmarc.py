# SPDX-License-Identifier: AGPL-3.0-or-later
"""RFC 9989: who speaks for the domain in From, and what it asks for."""

import pytest

from mazot.wire.authentication.dmarc import Judgement, judge
from mazot.wire.authentication.tests.zones import Names

TOLD: dict[str, list[str] | None] = {
    "_dmarc.mimosa.example TXT": ["v=DMARC1; p=reject; sp=quarantine; np=none; rua=mailto:a@mimosa.example"],
    "shop.mimosa.example A": ["192.0.2.1"],
    "_dmarc.strict.example TXT": ["v=DMARC1; p=reject; adkim=s; aspf=s"],
    "_dmarc.test.example TXT": ["v=DMARC1;p=reject;t=y"],
    "_dmarc.co.example TXT": ["v=DMARC1; p=none; psd=y"],
    "_dmarc.own.mimosa.example TXT": ["v=DMARC1; p=none; psd=n"],
    "_dmarc.silent.example TXT": None,
    "_dmarc.twice.example TXT": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
    "_dmarc.odd.example TXT": ["v=DMARC1; p=everything"],
    "_dmarc.next.example TXT": ["v=DMARC10; p=reject"],
}


@pytest.mark.parametrize(
    ("domain", "spf", "dkim", "judgement"),
    [
        ("mimosa.example", "", ["mimosa.example"], Judgement("pass", "reject")),
        ("mimosa.example", "bounces.mimosa.example", [], Judgement("pass", "reject")),
        ("mimosa.example", "", ["rival.example"], Judgement("fail", "reject")),
        ("mimosa.example", "", [], Judgement("fail", "reject")),
        ("shop.mimosa.example", "", ["mimosa.example"], Judgement("pass", "quarantine")),
        ("nowhere.mimosa.example", "", [], Judgement("fail", "none")),
        ("strict.example", "", ["mail.strict.example"], Judgement("fail", "reject")),
        ("strict.example", "strict.example", [], Judgement("pass", "reject")),
        ("test.example", "", [], Judgement("fail", "quarantine")),
        ("one.co.example", "", ["two.co.example"], Judgement("fail", "none")),
        ("own.mimosa.example", "", ["mimosa.example"], Judgement("fail", "none")),
        ("silent.example", "", [], Judgement("temperror")),
        ("twice.example", "", ["twice.example"], Judgement("none")),
        ("odd.example", "", [], Judgement("fail", "none")),
        ("next.example", "", [], Judgement("none")),
        ("rival.example", "", ["rival.example"], Judgement("none")),
    ],
)
def test_a_domain_is_spoken_for(domain: str, spf: str, dkim: list[str], judgement: Judgement) -> None:
    assert judge(domain, spf=spf, dkim=dkim, look_up=Names(TOLD).look_up) == judgement


def test_a_deep_name_asks_no_more_than_nine_times() -> None:
    names = Names({})
    judge(".".join("abcdefghijklmnopqrstuvwxyz"), spf="", dkim=[], look_up=names.look_up)
    assert len(names.asked) <= 9
