# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mazot, wsgidav and Apache beside each other: processor time of the server for each operation, same client, same disk.

`python bench/webdav/run.py [--rounds 5] [--quick] [--write docs/benchmarks.md]`. Rounds are interleaved, so that a
busy moment of the machine falls on everybody; the figure is the median. Wall-clock speed is not told: it says more
about the machine's other work than about the server.
"""

import argparse
import contextlib
import datetime
import os
import platform
import socket
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(Path(__file__).parent)]

from servers import Server, apache, mazot, wsgidav  # noqa: E402

N_FILES = 1000
SMALL = 4096
LARGE = 100 * 1024 * 1024
CONNECTIONS = 4
NAMED = (
    b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/>'
    b"<getlastmodified/><getetag/><creationdate/><getcontenttype/></prop></propfind>"
)
ALLPROP = b'<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><allprop/></propfind>'
# Operation: what is asked of us against each peer (the most our figure may be, as a multiple of theirs).
ASKED = {
    "PROPFIND of 1,000 files, 6 properties": {"wsgidav + cheroot": 0.10, "Apache mod_dav": 1.5},
    "PROPFIND of 1,000 files, allprop": {"Apache mod_dav": 0.6},
    "GET 4 KiB": {"wsgidav + cheroot": 1.0},
    "PUT 4 KiB, new file": {"wsgidav + cheroot": 2.5},
    "GET 100 MiB": {"wsgidav + cheroot": 0.5},
    "PUT 100 MiB": {"wsgidav + cheroot": 1.0},
}


class Line:
    """One kept-alive connection."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.socket = socket.create_connection(("127.0.0.1", server.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read = self.socket.makefile("rb", buffering=256 * 1024)

    def close(self) -> None:
        self.read.close()
        self.socket.close()

    def send(self, method: str, name: str, body: bytes = b"", **headers: str) -> None:
        lines = {"Host": f"127.0.0.1:{self.server.port}", "Authorization": self.server.authorization, **headers}
        if body or method == "PUT":
            lines["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.socket.sendall(f"{method} {self.server.path}{name} HTTP/1.1\r\n{head}\r\n".encode() + body)

    def hear(self, *statuses: int) -> int:
        """Read a whole answer and tell how long its body was."""
        status = int(self.read.readline().split()[1])
        headers = {}
        while line := self.read.readline().strip():
            name, _, value = line.partition(b":")
            headers[name.lower()] = value.strip()
        if headers.get(b"transfer-encoding") == b"chunked":
            size = self._hear_chunks()
        else:
            size = self._skip(int(headers.get(b"content-length", 0)))
        if status not in statuses:
            raise SystemExit(f"{self.server.name} answered {status}")
        return size

    def _hear_chunks(self) -> int:
        size = 0
        while length := int(self.read.readline().split(b";")[0], 16):
            size += self._skip(length)
            self.read.readline()
        self.read.readline()
        return size

    def _skip(self, length: int) -> int:
        left = length
        while left:
            left -= len(self.read.read(min(left, 256 * 1024)))
        return length


Deed = Callable[[Server, list[Line], int], None]


def many(n: int, ask: Callable[[Line, int], None], *statuses: int) -> tuple[int, Deed]:
    """The same deed n times, over all connections at once."""

    def deed(_server: Server, lines: list[Line], round_: int) -> None:
        for start in range(0, n, len(lines)):
            for offset, line in enumerate(lines):
                ask(line, round_ * n + start + offset)
            for line in lines:
                line.hear(*statuses)

    return n, deed


def deeds(*, quick: bool) -> dict[str, tuple[int, Deed]]:
    share = 4 if quick else 1
    unique = bytearray(os.urandom(LARGE))

    def put_large(line: Line, number: int) -> None:
        unique[:8] = os.urandom(8)  # a content nobody has seen, so that nothing is saved by knowing it
        line.send("PUT", f"bench/large{number}.bin", bytes(unique))

    named, allprop, get, put, get_large, keep_large = ASKED
    return {
        named: many(16 // share, lambda line, _: line.send("PROPFIND", "bench/", NAMED, Depth="1"), 207),
        allprop: many(16 // share, lambda line, _: line.send("PROPFIND", "bench/", ALLPROP, Depth="1"), 207),
        get: many(4000 // share, lambda line, n: line.send("GET", f"bench/file{n % N_FILES}.bin"), 200),
        put: many(800 // share, lambda line, n: line.send("PUT", f"bench2/new{n}.bin", os.urandom(SMALL)), 201, 204),
        get_large: one_by_one(4 // min(share, 2), lambda line, _: line.send("GET", "bench3/large.bin"), 200),
        keep_large: one_by_one(2, put_large, 201, 204),
    }


def one_by_one(n: int, ask: Callable[[Line, int], None], *statuses: int) -> tuple[int, Deed]:
    _, deed = many(n, ask, *statuses)
    return n, lambda server, lines, round_: deed(server, lines[:1], round_)


def furnish(server: Server, large: bytes) -> None:
    line = Line(server)
    for folder in ("bench", "bench2", "bench3"):
        line.send("MKCOL", folder + "/")
        line.hear(201)
    for number in range(N_FILES):
        line.send("PUT", f"bench/file{number}.bin", os.urandom(SMALL))
        line.hear(201)
    line.send("PUT", "bench3/large.bin", large)
    line.hear(201)


def measure(servers: list[Server], *, rounds: int, quick: bool) -> None:
    large = os.urandom(LARGE)
    for server in servers:
        furnish(server, large)
    for round_ in range(rounds):
        for name, (n, deed) in deeds(quick=quick).items():
            for server in servers:
                # New ones each time: while the others have their turn, Apache hangs up after five seconds.
                lines = [Line(server) for _ in range(CONNECTIONS)]
                before = server.cpu_seconds()
                deed(server, lines, round_)
                server.results.setdefault(name, []).append((server.cpu_seconds() - before) / n * 1000)
                for line in lines:
                    line.close()
        sys.stderr.write(f"round {round_ + 1} of {rounds}\n")


def table(servers: list[Server]) -> str:
    """Milliseconds of processor time per operation, and what was asked for."""
    ours, peers = servers[0], servers[1:]
    median = {server.name: {name: statistics.median(v) for name, v in server.results.items()} for server in servers}
    heads = [server.name for server in servers] + [f"ratio to {peer.name}" for peer in peers]
    rows = [f"| operation | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for name, asked in ASKED.items():
        cells = [f"{median[server.name][name]:.2f}" for server in servers]
        for peer in peers:
            ratio = median[ours.name][name] / median[peer.name][name]
            limit = asked.get(peer.name)
            verdict = "" if limit is None else f" (asked ≤ {limit:g}: {'kept' if ratio <= limit else '**missed**'})"
            cells.append(f"{ratio:.2f}×{verdict}")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def page(servers: list[Server], rounds: int) -> str:
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    notes = "\n".join(f"- {server.name}: {server.note}." for server in servers)
    return f"""## WebDAV

Milliseconds of processor time (user and system, all processes of the server) for one operation; median of {rounds}
interleaved rounds; the same client for everybody, {CONNECTIONS} kept-alive connections (one for the large files), Basic
authentication at each request. {datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {cpu}, {os.cpu_count()} processors,
Linux {platform.release()}, Python {platform.python_version()}.

{table(servers)}

{notes}

`make bench` runs it again.
"""


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a quarter of the operations")
    parser.add_argument("--write", type=Path, help="put the section into this Markdown file")
    parser.add_argument("--folder", type=Path, help="where the servers keep their files (a temporary folder)")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=options.folder, prefix="mazot-bench-")))
        os.environ |= {"MAZOT_DATA": str(folder / "settings"), "DJANGO_SETTINGS_MODULE": "mazot.suite.settings"}
        started = [stack.enter_context(start(folder / start.__name__)) for start in (mazot, wsgidav, apache)]
        servers = [server for server in started if server is not None]
        measure(servers, rounds=options.rounds, quick=options.quick)
    told = page(servers, options.rounds)
    sys.stdout.write(told)
    if options.write:
        options.write.write_text(f"# Benchmarks\n\n{told}", encoding="utf-8")


if __name__ == "__main__":
    main()
