# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two thousand people without a browser: each has a connection and cookies of their own, and does what a page would."""

import asyncio
import random
import re
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

HEARD = {"Accept": "text/html,*/*", "User-Agent": "Mozilla/5.0 (bench)", "Accept-Encoding": "identity"}
PATIENCE = 60  # seconds for an answer
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PRICE = re.compile(r'name="count-([0-9a-f-]{36})"')
FILE = re.compile(r'(?:href|src)="(/static/[^"]+\.(?:css|js))"')
METHOD = re.compile(r'name="method" value="([0-9a-f-]{36})"')
WAITS = re.compile(r'<mazot-waiting[^>]* data-asks="([^"]+)" data-here="([^"]+)" data-again="([^"]+)"')


@dataclass
class Seen:
    """What everybody saw, together."""

    began: float = field(default_factory=time.monotonic)
    slow: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))  # the queue page by five seconds
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # milliseconds by kind of page
    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    orders: set[str] = field(default_factory=set)
    repeats: int = 0
    first_order_at: float = 0.0
    last_order_at: float = 0.0


class Connection:
    """One kept-alive connection of HTTP/1.1, opened again when the other side hung up meanwhile."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        for attempt in range(3):
            try:
                if self.streams is None:
                    self.streams = await asyncio.open_connection("127.0.0.1", self.port)
                self.streams[1].write(request)
                return await asyncio.wait_for(self._answer(self.streams[0]), PATIENCE)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if attempt == 2 or not request.startswith(b"GET"):
                    raise
        raise AssertionError

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[int, list[tuple[str, str]], bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        fields = [(name.lower(), value.strip()) for name, _colon, value in (line.partition(":") for line in head[1:-2])]
        told = dict(fields)
        if told.get("transfer-encoding") == "chunked":
            parts = []
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                parts.append((await reader.readexactly(size + 2))[:-2])
            await reader.readexactly(2)
            body = b"".join(parts)
        else:
            body = await reader.readexactly(int(told.get("content-length", 0)))
        if told.get("connection") == "close":
            self.close()
        return int(head[0].split()[1]), fields, body

    def close(self) -> None:
        if self.streams is not None:
            self.streams[1].close()
            self.streams = None


class Person:
    """Somebody who wants two places."""

    def __init__(self, number: int, port: int, event: str, seen: Seen) -> None:
        self.number, self.port, self.event, self.seen = number, port, event, seen
        self.line = Connection(port)
        self.cookies: dict[str, str] = {}

    async def come(self) -> None:
        try:
            self.seen.ends[await self._try()] += 1
        except Exception as fault:
            self.seen.faults.append(f"{self.number}: {type(fault).__name__} {fault}")
        finally:
            self.line.close()

    async def _try(self) -> str:
        page = await self._get(self.event, "queue page")
        for file in FILE.findall(page):
            await self._get(file, "file")
        while waits := WAITS.search(page):
            if not await self._wait(unescape(waits[1]), float(waits[3])):
                return "heard that nothing is left"
            page = await self._get(unescape(waits[2]), "event page")
        return await self._buy(page)

    async def _wait(self, asks: str, again: float) -> bool:
        """Ask as the page does, until it is one's turn; False once nothing was left twice."""
        in_vain = 0
        while True:
            await asyncio.sleep(again * random.uniform(0.85, 1.15))
            standing = json_of(await self._get(asks, "queue page"))
            if standing.get("is_in"):
                return True
            in_vain += standing["more"].startswith("Nothing is left")
            if in_vain == 2:
                return False
            again = standing["again"]

    async def _buy(self, page: str) -> str:
        for _attempt in range(4):
            prices = PRICE.findall(page)
            if not prices:
                return "found it sold out"
            await asyncio.sleep(random.uniform(1, 3))
            price = random.choice(prices)
            date = re.search(r'name="date" value="([^"]+)"', page)[1]
            said = [("csrfmiddlewaretoken", TOKEN.search(page)[1]), ("date", date), (f"count-{price}", "2")]
            status, where, page = await self._post(f"{self.event}/choose", said, "choose")
            if status == 302:
                return await self._order(where)
            if status not in (409, 422):
                raise AssertionError(f"choose answered {status} {page[:200]}")
        return "was too late four times"

    async def _order(self, checkout: str) -> str:
        page = await self._get(checkout, "checkout")
        await asyncio.sleep(random.uniform(1, 3))
        said = [
            ("csrfmiddlewaretoken", TOKEN.search(page)[1]),
            ("email", f"{self.number}@crowd.example"),
            ("method", METHOD.search(page)[1]),
        ]
        other = Person(self.number, self.port, self.event, self.seen)
        other.cookies = dict(self.cookies)
        # pressed twice at once, and a third time by somebody who did not see the answer
        answers = await asyncio.gather(self._post(checkout, said, "confirm"), other._post(checkout, said, "confirm"))
        answers.append(await other._post(checkout, said, "confirm"))
        other.line.close()
        places = {where for status, where, _page in answers if status == 302}
        if len(places) != 1 or len(answers) != sum(status == 302 for status, _where, _page in answers):
            raise AssertionError(f"confirming again answered {[(status, where) for status, where, _ in answers]}")
        self.seen.orders |= places
        self.seen.repeats += 2
        self.seen.last_order_at = time.monotonic()
        self.seen.first_order_at = self.seen.first_order_at or self.seen.last_order_at
        await self._get(places.pop(), "order page")
        return "ordered"

    async def _get(self, path: str, kind: str) -> str:
        status, _where, page = await self._ask("GET", path, b"", kind)
        if status != 200:
            raise AssertionError(f"{path} answered {status}")
        return page

    async def _post(self, path: str, said: list[tuple[str, str]], kind: str) -> tuple[int, str, str]:
        return await self._ask("POST", path, urlencode(said).encode(), kind)

    async def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, str, str]:
        told = HEARD | {"Host": f"127.0.0.1:{self.port}"}
        if self.cookies:
            told["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            told |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
            told["Referer"] = f"http://127.0.0.1:{self.port}{path}"
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
        began = time.perf_counter()
        status, fields, content = await self.line.ask("\r\n".join(lines).encode() + body)
        self.seen.took[kind].append((time.perf_counter() - began) * 1000)
        if kind == "queue page":
            self.seen.slow[int(time.monotonic() - self.seen.began) // 5].append(self.seen.took[kind][-1])
        for name, value in fields:
            if name == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key.strip()] = rest.partition(";")[0]
        where = urlsplit(dict(fields).get("location", ""))
        return status, where.path + (f"?{where.query}" if where.query else ""), content.decode("utf-8", "replace")


def json_of(text: str) -> dict[str, object]:
    import json

    return json.loads(text)


async def crowd(port: int, event: str, *, early: int, late: int, opens_in: float, arrives_within: float) -> Seen:
    """`early` people come before the sale opens, `late` ones in the seconds after it; everybody stays to their end."""
    seen = Seen()

    async def arrive(number: int, after: float) -> None:
        await asyncio.sleep(after)
        await Person(number, port, event, seen).come()

    comes = [random.uniform(0, max(0.0, opens_in - 3)) for _ in range(early)]
    comes += [opens_in + random.uniform(0, arrives_within) for _ in range(late)]
    await asyncio.gather(*(arrive(number, after) for number, after in enumerate(comes)))
    return seen
