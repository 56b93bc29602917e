# SPDX-License-Identifier: AGPL-3.0-or-later
"""One stream from its request to its end."""

import asyncio
import contextlib
import json
from urllib.parse import parse_qsl

from mazot.heads.answers import Receive, Scope, Send, plain
from mazot.heads.bridge import across
from mazot.heads.live.audience import Audience, Event, Listener, TooManyStreams, actor_of, refused_topic
from mazot.heads.sending import STALLED_AFTER
from mazot.heads.sessions import session_key

BEAT_EVERY = 15.0  # seconds: below the patience of proxies, and how we learn that a silent client is gone
TOPICS = 20
TOPIC_LENGTH = 200

_audience = Audience()
close = _audience.close


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `GET /live`."""
    if scope["method"] != "GET":
        await plain(send, 405, "Live events can only be read.", ((b"allow", b"GET"),))
        return
    if dict(scope["headers"]).get(b"sec-fetch-site", b"same-origin") not in (b"same-origin", b"none"):
        await plain(send, 403, "Another site asked for this.")
        return
    topics = topics_of(scope["query_string"])
    if topics is None:
        text = f"Name 1 to {TOPICS} topics of at most {TOPIC_LENGTH} characters: /live?topic=…&topic=…"
        await plain(send, 400, text)
        return
    key, address = session_key(scope), (scope.get("client") or ("",))[0]
    actor = await across(actor_of, key, address) if key else None
    if actor is None:
        await plain(send, 401, "Sign in to hear live events.")
        return
    refused = await across(refused_topic, actor, topics)
    if refused is not None:
        await plain(send, 403, f"You may not hear the topic {refused!r}.")
        return
    listener = Listener(key, actor, topics)
    try:
        _audience.join(listener)
    except TooManyStreams:
        text = "Too many pages of yours are open and listen. Close some of them."
        await plain(send, 429, text, ((b"retry-after", b"30"),))
        return
    try:
        await stream(listener, receive, send)
    finally:
        _audience.leave(listener)


def topics_of(query: bytes) -> frozenset[str] | None:
    """The topics a request names; none when they are no topics or too many."""
    try:
        pairs = parse_qsl(query.decode("ascii"), max_num_fields=TOPICS, strict_parsing=True, errors="strict")
    except ValueError:
        return None
    topics = [value for name, value in pairs if name == "topic"]
    if not topics or any(len(topic) > TOPIC_LENGTH or not topic.isprintable() for topic in topics):
        return None
    return frozenset(topics)


async def stream(listener: Listener, receive: Receive, send: Send) -> None:
    """Send what the listener is told until the client or the listener ends it."""

    async def watch() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        listener.end()

    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),  # nginx would keep events back
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"retry: 2000\n" + written(("open", {})), "more_body": True})
    watching = asyncio.create_task(watch())
    try:
        goes_on = True
        while goes_on:
            body, goes_on = await _next(listener)
            async with asyncio.timeout(STALLED_AFTER):
                await send({"type": "http.response.body", "body": body, "more_body": goes_on})
    finally:
        watching.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watching


async def _next(listener: Listener) -> tuple[bytes, bool]:
    """What to send next, several events in one piece, and whether the stream goes on after it."""
    try:
        events: list[Event | None] = [await asyncio.wait_for(listener.waiting.get(), BEAT_EVERY)]
    except TimeoutError:
        return b": beat\n\n", True
    with contextlib.suppress(asyncio.QueueEmpty):
        while True:
            events.append(listener.waiting.get_nowait())
    return b"".join(written(event) for event in events if event is not None), None not in events


def written(event: Event) -> bytes:
    """One event as it stands on the wire; JSON has no line break, so no message can forge another."""
    return f"event: {event[0]}\ndata: {json.dumps(event[1], separators=(',', ':'))}\n\n".encode()
