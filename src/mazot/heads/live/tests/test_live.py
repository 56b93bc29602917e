# SPDX-License-Identifier: AGPL-3.0-or-later
import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client as Browser

from mazot.foundation import facts
from mazot.foundation.bus import bus
from mazot.heads import bridge
from mazot.heads.bridge import across
from mazot.heads.live import audience, door
from mazot.products.drive.actions.drives import open_common_folder, open_own_folder
from mazot.products.drive.actions.files import make_folder
from mazot.tenancy.actions.grants import take_rights
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Grant, Membership, ProductInstance
from mazot.tenancy.queries.access import access_topic

pytestmark = pytest.mark.django_db(transaction=True)

SignIn = Callable[[Actor], Browser]


@pytest.fixture(autouse=True)
def published(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(audience, "ASK_AGAIN", 0.1)
    before = list(facts._publish)
    facts.publish_with(bus().publish)
    yield
    facts._publish[:] = before
    bridge.close()  # its connections would outlive the test's database


@pytest.fixture
def folder(olive: Actor, drive: ProductInstance) -> Any:
    return open_common_folder(olive, drive, name="Scores").root


class Page:
    """An open page: it asks once and hears what comes."""

    def __init__(self, cookie: str, *topics: str, **headers: str) -> None:
        query = "&".join(f"topic={topic}" for topic in topics)
        sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        sent.append((b"cookie", f"other=1; {settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        self.scope = {
            "type": "http",
            "method": "GET",
            "query_string": query.encode(),
            "headers": sent,
            "client": ("192.0.2.7", 1),
        }
        self.status = 0
        self.text = ""
        self.ended = False
        self._closed = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            self.ended = True

    def open(self) -> "asyncio.Task[None]":
        return asyncio.create_task(door.app(self.scope, self.receive, self.send))

    def close(self) -> None:
        self._closed.set()

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for block in self.text.split("\n\n"):
            fields = dict(
                line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":")
            )
            if "event" in fields:
                found.append((fields["event"], json.loads(fields["data"])))
        return found

    async def hears(self, event: str) -> dict[str, Any]:
        for _ in range(200):
            for name, message in self.events():
                if name == event:
                    return message
            await asyncio.sleep(0.02)
        raise AssertionError(f"no {event!r} in {self.text!r}")


def cookie_of(browser: Browser) -> str:
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


def answered(cookie: str, *topics: str, **headers: str) -> Page:
    async def asked() -> Page:
        page = Page(cookie, *topics, **headers)
        await asyncio.wait_for(page.open(), 5)
        return page

    return asyncio.run(asked())


def test_a_page_hears_of_a_new_entry_within_a_second(malik: Actor, folder: Any, signed_in: SignIn) -> None:
    async def scene() -> Page:
        page = Page(cookie_of(signed_in_malik), f"drive:folder:{folder.id}")
        task = page.open()
        await page.hears("open")
        await across(lambda: make_folder(malik, folder, name="Parts"))
        told = await asyncio.wait_for(page.hears("fact"), 1)
        assert told["kind"] == "drive.EntryAdded"
        assert told["topic"] == f"drive:folder:{folder.id}"
        page.close()
        await asyncio.wait_for(task, 5)
        return page

    signed_in_malik = signed_in(malik)
    assert asyncio.run(scene()).status == 200


def test_a_stranger_hears_nothing(folder: Any) -> None:
    assert answered("", f"drive:folder:{folder.id}").status == 401
    assert answered("nosuchsession", f"drive:folder:{folder.id}").status == 401
    assert answered("a'; drop table--", f"drive:folder:{folder.id}").status == 401


def test_otto_hears_nothing_of_mimosa(otto: Actor, folder: Any, signed_in: SignIn) -> None:
    assert answered(cookie_of(signed_in(otto)), f"drive:folder:{folder.id}").status == 403


@pytest.mark.parametrize(
    "topic", ["jobs", "outbox", "drive:", "drive:folder:x", "nothing:1", "drive:folder:", "%00", "a" * 201]
)
def test_only_topics_of_products_can_be_heard(olive: Actor, signed_in: SignIn, topic: str) -> None:
    assert answered(cookie_of(signed_in(olive)), topic).status in (400, 403)


def test_no_topic_and_too_many_are_refused(olive: Actor, signed_in: SignIn) -> None:
    cookie = cookie_of(signed_in(olive))
    assert answered(cookie).status == 400
    assert answered(cookie, *(f"drive:folder:{n}" for n in range(21))).status == 400


def test_another_site_cannot_open_a_stream(olive: Actor, folder: Any, signed_in: SignIn) -> None:
    page = answered(cookie_of(signed_in(olive)), f"drive:folder:{folder.id}", sec_fetch_site="cross-site")
    assert page.status == 403


def test_the_stream_ends_when_the_session_does(malik: Actor, folder: Any, signed_in: SignIn) -> None:
    cookie = cookie_of(signed_in(malik))

    async def scene() -> None:
        page = Page(cookie, f"drive:folder:{folder.id}")
        task = page.open()
        await page.hears("open")
        await across(lambda: Session.objects.all().delete())
        await asyncio.wait_for(task, 5)
        assert page.events()[-1] == ("over", {})
        assert page.ended

    asyncio.run(scene())


def test_the_stream_ends_when_the_member_is_blocked(malik: Actor, adam: Actor, folder: Any, signed_in: SignIn) -> None:
    cookie = cookie_of(signed_in(malik))

    async def scene() -> None:
        page = Page(cookie, f"drive:folder:{folder.id}")
        task = page.open()
        await page.hears("open")
        await across(lambda: block_member(adam, Membership.objects.get(id=malik.membership_id)))
        await asyncio.wait_for(task, 5)
        assert page.events()[-1] == ("over", {})

    asyncio.run(scene())


def test_the_stream_ends_at_once_when_the_grant_is_taken_and_goes_on_for_others(
    malik: Actor, gaia: Actor, adam: Actor, drive: ProductInstance, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience, "ASK_AGAIN", 60)  # nothing but the change itself makes the server ask
    personal = {who: open_own_folder(who, drive).root for who in (malik, gaia)}
    cookies = {who: cookie_of(signed_in(who)) for who in (malik, gaia)}

    async def scene() -> None:
        pages = {who: Page(cookies[who], f"drive:folder:{personal[who].id}") for who in (malik, gaia)}
        tasks = {who: page.open() for who, page in pages.items()}
        for page in pages.values():
            await page.hears("open")
        grant = await across(lambda: Grant.objects.get(membership_id=malik.membership_id))
        await across(lambda: take_rights(adam, grant))
        await asyncio.wait_for(tasks[malik], 5)
        assert pages[malik].events()[-1] == ("over", {})
        assert not tasks[gaia].done()
        pages[gaia].close()
        await asyncio.wait_for(tasks[gaia], 5)
        assert ("over", {}) not in pages[gaia].events()

    asyncio.run(scene())


def test_changes_without_end_in_one_organization_keep_no_ended_session_of_another_listening(
    malik: Actor, otto: Actor, rival_drive: ProductInstance, folder: Any, signed_in: SignIn
) -> None:
    theirs = open_own_folder(otto, rival_drive).root
    cookies = {who: cookie_of(signed_in(who)) for who in (malik, otto)}

    async def scene() -> None:
        page, noisy = (
            Page(cookies[malik], f"drive:folder:{folder.id}"),
            Page(cookies[otto], f"drive:folder:{theirs.id}"),
        )
        task, noise = page.open(), noisy.open()
        await page.hears("open")
        await noisy.hears("open")
        ended = cookies[malik]
        await across(lambda: Session.objects.filter(session_key=ended).delete())
        for _ in range(100):
            bus().publish(access_topic(otto.organization_id), {})
            await asyncio.sleep(0.02)
            if task.done():
                break
        assert task.done()
        noisy.close()
        await asyncio.wait_for(noise, 5)

    asyncio.run(scene())


def test_a_page_that_is_too_slow_is_told_to_load_again(malik: Actor) -> None:
    async def scene() -> list[Any]:
        listener = audience.Listener("key", malik, frozenset({"t"}))
        for n in range(audience.WAITING + 5):
            listener.tell(("fact", {"n": n}))
        return [listener.waiting.get_nowait() for _ in range(listener.waiting.qsize())]

    waiting = asyncio.run(scene())
    assert waiting[0] == ("missed", {})
    assert len(waiting) <= audience.WAITING


def test_one_person_has_so_many_streams_and_no_more(malik: Actor, folder: Any, signed_in: SignIn) -> None:
    cookie = cookie_of(signed_in(malik))
    topic = f"drive:folder:{folder.id}"

    async def scene() -> None:
        pages = [Page(cookie, topic) for _ in range(audience.STREAMS_OF_A_PERSON)]
        tasks = [page.open() for page in pages]
        for page in pages:
            await page.hears("open")
        extra = Page(cookie, topic)
        await extra.open()
        assert extra.status == 429
        pages[0].close()
        await tasks[0]
        another = Page(cookie, topic)
        tasks.append(another.open())
        await another.hears("open")
        door.close()
        await asyncio.wait_for(asyncio.gather(*tasks), 5)

    asyncio.run(scene())


def test_a_stream_that_rests_beats(
    malik: Actor, folder: Any, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "BEAT_EVERY", 0.05)
    cookie = cookie_of(signed_in(malik))

    async def scene() -> None:
        page = Page(cookie, f"drive:folder:{folder.id}")
        task = page.open()
        for _ in range(100):
            if ": beat\n\n" in page.text:
                break
            await asyncio.sleep(0.02)
        page.close()
        await asyncio.wait_for(task, 5)
        assert ": beat\n\n" in page.text

    asyncio.run(scene())


def test_a_message_cannot_forge_an_event() -> None:
    written = door.written(("fact", {"name": "x\n\nevent: over\ndata: {}\n\n"}))
    assert written.count(b"\n\n") == 1
