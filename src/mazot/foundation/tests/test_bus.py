# SPDX-License-Identifier: AGPL-3.0-or-later
import asyncio
import queue
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mazot.foundation.bus import MAX_LINE, Bus, HubLink
from mazot.foundation.hub import Hub

Heard = "queue.Queue[tuple[str, dict[str, Any]]]"


class RunningHub:
    """A hub on a loop of its own, as the supervisor has it."""

    def __init__(self, path: Path) -> None:
        self.hub = Hub(path)
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        self.do(self.hub.start())

    def do(self, work: Any) -> None:
        asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


@pytest.fixture
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("h") / "bus.sock"


@pytest.fixture
def hub(path: Path) -> Iterator[RunningHub]:
    running = RunningHub(path)
    yield running
    running.do(running.hub.stop())
    running.loop.call_soon_threadsafe(running.loop.stop)


def joined(path: Path) -> Bus:
    link = HubLink(path)
    bus = Bus(link)
    assert link.connected.wait(30)
    return bus


def known(bus: Bus, topic: str, *, is_heard: bool = True) -> None:
    """Wait until this process knows whether another hears the topic."""
    deadline = time.monotonic() + 30
    assert bus._link is not None
    while bus._link.is_heard(topic) is not is_heard:
        assert time.monotonic() < deadline, "the wish did not arrive"
        time.sleep(0.01)


def listening(bus: Bus, **wish: Any) -> Heard:
    heard: Heard = queue.Queue()
    bus.subscribe(lambda topic, message: heard.put((topic, message)), **wish)
    return heard


def test_a_hint_reaches_its_own_process_and_only_who_asked_for_it() -> None:
    bus = Bus()
    named, begun, other = listening(bus, topics=["a:1"]), listening(bus, prefix="a:"), listening(bus, topics=["b"])
    bus.publish("a:1", {"n": 1})
    assert named.get(timeout=30) == ("a:1", {"n": 1})
    assert begun.get(timeout=30) == ("a:1", {"n": 1})
    assert other.empty()


def test_a_closed_subscription_hears_nothing() -> None:
    bus = Bus()
    heard: Heard = queue.Queue()
    bus.subscribe(lambda topic, message: heard.put((topic, message)), topics=["a"]).close()
    bus.publish("a", {})
    assert heard.empty()


def test_a_hearer_that_fails_does_not_silence_the_others() -> None:
    bus = Bus()

    def broken(topic: str, message: dict[str, Any]) -> None:
        raise ValueError

    bus.subscribe(broken, topics=["a"])
    heard = listening(bus, topics=["a"])
    bus.publish("a", {})
    assert heard.get(timeout=30) == ("a", {})


def test_a_hint_reaches_the_other_processes_and_comes_back_to_none(hub: RunningHub, path: Path) -> None:
    one, two = joined(path), joined(path)
    at_one, at_two = listening(one, prefix=""), listening(two, prefix="")
    known(one, "t")
    one.publish("t", {"n": 1})
    assert at_two.get(timeout=30) == ("t", {"n": 1})
    assert at_one.get(timeout=30) == ("t", {"n": 1})
    time.sleep(0.1)
    assert at_one.empty()


def test_a_hint_above_the_limit_goes_out_empty(hub: RunningHub, path: Path) -> None:
    one, two = joined(path), joined(path)
    heard = listening(two, topics=["t"])
    known(one, "t")
    one.publish("t", {"kind": "drive.EntryAdded", "name": "x" * MAX_LINE})
    assert heard.get(timeout=30) == ("t", {"kind": "drive.EntryAdded"})


def test_processes_come_back_when_the_hub_does(hub: RunningHub, path: Path) -> None:
    one, two = joined(path), joined(path)
    heard = listening(two, topics=["t"])
    hub.do(hub.hub.stop())
    one.publish("t", {"lost": True})  # hints are lossy; nobody fails
    hub.do(hub.hub.start())
    deadline = time.monotonic() + 30
    while heard.empty() and time.monotonic() < deadline:
        one.publish("t", {"n": 2})
        time.sleep(0.05)
    assert heard.get(timeout=30) == ("t", {"n": 2})


@pytest.mark.parametrize(
    "line",
    [
        b"no json\n",
        b"[1]\t{}\n",
        b'"t"\t1\n',
        b'"t"\t{\n',
        b"1\t{}\n",
        b"\t\n",
        b"\n",
        b"\xff\xfe\n",
        b"x" * 100_000 + b"\n",
    ],
)
def test_nonsense_on_the_socket_hurts_nobody(hub: RunningHub, path: Path, line: bytes) -> None:
    one, two = joined(path), joined(path)
    heard = listening(two, topics=["t"])
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(str(path))
        stranger.sendall(line)
        known(one, "t")
    one.publish("t", {})
    assert heard.get(timeout=30) == ("t", {})


def test_only_this_user_may_open_the_socket(hub: RunningHub, path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0


class Counting(HubLink):
    """A link that counts the hints it sends."""

    n_sent = 0

    def send(self, line: bytes) -> None:
        self.n_sent += line.startswith(b'"')
        super().send(line)


def test_what_nobody_else_hears_is_not_sent(hub: RunningHub, path: Path) -> None:
    link = Counting(path)
    one, two = Bus(link), joined(path)
    assert link.connected.wait(30)
    heard = listening(two, topics=["wanted"])
    known(one, "wanted")
    for _ in range(10):
        one.publish("unwanted", {})
    one.publish("wanted", {})
    assert heard.get(timeout=30) == ("wanted", {})
    assert link.n_sent == 1


def test_a_wish_ends_with_its_last_subscription_and_with_its_process(hub: RunningHub, path: Path) -> None:
    one, two, three = joined(path), joined(path), joined(path)
    first = two.subscribe(lambda *_: None, topics=["t"])
    second = two.subscribe(lambda *_: None, topics=["t"])
    known(one, "t")
    first.close()
    second.close()
    known(one, "t", is_heard=False)
    listening(three, prefix="t")
    known(one, "t:1")
    three.close()
    known(one, "t:1", is_heard=False)


def test_a_process_that_joins_later_learns_what_is_heard(hub: RunningHub, path: Path) -> None:
    one = joined(path)
    heard = listening(one, topics=["t"])
    two = joined(path)
    known(two, "t")
    two.publish("t", {"n": 1})
    assert heard.get(timeout=30) == ("t", {"n": 1})


def test_a_subscription_that_was_made_before_the_hub_is_heard_after() -> None:
    bus = Bus()
    heard = listening(bus, topics=["t"])
    assert bus.is_linked is False
    bus.publish("t", {})
    assert heard.get(timeout=30) == ("t", {})
