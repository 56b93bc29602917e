# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mazot.wire.dav import Malformed
from mazot.wire.dav.conditions import ResourceState, holds, parse_if, parse_tags, submitted

HERE = ResourceState("v1", frozenset({"urn:uuid:1"}))
THERE = ResourceState("v9", frozenset({"urn:uuid:9"}))


def state_of(resource):
    return {None: HERE, "/there": THERE}.get(resource, ResourceState(None))


@pytest.mark.parametrize(
    ("value", "is_true"),
    [
        ("(<urn:uuid:1>)", True),
        ("(<urn:uuid:2>)", False),
        ('(["v1"])', True),
        ('(["v2"])', False),
        ('([W/"v1"])', False),
        ('(<urn:uuid:1> ["v1"])', True),
        ('(<urn:uuid:1> ["v2"])', False),
        ('(<urn:uuid:1> ["v2"]) (["v1"])', True),
        ("(Not <DAV:no-lock>)", True),
        ("(Not <urn:uuid:1>)", False),
        ('(NOT ["v2"])', True),
        ("(<DAV:no-lock>)", False),
        ("</there> (<urn:uuid:9>)", True),
        ("</there> (<urn:uuid:1>)", False),
        ('</there> (<urn:uuid:1>) (["v9"])', True),
        ("</nowhere> (<urn:uuid:1>) </there> (<urn:uuid:9>)", True),
        ('</nowhere> (Not ["v1"])', True),
        ('  (  <urn:uuid:1>   ["v1"]  )  ', True),
    ],
)
def test_an_if_header_holds_when_one_of_its_lists_does(value, is_true):
    assert holds(parse_if(value), state_of) is is_true


@pytest.mark.parametrize(
    "value",
    [
        "", "()", "(", ")", "rubbish", "(<urn:uuid:1>", "<urn:uuid:1>", "(Not)", "(Not Not <a>)", "(<a>) <b> (<c>)",
        "<a> <b> (<c>)", '("v1")', "([v1])", "(<>)", "<a>", "(((<a>)))", "(<a>" * 500, "(<a>)" * 500,
    ],
)  # fmt: skip
def test_an_if_header_that_is_none_is_refused(value):
    with pytest.raises(Malformed) as refused:
        parse_if(value)
    assert refused.value.status == 400


@given(st.text('()<>[]"Not W/ab:', max_size=60))
def test_any_if_header_is_read_or_refused(value):
    try:
        lists = parse_if(value)
    except Malformed:
        return
    assert holds(lists, state_of) in (True, False)


def test_tokens_count_as_shown_in_whichever_list_they_stand():
    lists = parse_if('(<urn:uuid:1> ["old"]) (<urn:uuid:2>) (Not <urn:uuid:3>)')

    assert submitted(lists) == {"urn:uuid:1", "urn:uuid:2"}


@pytest.mark.parametrize(
    ("value", "strongly", "weakly"),
    [
        ("*", True, True),
        ('"v1"', True, True),
        ('"v0", "v1"', True, True),
        ('W/"v1"', False, True),
        ('"v2"', False, False),
        ('""', False, False),
    ],
)
def test_tags(value, strongly, weakly):
    tags = parse_tags(value)

    assert tags.matches_strongly("v1") is strongly
    assert tags.matches_weakly("v1") is weakly
    assert not tags.matches_weakly(None)


@pytest.mark.parametrize("value", ["", "JoplinIgnore-1700000000", "v1", '"v1', 'v1"', '"a" "b"', ",", "**", '"a", b'])
def test_what_is_no_tag_is_no_condition(value):
    assert parse_tags(value) is None
