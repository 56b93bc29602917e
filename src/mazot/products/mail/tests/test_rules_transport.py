# SPDX-License-Identifier: AGPL-3.0-or-later
"""Policies of RFC 8461 as texts and as values."""

import pytest

from mazot.products.mail.rules.transport import LONGEST, Policy, id_in, read_policy

WHOLE = "version: STSv1\r\nmode: enforce\r\nmx: mail.away.example\r\nmx: *.away.example\r\nmax_age: 86400\r\n"


def test_a_policy_is_read_to_its_value() -> None:
    assert read_policy(WHOLE) == Policy("enforce", ("mail.away.example", "*.away.example"), 86400)
    assert read_policy(WHOLE.replace("\r\n", "\n") + "color: green\n\n") == read_policy(WHOLE)
    assert read_policy("version: STSv1\nmode: none\nmax_age: 1") == Policy("none", (), 1)
    assert read_policy(WHOLE.replace("86400", "9999999999")).max_age == LONGEST  # type: ignore[union-attr]
    assert read_policy(WHOLE + "mode: none\n").mode == "enforce"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        WHOLE.replace("STSv1", "STSv2"),
        WHOLE.replace("enforce", "always"),
        WHOLE.replace("86400", "soon"),
        WHOLE.replace("86400", "-1"),
        WHOLE.replace("max_age: 86400", ""),
        WHOLE.replace("mx: *.away.example", "mx: a.*.example"),
        WHOLE.replace("mx: *.away.example", "mx: *"),
        "version: STSv1\nmode: testing\nmax_age: 1",
        WHOLE + "mx: a.example\n" * 200,
    ],
)
def test_what_is_no_policy_is_none(text: str) -> None:
    assert read_policy(text) is None


@pytest.mark.parametrize(
    ("host", "may"),
    [
        ("mail.away.example", True),
        ("MX1.Away.Example.", True),
        ("a.b.away.example", False),
        ("away.example", False),
        ("mail.away.example.rival.example", False),
        ("", False),
    ],
)
def test_a_star_stands_for_one_label(host: str, may: bool) -> None:
    policy = read_policy(WHOLE)
    assert policy is not None
    assert policy.allows(host) is may


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        (["v=STSv1; id=20261123T101010;"], "20261123T101010"),
        (["v=spf1 -all", "v=STSv1;id=1"], "1"),
        (["v=STSv1; id=1; id=2"], "1"),
        (["v=STSv1; id=1", "v=STSv1; id=2"], ""),
        (["v=STSv1;"], ""),
        (["v=STSv1; id=not-so"], ""),
        (["v=STSv11; id=1"], ""),
        ([], ""),
    ],
)
def test_a_zone_announces_one_policy(texts: list[str], found: str) -> None:
    assert id_in(texts) == found
