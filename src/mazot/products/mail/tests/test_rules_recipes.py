# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people click together does to letters what it says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mazot.products.mail.rules.recipes import DEEDS, FIELDS, HOWS, KINDS, BadRule, checked_rule, n_forwards, sieve_of
from mazot.wire import sieve

ANNA = b"From: Anna Opera <anna@choir.example>\r\nTo: b@y.example\r\nCc: c@y.example\r\nReply-To: d@z.example\r\n"
PLAIN = ANNA + b"Subject: Re: Opera plans\r\n\r\nThe rehearsal is at eight.\r\n"
RULE = {"field": "subject", "how": "contains", "what": "Opera", "deeds": ["folder", "star"], "folder": "Opera"}


def deeds_of(rules: list[dict[str, Any]], content: bytes = PLAIN, sender: str = "anna@choir.example") -> list[object]:
    letter = sieve.of_content(content, sender, "b@y.example")
    context = sieve.Context(now=datetime(2026, 11, 23, tzinfo=UTC))
    return list(sieve.evaluate(sieve.compile_script(sieve_of(rules)), letter, context).deeds)


def meets(condition: dict[str, str], content: bytes = PLAIN, sender: str = "anna@choir.example") -> bool:
    return deeds_of([condition | {"deeds": ["discard"]}], content, sender) == [sieve.Discard()]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("what", ["7", 'with "quotes"', "back\\slash", "a*b", "line\r\nbreak; discard", "é", "${a}"])
def test_every_rule_is_a_script_that_can_run(field: str, how: str, what: str) -> None:
    told = "7" if field in {"larger", "smaller"} else what
    told_apart = {"field": field, "how": how, "what": told}
    rule = {"conditions": [told_apart, told_apart], "deeds": [*DEEDS], "folder": 'Box "1"', "to": "a@b.example"}
    source = sieve_of([rule, rule | {"any": True, "stops": True}])
    sieve.compile_script(source)
    assert "\n; discard" not in source
    assert "\nbreak" not in source


@pytest.mark.parametrize(
    ("field", "how", "what", "is_met"),
    [
        ("from", "contains", "anna op", True),  # the name is part of what people see
        ("from", "is", "anna@choir.example", True),
        ("from", "is", "anna@choir", False),
        ("from", "matches", "*@choir.example", True),
        ("from", "lacks", "choir", False),
        ("to", "is", "b@y.example", True),
        ("to", "is", "c@y.example", True),
        ("cc", "is", "b@y.example", False),
        ("cc", "is", "c@y.example", True),
        ("reply", "matches", "?@z.example", True),
        ("subject", "is", "re: opera plans", True),
        ("subject", "lacks", "ballet", True),
        ("subject", "matches", "*opera*", True),
        ("body", "contains", "rehearsal", True),
        ("body", "contains", "anna", False),
        ("list", "contains", "choir", False),
        ("larger", "", "1", False),
        ("smaller", "", "1", True),
        *((kind, "", "", False) for kind in KINDS),
    ],
)
def test_a_condition_is_met_by_what_it_names(field: str, how: str, what: str, is_met: bool) -> None:
    assert meets({"field": field, "how": how, "what": what}) is is_met


@pytest.mark.parametrize(
    ("kind", "head", "sender"),
    [
        ("newsletter", b"List-Unsubscribe: <mailto:x@y.example>\r\n", "a@b.example"),
        ("mailing", b"List-Id: <choir.y.example>\r\n", "a@b.example"),
        ("mailing", b"Precedence: list\r\n", "a@b.example"),
        ("automatic", b"Auto-Submitted: auto-generated\r\n", "a@b.example"),
        ("bounce", b"", ""),
        ("spam", b"X-Spam-Flag: YES\r\n", "a@b.example"),
    ],
)
def test_a_kind_of_letter_is_known(kind: str, head: bytes, sender: str) -> None:
    assert meets({"field": kind}, head + PLAIN, sender)


def test_a_letter_that_nobody_sent_by_hand_says_no_when_somebody_did() -> None:
    assert not meets({"field": "automatic"}, b"Auto-Submitted: no\r\n" + PLAIN)


@pytest.mark.parametrize(("any_of", "is_met"), [(True, True), (False, False)])
def test_conditions_count_together_or_each(any_of: bool, is_met: bool) -> None:
    conditions = [
        {"field": "subject", "how": "contains", "what": "opera"},
        {"field": "body", "how": "contains", "what": "ballet"},
    ]
    deeds = deeds_of([{"conditions": conditions, "any": any_of, "deeds": ["discard"]}])
    assert (deeds == [sieve.Discard()]) is is_met


def test_rules_file_and_mark_what_they_mean() -> None:
    deeds = deeds_of([RULE | {"stops": True}, RULE | {"folder": "Later"}])
    assert [(deed.mailbox, tuple(deed.flags)) for deed in deeds] == [("Opera", ("\\Flagged",))]  # type: ignore[attr-defined]


def test_a_copy_and_what_is_passed_on_stay_where_they_were() -> None:
    deeds = deeds_of([RULE | {"deeds": ["copy", "forward"], "to": "gaia@mimosa.example"}])
    assert {type(deed) for deed in deeds} == {sieve.FileInto, sieve.Redirect, sieve.Keep}


def test_a_rule_that_is_off_does_nothing() -> None:
    rules = [RULE | {"deeds": ["forward"], "to": "a@b.example", "off": True}, RULE | {"deeds": ["discard"]}]
    assert deeds_of(rules) == [sieve.Discard()]
    assert n_forwards(rules) == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"field": "weather"}, "field"),
        ({"field": "larger", "what": "0"}, "size"),
        ({"field": "smaller", "what": "201"}, "size"),
        ({"field": "larger", "what": "٣"}, "size"),
        ({"how": "regex"}, "how"),
        ({"what": "  "}, "what"),
        ({"what": "x" * 201}, "what"),
        ({"conditions": []}, "what"),
        ({"conditions": [RULE] * 11}, "what"),
        ({"deeds": []}, "deeds"),
        ({"deeds": ["star", "dance"]}, "deeds"),
        ({"folder": ""}, "folder"),
        ({"folder": "a//b"}, "folder"),
        ({"deeds": ["forward"], "to": "nobody"}, "to"),
        ({"deeds": ["copy"], "folder": ""}, "folder"),
    ],
)
def test_a_rule_that_cannot_be_names_its_field(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(BadRule, match=field):
        checked_rule(RULE | wrong)


def test_a_kept_rule_is_the_same_when_it_is_checked_again() -> None:
    kept = checked_rule(RULE | {"any": True, "stops": True})
    assert checked_rule(kept) == kept
