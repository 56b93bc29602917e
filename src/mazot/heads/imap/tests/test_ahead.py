# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is read before it is asked for: when, how much, and for how long."""

import asyncio
from array import array

import pytest

from mazot.heads.imap import ahead as module
from mazot.heads.imap.ahead import FIRST, KEPT, MOST, Ahead
from mazot.heads.imap.lines import Plan
from mazot.heads.imap.selected import Selected
from mazot.products.mail.queries.placements import View
from mazot.products.mail.queries.sessions import OpenMailbox
from mazot.wire.imap.fetching import Attribute, Section

WHOLE = Plan((Attribute(b"UID"), Section(b"BODY[]", peeks=True)))
HEADER = Plan((Section(b"BODY[HEADER]", text=b"HEADER", peeks=True),))


def mailbox(count: int) -> Selected:
    """UIDs are ten times their number."""
    uids = array("Q", range(10, 10 * count + 1, 10))
    view = View(1, 10 * count + 1, 1, uids, array("I", bytes(4 * count)), array("Q", uids), {})
    return Selected(OpenMailbox(), view, reads_only=True)


def reads(ahead: Ahead, selected: Selected, plan: Plan, place: int) -> list[int]:
    """What one FETCH reads, at the end of which it has kept the others; nothing when it was in hand."""
    if ahead.take(selected, plan, place) is not None:
        return []
    uids = list(ahead.reach(selected, plan, place))
    ahead.keep([(uid, [b"%d" % uid]) for uid in uids[1:]])
    return uids


def test_a_letter_alone_is_read_alone() -> None:
    async def go() -> None:
        ahead, selected = Ahead(), mailbox(100)
        assert [reads(ahead, selected, WHOLE, place) for place in (5, 50, 7)] == [[60], [510], [80]]

    asyncio.run(go())


def test_those_that_follow_are_read_along_ever_more_of_them() -> None:
    async def go() -> None:
        ahead, selected = Ahead(), mailbox(300)
        found = [reads(ahead, selected, WHOLE, place) for place in range(200)]
        assert found[0] == [10]
        assert found[1] == list(range(20, 20 + 2 * FIRST * 10, 10))
        assert max(map(len, found)) == MOST
        assert [uid for uids in found for uid in uids][:200] == list(range(10, 2001, 10))  # each is read once

    asyncio.run(go())


def test_the_newest_first_works_as_well() -> None:
    async def go() -> None:
        ahead, selected = Ahead(), mailbox(30)
        found = [reads(ahead, selected, WHOLE, place) for place in range(29, -1, -1)]
        assert [uid for uids in found for uid in uids] == list(range(300, 0, -10))

    asyncio.run(go())


def test_what_was_read_for_another_question_or_mailbox_answers_none() -> None:
    async def go() -> None:
        ahead, selected = Ahead(), mailbox(30)
        reads(ahead, selected, WHOLE, 0)
        reads(ahead, selected, WHOLE, 1)
        assert ahead.take(selected, HEADER, 2) is None
        assert ahead.take(mailbox(30), WHOLE, 2) is None
        assert ahead.take(selected, WHOLE, 2) == [b"30"]

    asyncio.run(go())


def test_it_is_forgotten_by_news_and_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def go() -> None:
        ahead, selected = Ahead(), mailbox(30)
        reads(ahead, selected, WHOLE, 0)
        reads(ahead, selected, WHOLE, 1)
        ahead.forget()
        assert ahead.take(selected, WHOLE, 2) is None
        reads(ahead, selected, WHOLE, 2)
        reads(ahead, selected, WHOLE, 3)
        now = module.time.monotonic()
        monkeypatch.setattr(module.time, "monotonic", lambda: now + KEPT + 1)
        assert ahead.take(selected, WHOLE, 4) is None

    asyncio.run(go())


def test_the_memory_comes_back_though_nobody_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 0.01)

    async def go() -> None:
        ahead, selected = Ahead(), mailbox(30)
        reads(ahead, selected, WHOLE, 0)
        reads(ahead, selected, WHOLE, 1)
        await asyncio.sleep(0.05)
        assert not ahead._found

    asyncio.run(go())
