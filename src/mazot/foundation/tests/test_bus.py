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
        asyncio.run_coroutine_threadsafe(work, self.loop).result(5)


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
    assert link.connected.wait(5)
    return bus


def listening(bus: Bus, **wish: Any) -> Heard:
    heard: Heard = queue.Queue()
    bus.subscribe(lambda topic, message: heard.put((topic, message)), **wish)
    return heard


def test_a_hint_reaches_its_own_process_and_only_who_asked_for_it() -> None:
    bus = Bus()
    named, begun, other = listening(bus, topics=["a:1"]), listening(bus, prefix="a:"), listening(bus, topics=["b"])
    bus.publish("a:1", {"n": 1})
    assert named.get(timeout=1) == ("a:1", {"n": 1})
    assert begun.get(timeout=1) == ("a:1", {"n": 1})
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
    assert heard.get(timeout=1) == ("a", {})


def test_a_hint_reaches_the_other_processes_and_comes_back_to_none(hub: RunningHub, path: Path) -> None:
    one, two = joined(path), joined(path)
    at_one, at_two = listening(one, prefix=""), listening(two, prefix="")
    time.sleep(0.1)
    one.publish("t", {"n": 1})
    assert at_two.get(timeout=2) == ("t", {"n": 1})
    assert at_one.get(timeout=2) == ("t", {"n": 1})
    time.sleep(0.1)
    assert at_one.empty()


def test_a_hint_above_the_limit_goes_out_empty(hub: RunningHub, path: Path) -> None:
    one, two = joined(path), joined(path)
    heard = listening(two, topics=["t"])
    time.sleep(0.1)
    one.publish("t", {"kind": "drive.EntryAdded", "name": "x" * MAX_LINE})
    assert heard.get(timeout=2) == ("t", {"kind": "drive.EntryAdded"})


def test_processes_come_back_when_the_hub_does(hub: RunningHub, path: Path) -> None:
    one, two = joined(path), joined(path)
    heard = listening(two, topics=["t"])
    hub.do(hub.hub.stop())
    one.publish("t", {"lost": True})  # hints are lossy; nobody fails
    hub.do(hub.hub.start())
    deadline = time.monotonic() + 5
    while heard.empty() and time.monotonic() < deadline:
        one.publish("t", {"n": 2})
        time.sleep(0.05)
    assert heard.get(timeout=1) == ("t", {"n": 2})


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
        time.sleep(0.1)
    one.publish("t", {})
    assert heard.get(timeout=2) == ("t", {})


def test_only_this_user_may_open_the_socket(hub: RunningHub, path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0
