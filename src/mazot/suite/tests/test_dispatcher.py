# SPDX-License-Identifier: AGPL-3.0-or-later
import asyncio
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

from mazot.foundation.blobs import blobs
from mazot.foundation.delivery import deliver_file
from mazot.foundation.pressure import PRESSURE
from mazot.suite.asgi import Dispatcher
from mazot.suite.pages import WAITING_LIMIT
from mazot.suite.tests.exchange import Client, scope

pytestmark = pytest.mark.django_db(transaction=True)


def told(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{request.META['REMOTE_ADDR']} {request.scheme} {request.body!r}")


def ten(request: HttpRequest) -> HttpResponse:
    return deliver_file(request, blobs().put(b"0123456789").digest, name="ten.txt", content_type="text/plain")


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a view met a fault")


ASLEEP = threading.Event()


def asleep(request: HttpRequest) -> HttpResponse:
    ASLEEP.wait(5)
    return HttpResponse("awake")


urlpatterns = [
    path("told", told),
    path("ten", ten),
    path("broken", broken),
    path("asleep", asleep),
    path("login", told),
]


@pytest.fixture(autouse=True)
def pages(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []


def asked(
    client: Client, method: str = "GET", at: str = "/told", *, proxies: int = 0, public_url: str = "", **headers: str
) -> Client:
    dispatcher = Dispatcher(replace(settings.MAZOT, trusted_proxies=proxies, public_url=public_url))

    async def ask() -> None:
        try:
            await dispatcher(scope(method, at, **headers), client.receive, client.send)
        finally:
            dispatcher.pages.close()

    asyncio.run(ask())
    return client


def test_a_page_sees_the_client_and_its_body() -> None:
    answer = asked(Client(body=(b"a=", b"b")), "POST", content_length="3")
    assert bytes(answer.content) == b"192.0.2.7 http b'a=b'"


def test_a_body_without_a_size_is_read_whole() -> None:
    answer = asked(Client(body=(b"a=", b"b", b"")), "POST", transfer_encoding="chunked")
    assert bytes(answer.content) == b"192.0.2.7 http b'a=b'"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.0.0.1, 203.0.113.9", "203.0.113.9"),
        (2, "10.0.0.1, 203.0.113.9, 198.51.100.2", "203.0.113.9"),
        (2, "203.0.113.9", "192.0.2.7"),
        (1, "", "192.0.2.7"),
    ],
)
def test_an_address_told_by_a_proxy_counts_only_as_far_as_proxies_are_trusted(
    proxies: int, forwarded: str, seen: str
) -> None:
    answer = asked(Client(), proxies=proxies, x_forwarded_for=forwarded)
    assert bytes(answer.content).split()[0].decode() == seen


def test_the_scheme_is_the_one_people_use() -> None:
    answer = asked(Client(), public_url="https://testserver")
    assert b" https " in answer.content


def test_a_file_is_sent_through_the_page_that_ordered_it() -> None:
    answer = asked(Client(), at="/ten", range="bytes=2-3")
    assert (answer.status, bytes(answer.content)) == (206, b"23")


def test_a_fault_in_a_view_is_a_page_and_not_a_broken_connection() -> None:
    assert asked(Client(), at="/broken").status == 500


def test_a_body_above_the_limit_is_refused() -> None:
    assert asked(Client(), "POST", content_length=str(11 * 1024 * 1024)).status == 413


def test_an_early_refusal_of_a_waiting_client_closes_the_connection() -> None:
    answer = asked(Client(body=(b"x",) * 3), "POST", content_length=str(10**12), expect="100-continue")
    assert answer.status == 413
    assert answer.headers[b"connection"] == b"close"
    assert answer.received == 0


def test_the_health_of_the_server_needs_no_database() -> None:
    assert bytes(asked(Client(), at="/healthz").content) == b"ok\n"


def test_too_many_waiting_requests_are_told_to_come_back() -> None:
    dispatcher = Dispatcher(settings.MAZOT)
    client = Client()
    PRESSURE.waiting = WAITING_LIMIT
    try:
        asyncio.run(dispatcher(scope(path="/told"), client.receive, client.send))
    finally:
        PRESSURE.waiting = 0
    assert (client.status, client.headers[b"retry-after"]) == (503, b"3")


def test_who_asks_where_they_stand_does_not_wait_behind_those_who_buy() -> None:
    async def scene() -> int:
        dispatcher = Dispatcher(replace(settings.MAZOT, page_threads=1))
        blocked = [asyncio.create_task(_ask(dispatcher, "POST", "/asleep")) for _n in range(3)]
        await asyncio.sleep(0.1)
        answer = await asyncio.wait_for(_ask(dispatcher, "GET", "/told/waiting"), 5)
        ASLEEP.set()
        await asyncio.gather(*blocked)
        dispatcher.pages.close()
        return answer.status

    try:
        assert asyncio.run(scene()) in (200, 404)
    finally:
        ASLEEP.clear()


def test_many_who_sign_in_leave_the_pages_to_the_others() -> None:
    async def scene() -> float:
        dispatcher = Dispatcher(replace(settings.MAZOT, page_threads=1))
        blocked = [asyncio.create_task(_ask(dispatcher, "POST", "/asleep"))]
        await asyncio.sleep(0.1)
        began = time.monotonic()
        answer = await _ask(dispatcher, "POST", "/login")
        took = time.monotonic() - began
        ASLEEP.set()
        await asyncio.gather(*blocked)
        dispatcher.pages.close()
        assert answer.status == 200
        return took

    assert asyncio.run(scene()) < 2


async def _ask(dispatcher: Dispatcher, method: str, at: str) -> Client:
    client = Client()
    await dispatcher(scope(method, at), client.receive, client.send)
    return client


def test_a_receive_that_is_no_coroutine_serves_as_well() -> None:
    """As granian's: awaitable, and refused by asyncio where a coroutine is asked for."""
    client = Client(body=(b"a=b",))

    class Awaitable:
        def __await__(self) -> Any:
            return client.receive().__await__()

    dispatcher = Dispatcher(settings.MAZOT)
    asyncio.run(dispatcher(scope("POST", "/told", content_length="3"), Awaitable, client.send))
    dispatcher.pages.close()
    assert b"b'a=b'" in client.content


def test_settings_of_mail_programs_are_pages_and_the_rest_of_well_known_is_not() -> None:
    dispatcher = Dispatcher(settings.MAZOT)
    assert dispatcher._room_for(scope(path="/.well-known/autoconfig/mail/config-v1.1.xml")) is dispatcher.pages
    assert dispatcher._room_for(scope(path="/.well-known/caldav")) is not dispatcher.pages
