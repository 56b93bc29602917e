# SPDX-License-Identifier: AGPL-3.0-or-later
"""A visitor without a browser: keeps cookies, reads forms, and costs this machine as little as can be."""

import gzip
import http.client
import re
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TIMEOUT = 120


class Unexpected(Exception):
    """An answer that the walk does not go on from."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    wire: int = 0  # bytes of the body as it travelled

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        """The path of a redirection."""
        parts = urlsplit(self.headers.get("location", ""))
        return parts.path + (f"?{parts.query}" if parts.query else "")


class Line:
    """One kept-alive connection, on which many visitors may come one after the other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        for attempt in range(2):
            try:
                self.connection.request(method, path, body, headers)
                response = self.connection.getresponse()
                content = response.read()
                break
            except (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest):
                self.connection.close()  # it was hung up while nobody spoke
                if attempt or method != "GET":
                    raise
        self.headers = response.getheaders()
        told = {name.lower(): value for name, value in self.headers}
        wire = len(content)
        if told.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(response.status, told, content, wire)


@dataclass
class Visitor:
    """Somebody with a cookie jar of their own."""

    line: Line
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, *, expect: tuple[int, ...] = (200,), **headers: str) -> Answer:
        return self._ask("GET", path, None, headers, expect)

    def post(
        self, path: str, fields: Iterable[tuple[str, str]], *, expect: tuple[int, ...] = (302, 303), **headers: str
    ) -> Answer:
        own = {**FORM, "Referer": f"http://127.0.0.1:{self.line.port}{path}", **headers}
        return self._ask("POST", path, urlencode(list(fields)).encode(), own, expect)

    def send(self, path: str, body: bytes, *, expect: tuple[int, ...] = (200, 201), **headers: str) -> Answer:
        return self._ask("POST", path, body, headers, expect)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], expect: tuple[int, ...]
    ) -> Answer:
        told = {"Accept-Encoding": "gzip", "Accept": "text/html,*/*", "User-Agent": "Mozilla/5.0 (bench)", **headers}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = self.line.ask(method, path, body, told)
        for name, value in self.line.headers:
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key.strip()] = rest.partition(";")[0]
        if answer.status not in expect:
            raise Unexpected(f"{method} {path} answered {answer.status}: {' '.join(answer.text.split())[:400]}")
        return answer


TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def token_in(page: str) -> tuple[str, str]:
    found = TOKEN.search(page)
    if found is None:
        raise Unexpected(f"no form: {' '.join(page.split())[:400]}")
    return ("csrfmiddlewaretoken", found[1])


Deed = Callable[[Visitor, int], Any]


def together(port: int, deed: Deed, *, count: int, clients: int) -> list[float]:
    """Do a deed so many times, each by a new visitor, several at once; the milliseconds of each."""
    numbers, took, faults = iter(range(count)), [], []
    lock = threading.Lock()

    def work() -> None:
        line = Line(port)
        while not faults:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            began = time.perf_counter()
            try:
                deed(Visitor(line), number)
            except Exception as fault:
                faults.append(fault)
                return
            took.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return took


def race(port: int, prepare: Callable[[Visitor, int], Callable[[], bool]], *, buyers: int) -> tuple[int, float]:
    """Many who want the same at the same moment: how many got it, and milliseconds until the last knew."""
    start, ends, won, faults = threading.Barrier(buyers), [], [], []

    def buyer(number: int) -> None:
        try:
            try:
                press = prepare(Visitor(Line(port)), number)
            finally:
                start.wait()
            began = time.perf_counter()
            won.append(press())
            ends.append((began, time.perf_counter()))
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=buyer, args=(number,)) for number in range(buyers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return sum(won), (max(end for _begin, end in ends) - min(begin for begin, _end in ends)) * 1000


def median(values: Iterable[float]) -> float:
    return statistics.median(list(values))
