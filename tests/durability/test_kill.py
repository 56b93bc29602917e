# SPDX-License-Identifier: AGPL-3.0-or-later
"""Power cuts while files come in: what was acknowledged is whole, what was not is absent or whole, nothing is half.

`MAZOT_KILLS` sets the number of `kill -9` (10 by default, 100 for the figure in docs/benchmarks.md).
"""

import base64
import contextlib
import hashlib
import http.client
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest

from tests.running import NO_MAIL

KILLS = int(os.environ.get("MAZOT_KILLS", "10"))
SENDERS = 3
SIZES = (700, 70_000, 900_000)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


# On SQLite whatever the run's database: the point is our own files and SQLite's; PostgreSQL keeps its own promises.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")} | NO_MAIL


class House:
    """A served Mazot that can be killed with all its children and started again."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.process: subprocess.Popen[str] | None = None

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "mazot", *words], capture_output=True, text=True, check=True, env=ENVIRONMENT
        )
        return done.stdout

    def start(self) -> None:
        command = [sys.executable, "-m", "mazot", "serve", "--data", str(self.data), "--http", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT, start_new_session=True
        )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.strip() == "ready":
                return
        raise AssertionError("the server ended before it was ready")

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.wait_until_silent()

    def wait_until_silent(self) -> None:
        for _ in range(600):
            try:
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=1).connect()
            except OSError:
                return
            time.sleep(0.05)
        raise AssertionError("a child outlived the kill")


class Client:
    """One sender with basic authentication on a connection of its own."""

    def __init__(self, house: House, person: dict) -> None:
        self.house = house
        self.root = person["webdav"].rstrip("/")
        token = base64.b64encode(f"{person['login']}:{person['application_password']}".encode()).decode()
        self.headers = {"Authorization": f"Basic {token}"}

    def ask(self, method: str, name: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=60)
        try:
            path = f"{self.root}/{quote(name)}"
            connection.request(method, path, body=body, headers=self.headers | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def names(self, folder: str) -> set[str]:
        status, body = self.ask("PROPFIND", folder, Depth="1")
        assert status == 207, body
        hrefs = re.findall(rb"<[^>]*href>([^<]+)</", body)
        return {href.decode().rstrip("/").rsplit("/", 1)[-1] for href in hrefs} - {folder}


class Browser:
    """One sender through the web: a session, and uploads in two pieces by tus 1.0."""

    def __init__(self, house: House, person: dict) -> None:
        self.house = house
        self.cookies: dict[str, str] = {}
        self.ask("GET", "/login")
        form = {"login": person["login"], "password": person["password"], "csrfmiddlewaretoken": self.cookies["csrf"]}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert self.ask("POST", "/login", urlencode(form).encode(), **kind)[0] == 302
        headers = self.ask("GET", "/drive/")[2]
        self.parent = headers["location"].rsplit("/", 1)[-1]

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=60)
        try:
            own = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            connection.request(method, path, body=body, headers=own | headers)
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, rest = value.strip().partition("=")
                    self.cookies[key] = rest.partition(";")[0]
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def upload(self, name: str, body: bytes) -> bool:
        """Send a file in two pieces; answer whether the last one was acknowledged."""
        told = {"parent": self.parent, "name": name, "folders": "storm"}
        metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())
        tus = {"Tus-Resumable": "1.0.0", "X-CSRFToken": self.cookies["csrf"]}
        made = {"Upload-Length": str(len(body)), "Upload-Metadata": metadata}
        status, said, headers = self.ask("POST", "/upload/drive", **tus, **made)
        assert status == 201, said
        where = urlsplit(headers["location"]).path
        half = len(body) // 2
        for start, piece in ((0, body[:half]), (half, body[half:])):
            sent = {"Upload-Offset": str(start), "Content-Type": "application/offset+octet-stream"}
            status, said, _ = self.ask("PATCH", where, piece, **tus, **sent)
            assert status in (204, 409, 423), said
        return status == 204


def content(kill: int, sender: int, number: int) -> bytes:
    seed = hashlib.sha256(f"{kill}/{sender}/{number}".encode()).digest()
    size = SIZES[(sender + number) % len(SIZES)]
    return (seed * (size // len(seed) + 1))[:size]


def upload_until_killed(
    browser: Browser, kill: int, sender: int, acknowledged: dict[str, str], tried: dict[str, str]
) -> None:
    number = 0
    with contextlib.suppress(OSError, http.client.HTTPException):
        while True:
            body = content(kill, sender, number)
            name = f"{kill:03}-{sender}-{number:04}.bin"
            tried[name] = hashlib.sha256(body).hexdigest()
            if browser.upload(name, body):
                acknowledged[name] = tried[name]
            number += 1


def send_until_killed(
    client: Client, kill: int, sender: int, acknowledged: dict[str, str], tried: dict[str, str]
) -> None:
    number = 0
    with contextlib.suppress(OSError, http.client.HTTPException):
        while True:
            body = content(kill, sender, number)
            name = f"{kill:03}-{sender}-{number:04}.bin"
            tried[name] = hashlib.sha256(body).hexdigest()
            status, _ = client.ask("PUT", f"storm/{name}", body)
            if status in (201, 204):
                acknowledged[name] = tried[name]
            number += 1


def test_no_acknowledged_file_is_lost_and_no_half_file_is_seen(tmp_path, free_port):
    house = House(tmp_path / "data", free_port)
    person = json.loads(house.run("demo", "--data", str(house.data)))["people"][0]
    client = Client(house, person)
    acknowledged: dict[str, str] = {}
    tried: dict[str, str] = {}
    house.start()
    try:
        assert client.ask("MKCOL", "storm")[0] == 201
        browser = Browser(house, person)
        for kill in range(KILLS):
            senders = [
                threading.Thread(target=send_until_killed, args=(client, kill, sender, acknowledged, tried))
                for sender in range(SENDERS)
            ]
            senders.append(
                threading.Thread(target=upload_until_killed, args=(browser, kill, SENDERS, acknowledged, tried))
            )
            for sender in senders:
                sender.start()
            # A different moment each time, the same in each run: 0.3 to 1.35 s into the storm.
            time.sleep(0.3 + 0.15 * (kill % 8))
            house.kill()
            for sender in senders:
                sender.join()
            house.start()

        present = client.names("storm")
        assert set(acknowledged) <= present, "an acknowledged file is gone"
        assert present <= set(tried), "a file appeared that nobody sent"
        for name in sorted(present):
            status, body = client.ask("GET", f"storm/{name}")
            assert status == 200
            assert hashlib.sha256(body).hexdigest() == tried[name], f"{name} is not whole"
    finally:
        house.kill()
    figures = f"{KILLS} kills, {len(tried)} tried, {len(acknowledged)} acknowledged, {len(present)} present and whole"
    logging.getLogger("mazot.durability").warning(figures)

    assert leftovers_after_sweep(house) == []


def leftovers_after_sweep(house: House) -> list[str]:
    """Sweep without grace; answer what lies on disk and no row names, or what a row names and is not on disk.

    An upload that has begun and received nothing yet has no file: it may go on for three days.
    """
    script = """
import json
from datetime import timedelta
import mazot
import django
django.setup()
from mazot.exchange.registry import products
from mazot.foundation.blobs import blobs
from mazot.products.drive.models import Upload
from mazot.products.drive.queries.uploads import name_of_part
used = {digest for product in products() for storage in product.storage for digest in storage.digests_in_use()}
blobs().sweep(used, grace=timedelta(seconds=-1))
on_disk = set(blobs().digests()) | {path.name for path in blobs().incoming.glob("*.part")}
empty = {name_of_part(upload.id) for upload in Upload.objects.filter(received=0)}
print(json.dumps(sorted((used - empty) ^ (on_disk - empty))))
"""
    settings = {"DJANGO_SETTINGS_MODULE": "mazot.suite.settings", "MAZOT_DATA": str(house.data)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=ENVIRONMENT | settings
    )
    return json.loads(done.stdout.strip().splitlines()[-1])
