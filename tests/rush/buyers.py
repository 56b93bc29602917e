# SPDX-License-Identifier: AGPL-3.0-or-later
"""Buyers with a browser's manners: cookies, forms, a second press when nothing came back."""

import http.client
import random
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
METHOD = re.compile(r'name="method" value="([0-9a-f-]{36})"')
PATIENCE = 90  # seconds
TRIES = 40


@dataclass
class Answer:
    status: int
    location: str
    text: str


@dataclass
class Diary:
    """What servers promised the buyers, to be held against the rows."""

    orders: set[str] = field(default_factory=set)  # secrets of the links
    paid: list[str] = field(default_factory=list)  # secrets whose payment was acknowledged
    answers: Counter[int] = field(default_factory=Counter)
    broken: int = 0
    told: list[float] = field(default_factory=list)  # seconds from the press to a refusal


@dataclass
class Buyer:
    """One of many; any of the servers may answer."""

    ports: list[int]
    diary: Diary
    chance: random.Random
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, fields: list[tuple[str, str]] | None = None) -> Answer:
        """One request; a server that dies before it answers is asked again, as an impatient person would."""
        for _try in range(TRIES):
            try:
                answer = self._ask(self.chance.choice(self.ports), method, path, fields)
            except (OSError, http.client.HTTPException):
                self.diary.broken += 1
                time.sleep(0.2 + self.chance.random() / 2)
                continue
            self.diary.answers[answer.status] += 1
            if answer.status != 503:
                return answer
            time.sleep(0.2 + self.chance.random() / 2)
        raise AssertionError(f"{method} {path}: no answer in {TRIES} tries")

    def _ask(self, port: int, method: str, path: str, fields: list[tuple[str, str]] | None) -> Answer:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Host": "127.0.0.1"}
        body = None
        if fields is not None:
            body = urlencode(fields).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body, headers)
            response = line.getresponse()
            text = response.read().decode()
        finally:
            line.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key.strip()] = rest.partition(";")[0]
        return Answer(response.status, urlsplit(response.getheader("location") or "").path, text)

    def token(self, path: str) -> tuple[tuple[str, str], str]:
        page = self.ask("GET", path)
        found = TOKEN.search(page.text)
        return ("csrfmiddlewaretoken", found[1] if found else ""), page.text


def live(buyer: Buyer, shop: dict[str, Any], evening: dict[str, str], n_seats: int) -> None:
    """Wants places, perhaps confirms, perhaps pays: the life of one buyer in one round."""
    base, chance = f"/shop/{shop['slug']}", buyer.chance
    dates = [("slug", "date"), ("noon_slug", "noon_date")] if chance.random() < 0.3 else [("slug", "date")]
    if chance.random() < 0.5:
        dates.reverse()  # a basket over two dates, taken in either order
    chosen = [choose(buyer, base, evening, where, n_seats) for where in dates]
    if not any(chosen):
        return
    token, page = buyer.token(f"{base}/checkout")
    if chance.random() < 0.3:
        buyer.ask("POST", f"{base}/checkout/code", [token, ("code", "friends")])
    if chance.random() < 0.15 or not METHOD.search(page):
        return  # walks away, or took so long that the places are gone
    secret = confirm(buyer, base, token, page)
    if secret and chance.random() < 0.8:
        pay(buyer, base, secret)


def choose(buyer: Buyer, base: str, evening: dict[str, str], where: tuple[str, str], n_seats: int) -> bool:
    """Try some times to get places of a date into the basket; says whether it worked."""
    event, date = f"{base}/event/{evening[where[0]]}", evening[where[1]]
    token, _page = buyer.token(event)
    for _wish in range(4):
        began = time.monotonic()
        wish = wishes(buyer.chance, evening, n_seats)
        if where[1] == "noon_date":
            wish = [(f"count-{evening['noon']}", str(buyer.chance.randint(1, 3)))]
        answer = buyer.ask("POST", f"{event}/choose", [token, ("date", date), *wish])
        if answer.status == 302:
            return True
        assert answer.status in (409, 410, 422), (answer.status, answer.text[-400:])
        buyer.diary.told.append(time.monotonic() - began)
    return False


def wishes(chance: random.Random, evening: dict[str, str], n_seats: int) -> list[tuple[str, str]]:
    """One to three seats, most of them in front where everybody wants to sit, or standing places."""
    if chance.random() < 0.2:
        return [(f"count-{evening['standing']}", str(chance.randint(1, 3)))]
    kind = "child" if chance.random() < 0.2 else "seat"
    first = min(chance.randrange(n_seats), chance.randrange(n_seats))
    return [("seat", f"{(first + n) % n_seats}:{evening[kind]}") for n in range(chance.randint(1, 3))]


def confirm(buyer: Buyer, base: str, token: tuple[str, str], page: str) -> str:
    """Order, and press again now and then; every press that is answered leads to the one order."""
    method = METHOD.search(page)
    assert method
    who = f"{buyer.chance.randrange(10**6)}@rush.example"
    fields = [token, ("email", who), ("first_name", "Ana"), ("last_name", "Favre"), ("method", method[1])]
    places = []
    for _press in range(buyer.chance.choice((1, 1, 2, 3))):
        answer = buyer.ask("POST", f"{base}/checkout", fields)
        if answer.status == 302 and "/order/" in answer.location:
            places.append(answer.location)
        else:
            assert answer.status in (302, 409, 410, 422), (answer.status, answer.text[-400:])
    assert len(set(places)) <= 1, places
    if not places:
        return ""
    secret = places[0].rpartition("/")[2]
    buyer.diary.orders.add(secret)
    return secret


def pay(buyer: Buyer, base: str, secret: str) -> None:
    """By the test provider: right, twice, too little, too much or not at all."""
    address = f"{base}/order/{secret}/test-card"
    token, page = buyer.token(address)
    if "press" not in page:
        return  # its time was over
    press = buyer.chance.choices(("pays", "twice", "less", "more", "declines"), (60, 15, 8, 8, 9))[0]
    answer = buyer.ask("POST", address, [token, ("press", press)])
    if answer.status == 303 and press != "declines":
        buyer.diary.paid.append(secret)
