# SPDX-License-Identifier: AGPL-3.0-or-later
"""RFC 7208, its examples and its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.authentication.spf import check_sender
from mazot.wire.authentication.spf_records import Asked, written_out
from mazot.wire.authentication.tests.zones import Names

BASE: dict[str, list[str] | None] = {
    "mimosa.example A": ["192.0.2.10"],
    "mimosa.example MX": ["10 mail-a.mimosa.example", "20 mail-b.mimosa.example"],
    "mail-a.mimosa.example A": ["192.0.2.129"],
    "mail-b.mimosa.example A": ["192.0.2.130"],
    "mail-b.mimosa.example AAAA": ["2001:db8::25"],
    "10.2.0.192.in-addr.arpa PTR": ["mimosa.example"],
    "away.example TXT": ["v=spf1 ip4:198.51.100.0/24 -all"],
    "10.2.0.192.in-addr._spf.mimosa.example A": ["127.0.0.2"],
    "silent.example TXT": None,
    "twice.example TXT": ["v=spf1 -all", "v=spf1 +all"],
}


def said(record: str, address: str, told: dict[str, list[str] | None] | None = None) -> str:
    names = Names({**BASE, **(told or {}), "mimosa.example TXT": ["something else", record]})
    return check_sender(address, sender="olive@mimosa.example", helo="mail.mimosa.example", look_up=names.look_up)[0]


@pytest.mark.parametrize(
    ("record", "address", "word"),
    [
        ("v=spf1 +all", "192.0.2.1", "pass"),
        ("v=spf1 a -all", "192.0.2.10", "pass"),
        ("v=spf1 a -all", "192.0.2.11", "fail"),
        ("v=spf1 a/24 -all", "192.0.2.11", "pass"),
        ("v=spf1 mx -all", "192.0.2.130", "pass"),
        ("v=spf1 mx -all", "::ffff:192.0.2.130", "pass"),
        ("v=spf1 mx//64 ~all", "2001:db8::99", "pass"),
        ("v=spf1 mx ~all", "2001:db8::99", "softfail"),
        ("v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", "pass"),
        ("v=spf1 ip6:2001:db8::/32 -all", "2001:db8::1", "pass"),
        ("v=spf1 ip6:2001:db8::/32 ?all", "192.0.2.1", "neutral"),
        ("v=spf1", "192.0.2.1", "neutral"),
        ("v=spf1 ptr -all", "192.0.2.10", "pass"),
        ("v=spf1 include:away.example -all", "198.51.100.7", "pass"),
        ("v=spf1 include:away.example ?all", "192.0.2.1", "neutral"),
        ("v=spf1 redirect=away.example", "192.0.2.1", "fail"),
        ("V=SPF1 exists:%{ir}.%{v}._spf.%{d} -all", "192.0.2.10", "pass"),
        ("v=spf1 include:nobody.example -all", "192.0.2.1", "permerror"),
        ("v=spf1 redirect=nobody.example", "192.0.2.1", "permerror"),
        ("v=spf1 include:silent.example -all", "192.0.2.1", "temperror"),
        ("v=spf1 include:twice.example -all", "192.0.2.1", "permerror"),
        ("v=spf1 +all ipv4:1.2.3.4", "192.0.2.1", "permerror"),
        ("v=spf1 a/33", "192.0.2.1", "permerror"),
        ("v=spf1 ip4:300.1.1.1", "192.0.2.1", "permerror"),
        ("v=spf1 all:x", "192.0.2.1", "permerror"),
        ("v=spf1 redirect=a.b redirect=c.d", "192.0.2.1", "permerror"),
        ("v=spf1 a:%{z}.x", "192.0.2.1", "permerror"),
        ("v=spf10 +all", "192.0.2.1", "none"),
        ("v=spf1 a:v1.x.y a:v2.x.y a:v3.x.y +all", "192.0.2.1", "permerror"),
    ],
)
def test_a_record_says_who_may_send(record: str, address: str, word: str) -> None:
    assert said(record, address) == word


def test_a_record_that_names_itself_ends_after_ten_questions() -> None:
    names = Names({"loop.example TXT": ["v=spf1 include:loop.example -all"]})
    found = check_sender("192.0.2.1", sender="a@loop.example", helo="x.example", look_up=names.look_up)
    assert found == ("permerror", "loop.example")
    assert len(names.asked) == 11


def test_without_a_sender_the_greeting_is_asked() -> None:
    names = Names({"mail.away.example TXT": ["v=spf1 ip4:192.0.2.1 -all"]})
    assert check_sender("192.0.2.1", sender="", helo="mail.away.example", look_up=names.look_up) == (
        "pass",
        "mail.away.example",
    )
    assert check_sender("192.0.2.1", sender="", helo="[192.0.2.1]", look_up=names.look_up)[0] == "none"


@pytest.mark.parametrize(
    ("macro", "name"),
    [  # RFC 7208 section 7.4
        ("%{s}", "strong-bad@email.example.com"),
        ("%{o}", "email.example.com"),
        ("%{d4}", "email.example.com"),
        ("%{d1}", "com"),
        ("%{dr}", "com.example.email"),
        ("%{d2r}", "example.email"),
        ("%{l-}", "strong.bad"),
        ("%{lr-}", "bad.strong"),
        ("%{l1r-}", "strong"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"),
    ],
)
def test_macros_are_written_out(macro: str, name: str) -> None:
    import ipaddress

    asked = Asked(ipaddress.ip_address("192.0.2.3"), "strong-bad@email.example.com", "x.example")
    assert written_out(macro, asked, "email.example.com") == name


@given(st.text("v=spf1 amxptrinclude:%{}/0129-~?+_.redirect", max_size=60))
def test_no_record_makes_it_raise_anything_else(text: str) -> None:
    assert said(f"v=spf1 {text}", "192.0.2.1") in {
        "pass", "fail", "softfail", "neutral", "permerror", "temperror",
    }  # fmt: skip
