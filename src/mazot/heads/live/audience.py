# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everyone who listens in this process: each topic is heard once from the Bus and spread over the open streams."""

import asyncio
import contextlib
import logging
from typing import Any
from uuid import UUID

from mazot.exchange.registry import product
from mazot.foundation.bus import Subscription, bus
from mazot.heads.bridge import across
from mazot.tenancy.actor import Actor
from mazot.tenancy.queries.access import access_topic
from mazot.tenancy.queries.actors import actor_for_session_key

logger = logging.getLogger(__name__)

WAITING = 100  # events for one stream; a page that is slower than that loads again
STREAMS_OF_A_PERSON = 20
STREAMS = 2000
ASK_AGAIN = 3.0  # seconds: how long an ended session can still hear
GATHER = 0.05  # seconds: many grants that change at once are one question
ASK_TOPICS_AGAIN = 10  # … and after how many of those each topic is asked again, though the rights look the same

Event = tuple[str, dict[str, Any]]


class TooManyStreams(Exception):
    """This person, or this server, has as many streams as it may."""


class Listener:
    """One open stream: what it may hear, and what waits for it."""

    def __init__(self, session_key: str, actor: Actor, topics: frozenset[str]) -> None:
        self.session_key, self.actor, self.topics = session_key, actor, topics
        self.person_id: UUID | None = actor.person_id
        self.access = access_topic(actor.organization_id)
        self.heard = topics | {self.access}  # the last one is for us and never sent
        self.waiting: asyncio.Queue[Event | None] = asyncio.Queue(WAITING)

    def tell(self, event: Event) -> None:
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            self._empty()
            self.waiting.put_nowait(("missed", {}))

    def end(self, event: Event | None = None) -> None:
        """Let the stream say one last thing and close."""
        self._empty()
        if event is not None:
            self.waiting.put_nowait(event)
        self.waiting.put_nowait(None)

    def _empty(self) -> None:
        with contextlib.suppress(asyncio.QueueEmpty):
            while True:
                self.waiting.get_nowait()


class Audience:
    """Spreads hints to listeners, and asks every few seconds whether each may still hear."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self._by_topic: dict[str, set[Listener]] = {}
        self._subscriptions: dict[str, Subscription] = {}
        self._asking: asyncio.Task[None] | None = None
        self._soon = asyncio.Event()
        self._hurried: set[str] = set()

    def join(self, listener: Listener) -> None:
        own = sum(1 for other in self.listeners if other.person_id == listener.person_id)
        if len(self.listeners) >= STREAMS or own >= STREAMS_OF_A_PERSON:
            raise TooManyStreams
        if self._asking is None:
            self._soon = asyncio.Event()  # of the loop that runs now
            self._asking = asyncio.create_task(self._ask_again())
        self.listeners.add(listener)
        for topic in listener.heard:
            if topic not in self._by_topic:
                self._by_topic[topic] = set()
                self._subscriptions[topic] = self._subscribe(topic)
            self._by_topic[topic].add(listener)

    def _subscribe(self, topic: str) -> Subscription:
        loop = asyncio.get_running_loop()

        def hear(topic: str, message: dict[str, Any]) -> None:
            loop.call_soon_threadsafe(self._spread, topic, message)

        return bus().subscribe(hear, topics=[topic])

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        for topic in listener.heard:
            heard_by = self._by_topic.get(topic)
            if heard_by is not None:
                heard_by.discard(listener)
                if not heard_by:
                    del self._by_topic[topic]
                    self._subscriptions.pop(topic).close()
        if not self.listeners:
            self._rest()

    def close(self) -> None:
        """End every stream, because the server stops; the pages come back by themselves."""
        for listener in tuple(self.listeners):
            listener.end()
        self._rest()

    def _rest(self) -> None:
        if self._asking is not None:
            self._asking.cancel()
            self._asking = None

    def _spread(self, topic: str, message: dict[str, Any]) -> None:
        for listener in self._by_topic.get(topic, ()):
            if topic == listener.access:
                self._ask_soon_for(topic)
                return
            listener.tell(("fact", {"topic": topic, **message}))

    def _ask_soon_for(self, access: str) -> None:
        """Somebody's rights changed: ask the streams of their organization now, and their topics too."""
        self._hurried.add(access)
        self._soon.set()

    async def _ask_again(self) -> None:
        loop, n_rounds = asyncio.get_running_loop(), 0
        next_round = loop.time() + ASK_AGAIN
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), next_round - loop.time())
            await asyncio.sleep(GATHER)
            self._soon.clear()
            hurried, self._hurried = self._hurried, set()
            # Changes in one organization put off the round of all the others by nothing.
            is_round = loop.time() >= next_round
            n_rounds += is_round
            all_topics = is_round and n_rounds % ASK_TOPICS_AGAIN == 0
            for listener in [one for one in self.listeners if is_round or one.access in hurried]:
                try:
                    await self._ask(listener, topics_too=all_topics or listener.access in hurried)
                except Exception:  # the database is away: nobody hears what they could not before, so it can wait
                    logger.warning("could not ask whether a stream may go on", exc_info=True)
            if is_round:
                next_round = loop.time() + ASK_AGAIN

    async def _ask(self, listener: Listener, *, topics_too: bool) -> None:
        actor = await across(actor_of, listener.session_key, listener.actor.address)
        changed = actor != listener.actor
        if actor is not None and (changed or topics_too):
            listener.actor = actor
            if await across(refused_topic, actor, listener.topics) is not None:
                actor = None
        if actor is None and listener in self.listeners:
            listener.end(("over", {}))


def actor_of(session_key: str, address: str) -> Actor | None:
    """Who the session stands for now."""
    found = actor_for_session_key(session_key, via="live", address=address)
    return None if found is None else found[1]


def refused_topic(actor: Actor, topics: frozenset[str]) -> str | None:
    """The first topic that its product does not let this actor hear; none when all are fine."""
    for topic in sorted(topics):
        declared = product(topic.partition(":")[0])
        if declared is None or declared.may_listen is None or not declared.may_listen(actor, topic):
            return topic
    return None
