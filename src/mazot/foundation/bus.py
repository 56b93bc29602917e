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

from mazot.foundation.interests import CONTROL, Interests, read, topic_of, wish

logger = logging.getLogger(__name__)

MAX_LINE = 8 * 1024
RECONNECT_AFTER = (0.1, 0.5, 1.0, 2.0, 5.0)

Hearer = Callable[[str, dict[str, Any]], None]


class Link(Protocol):
    """What carries lines to and from the other processes."""

    def start(self, receive: Callable[[bytes], None], wishes: Callable[[], Iterable[bytes]]) -> None: ...
    def is_heard(self, topic: str) -> bool: ...
    def send(self, line: bytes) -> None: ...
    def close(self) -> None: ...


class Subscription:
    """A wish to hear some topics, by name or by the beginning of their names, until it is closed."""

    def __init__(self, bus: "Bus", hear: Hearer, topics: frozenset[str], prefix: str | None) -> None:
        self.bus, self.hear, self.topics, self.prefix = bus, hear, topics, prefix

    def wishes(self) -> list[tuple[str, str]]:
        prefixes = [] if self.prefix is None else [("p", self.prefix)]
        return [*(("t", topic) for topic in self.topics), *prefixes]

    def close(self) -> None:
        self.bus.forget(self)


class Bus:
    """The one place of a process where hints are published and heard; safe in any thread."""

    def __init__(self, link: Link | None = None) -> None:
        self._by_topic: dict[str, tuple[Subscription, ...]] = {}
        self._by_prefix: tuple[Subscription, ...] = ()
        self._interests = Interests()
        self._lock = threading.Lock()
        self._link: Link | None = None
        if link is not None:
            self.join(link)

    def join(self, link: Link) -> None:
        """Reach the other processes from now on."""
        self._link = link
        link.start(self._receive, lambda: self._interests.lines("+"))

    @property
    def is_linked(self) -> bool:
        return self._link is not None

    def publish(self, topic: str, message: dict[str, Any]) -> None:
        """Send a hint to whoever listens now; a message above the limit becomes an empty one, for it is a hint."""
        elsewhere = self._link is not None and self._link.is_heard(topic)
        if elsewhere or self._interests.wants(topic):
            line = _line(topic, message)
            if len(line) > MAX_LINE:
                logger.warning("a message on %s is above %s bytes and goes out empty", topic[:200], MAX_LINE)
                message = {"kind": str(message.get("kind", ""))[:200]}
                line = _line(topic[:1000], message)
            self._deliver(topic, message)
            if elsewhere and self._link is not None:
                self._link.send(line)

    def subscribe(self, hear: Hearer, *, topics: Iterable[str] = (), prefix: str | None = None) -> Subscription:
        """Call `hear(topic, message)` for these topics, in the thread of whoever brings them: it only passes on."""
        subscription = Subscription(self, hear, frozenset(topics), prefix)
        with self._lock:
            for topic in subscription.topics:
                self._by_topic[topic] = (*self._by_topic.get(topic, ()), subscription)
            if prefix is not None:
                self._by_prefix = (*self._by_prefix, subscription)
            self._tell("+", subscription)
        return subscription

    def forget(self, subscription: Subscription) -> None:
        with self._lock:
            known = subscription in self._by_prefix
            self._by_prefix = tuple(one for one in self._by_prefix if one is not subscription)
            for topic in subscription.topics:
                here = self._by_topic.get(topic, ())
                known = known or subscription in here
                left = tuple(one for one in here if one is not subscription)
                if left:
                    self._by_topic[topic] = left
                else:
                    self._by_topic.pop(topic, None)
            if known:
                self._tell("-", subscription)

    def _tell(self, sign: str, subscription: Subscription) -> None:
        for kind, name in subscription.wishes():
            if self._interests.change(sign, kind, name) and self._link is not None:
                self._link.send(wish(sign, kind, name))

    def close(self) -> None:
        if self._link is not None:
            self._link.close()

    def _receive(self, line: bytes) -> None:
        topic = topic_of(line)
        if topic is None or not self._interests.wants(topic):
            return
        try:
            message = json.loads(line.partition(b"\t")[2])
        except ValueError:
            logger.warning("the bus brought a line that is no JSON")
            return
        if isinstance(message, dict):
            self._deliver(topic, message)

    def _deliver(self, topic: str, message: dict[str, Any]) -> None:
        beginning = (one for one in self._by_prefix if one.prefix is not None and topic.startswith(one.prefix))
        for subscription in dict.fromkeys((*self._by_topic.get(topic, ()), *beginning)):
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
        self._elsewhere = Interests()  # what the other processes hear

    def start(self, receive: Callable[[bytes], None], wishes: Callable[[], Iterable[bytes]]) -> None:
        threading.Thread(target=self._stay_connected, args=(receive, wishes), name="bus", daemon=True).start()

    def is_heard(self, topic: str) -> bool:
        return self._elsewhere.wants(topic)

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
            self._elsewhere.clear()
            self.connected.clear()

    def _stay_connected(self, receive: Callable[[bytes], None], wishes: Callable[[], Iterable[bytes]]) -> None:
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
            for line in wishes():
                self.send(line)
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
                told = read(line) if line.startswith(CONTROL) else None
                if told is not None:
                    self._elsewhere.change(*told)
                else:
                    receive(line)


_TWO_SECONDS = struct.pack("@ll", 2, 0)  # struct timeval

_bus: list[Bus] = []


def bus() -> Bus:
    """The Bus of this process; one that reaches nobody else until `connect` names the hub."""
    if not _bus:
        _bus.append(Bus())
    return _bus[0]


def connect(path: Path) -> Bus:
    """Let this process hear and be heard by the others; whoever has subscribed already stays subscribed."""
    if not bus().is_linked:
        bus().join(HubLink(path))
    return bus()
