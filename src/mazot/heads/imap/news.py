# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened meanwhile, told: in the mailbox that is open, and in others where NOTIFY asked for them."""

import asyncio
import contextlib
import time
from typing import Any

from mazot.foundation.errors import NotFound
from mazot.heads.bridge import across
from mazot.heads.channel import Gone
from mazot.heads.imap.session import Session
from mazot.heads.imap.watching import read_snapshot
from mazot.products.mail.queries.placements import changed_since, view_of

LOOK_AGAIN = 30.0  # seconds; hints are lossy: so long a mailbox may differ from what the client knows


async def tell_news(session: Session, *, may_shift: bool, looks: bool = False) -> None:
    """Follow what is open and what is watched, and tell what the client does not know yet."""
    if session.selected is not None:
        await tell_selected(session, may_shift=may_shift, looks=looks)
    if session.watch is not None:
        await _tell_elsewhere(session)


async def tell_selected(session: Session, *, may_shift: bool, looks: bool = False) -> None:
    """The news of the open mailbox. A client that asked NOTIFY not to hear of it hears of it when it looks itself."""
    selected, watch = session.selected, session.watch
    assert selected is not None
    if watch is not None and watch.selected is None and not looks:
        session.has_news.clear()
        return
    if looks or session.has_news.is_set() or time.monotonic() - session.looked_at > LOOK_AGAIN:
        try:
            await follow(session)
        except NotFound as error:  # removed by another program, or no longer shared
            await session.say_bye("This mailbox is gone.")
            raise Gone from error
    lines, new = selected.news(
        may_shift=may_shift or (watch is not None and watch.shifts_at_once),
        wants_vanished=session.wants_vanished,
        wants_modseq=session.wants_modseq,
        wants_uid=session.is_rev2,
        wants_flags=watch is None or watch.tells_flags,
    )
    for line in lines:
        session.channel.write(line)
    if new and watch is not None and watch.items:
        from mazot.heads.imap.commands.fetching import tell_new

        await tell_new(session, selected, new, watch.items)


async def follow(session: Session) -> None:
    """Ask the database what happened since in the open mailbox."""
    selected = session.selected
    assert selected is not None
    assert session.opened is not None
    session.has_news.clear()
    session.looked_at = time.monotonic()
    actor, mailbox = session.opened.actor, selected.mailbox
    changes = await across(changed_since, actor, mailbox, selected.modseq)
    if changes.vanished is None:
        selected.compare(await across(view_of, actor, mailbox))
    else:
        selected.follow(changes)


async def _tell_elsewhere(session: Session) -> None:
    watch, opened = session.watch, session.opened
    assert watch is not None
    assert opened is not None
    if not watch.others or not (watch.is_due or time.monotonic() - watch.looked_at > LOOK_AGAIN):
        return
    watch.is_due, watch.looked_at = False, time.monotonic()
    open_id = session.selected.mailbox.id if session.selected else None
    after = await across(read_snapshot, opened, watch)
    for line in watch.news(after, open_id=open_id, wants_modseq=session.wants_modseq, utf8=session.utf8):
        session.channel.write(line)


async def tell_until(session: Session, done: "asyncio.Task[Any]", *, may_shift: bool) -> None:
    """Tell what happens as it happens until a task is done, or until the session is over."""
    try:
        while not done.done():
            if not await session.is_still_welcome():
                raise Gone
            if session.selected is None:
                session.has_news.clear()
            await tell_news(session, may_shift=may_shift)
            await session.channel.drain()
            await _next_news(session, done)
    except BaseException:
        done.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await done
        raise


async def _next_news(session: Session, done: "asyncio.Task[Any]") -> None:
    """Come back at a hint, when the task is done, or when it is time to look without a hint."""
    news = asyncio.create_task(session.has_news.wait())
    try:
        await asyncio.wait((news, done), timeout=LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED)
    finally:
        news.cancel()
