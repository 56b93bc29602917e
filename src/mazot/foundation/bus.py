# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hints between processes: small, lossy, and never the truth (who hears one reads the database).

Each process holds one `Bus`. What it publishes reaches its own subscribers at once and, through the hub (a unix
socket in the supervisor), those of every other process. Without a hub a Bus serves its own process alone. `Link` is
the seam: at scale another transport carries the same lines.
"""

import contextlib
import json
import logging
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

logger = logging.getLogger(__name__)

MAX_LINE = 8 * 1024
RECONNECT_AFTER = (0.1, 0.5, 1.0, 2.0, 5.0)

Hearer = Callable[[str, dict[str, Any]], None]


class Link(Protocol):
    """What carries lines to and from the other processes."""

    def start(self, receive: Callable[[bytes], None]) -> None: ...
    def send(self, line: bytes) -> None: ...
    def close(self) -> None: ...


class Subscription:
    """A wish to hear some topics, by name or by the beginning of their names, until it is closed."""

    def __init__(self, bus: "Bus", hear: Hearer, topics: frozenset[str], prefix: str | None) -> None:
        self.bus, self.hear, self.topics, self.prefix = bus, hear, topics, prefix

    def wants(self, topic: str) -> bool:
        return topic in self.topics or (self.prefix is not None and topic.startswith(self.prefix))

    def close(self) -> None:
        self.bus.forget(self)


class Bus:
    """The one place of a process where hints are published and heard; safe in any thread."""

    def __init__(self, link: Link | None = None) -> None:
        self._subscriptions: tuple[Subscription, ...] = ()
        self._lock = threading.Lock()
        self._link = link
        if link is not None:
            link.start(self._receive)

    def publish(self, topic: str, message: dict[str, Any]) -> None:
        """Send a hint to whoever listens now; a message above the limit becomes an empty one, for it is a hint."""
        line = _line(topic, message)
        if len(line) > MAX_LINE:
            logger.warning("a message on %s is above %s bytes and goes out empty", topic[:200], MAX_LINE)
            message = {"kind": str(message.get("kind", ""))[:200]}
            line = _line(topic[:1000], message)
        self._deliver(topic, message)
        if self._link is not None:
            self._link.send(line)

    def subscribe(self, hear: Hearer, *, topics: Iterable[str] = (), prefix: str | None = None) -> Subscription:
        """Call `hear(topic, message)` for these topics, in the thread of whoever brings them: it only passes on."""
        subscription = Subscription(self, hear, frozenset(topics), prefix)
        with self._lock:
            self._subscriptions = (*self._subscriptions, subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        with self._lock:
            self._subscriptions = tuple(one for one in self._subscriptions if one is not subscription)

    def close(self) -> None:
        if self._link is not None:
            self._link.close()

    def _receive(self, line: bytes) -> None:
        told, _, message = line.partition(b"\t")
        try:
            topic = json.loads(told)
            # Most lines are for another process: this one reads no more of them than the topic.
            if not isinstance(topic, str) or not any(one.wants(topic) for one in self._subscriptions):
                return
            read = json.loads(message)
        except ValueError:
            logger.warning("the bus brought a line that is no JSON")
            return
        if isinstance(read, dict):
            self._deliver(topic, read)

    def _deliver(self, topic: str, message: dict[str, Any]) -> None:
        for subscription in self._subscriptions:
            if subscription.wants(topic):
                try:
                    subscription.hear(topic, message)
                except Exception:
                    logger.exception("a hearer of %s failed", topic)


def _line(topic: str, message: dict[str, Any]) -> bytes:
    """A topic and a message; JSON writes a tab as an escape, so the one between them is the only one."""
    return f"{json.dumps(topic)}\t{json.dumps(message, separators=(',', ':'), default=str)}".encode()


class HubLink:
    """A connection to the hub's socket, kept open by one thread that comes back when the hub does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self.connected = threading.Event()

    def start(self, receive: Callable[[bytes], None]) -> None:
        threading.Thread(target=self._stay_connected, args=(receive,), name="bus", daemon=True).start()

    def send(self, line: bytes) -> None:
        with self._lock:
            if self._socket is None:
                return
            try:
                self._socket.sendall(line + b"\n")
            except OSError:
                self._drop()

    def close(self) -> None:
        self._closed.set()
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        if self._socket is not None:
            # shutdown wakes the reading thread, which a plain close would leave asleep
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
            self._socket = None
            self.connected.clear()

    def _stay_connected(self, receive: Callable[[bytes], None]) -> None:
        tries = 0
        while not self._closed.is_set():
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.connect(str(self.path))
            except OSError:
                connection.close()
                self._closed.wait(RECONNECT_AFTER[min(tries, len(RECONNECT_AFTER) - 1)])
                tries += 1
                continue
            tries = 0
            with self._lock:
                # A hub that reads nothing for two seconds costs us the link, not the request that publishes.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _TWO_SECONDS)
                self._socket = connection
                self.connected.set()
            self._read(connection, receive)
            with self._lock:
                if self._socket is connection:
                    self._drop()

    def _read(self, connection: socket.socket, receive: Callable[[bytes], None]) -> None:
        waiting = b""
        while True:
            try:
                chunk = connection.recv(65536)
            except OSError:
                return
            if not chunk:
                return
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                receive(line)


_TWO_SECONDS = struct.pack("@ll", 2, 0)  # struct timeval

_bus: list[Bus] = []


def bus() -> Bus:
    """The Bus of this process; one that reaches nobody else until `connect` names the hub."""
    if not _bus:
        _bus.append(Bus())
    return _bus[0]


def connect(path: Path) -> Bus:
    """Let this process hear and be heard by the others."""
    if _bus and _bus[0]._link is not None:
        return _bus[0]
    link = HubLink(path)
    if _bus:  # whoever has subscribed already stays subscribed
        _bus[0]._link = link
        link.start(_bus[0]._receive)
    else:
        _bus.append(Bus(link))
    return _bus[0]
