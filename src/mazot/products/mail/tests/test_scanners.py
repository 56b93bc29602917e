# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs beside us, played on loopback: what they are told, and every way in which they can fail to answer."""

import dataclasses
import json
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings as all_settings

from mazot.products.mail.queries import scanners
from mazot.products.mail.queries.scanners import Envelope, Silent, is_answering, opinions_on, virus_in
from mazot.products.mail.rules.scanners import Unreadable, opinion_of_rspamd, opinion_of_spamd
from mazot.products.mail.rules.scanners import virus_in as read_virus

LETTER = b"Subject: Tea\r\n\r\n" + b"At four.\r\n" * 20_000


@contextmanager
def playing(part: Callable[[socket.socket], None]) -> Iterator[str]:
    """A program that does its part with each connection; gives "host:port"."""

    class Played(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            part(self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads, block_on_close = True, False

    with Server(("127.0.0.1", 0), Played) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()


def clamd(found: list[bytes], answer: bytes = b"stream: OK\0") -> Callable[[socket.socket], None]:
    def part(line: socket.socket) -> None:
        file = line.makefile("rb")
        assert file.read(10) == b"zINSTREAM\0"
        whole = b""
        while (size := struct.unpack("!I", file.read(4))[0]) > 0:
            whole += file.read(size)
        found.append(whole)
        line.sendall(answer)

    return part


@pytest.fixture
def at(settings) -> Callable[..., None]:
    def put(**where: str) -> None:
        settings.MAZOT = dataclasses.replace(all_settings.MAZOT, **where)

    return put


def test_clamd_gets_the_letter_whole_and_its_answer_is_read(at) -> None:
    found: list[bytes] = []
    with playing(clamd(found)) as where:
        at(clamd=where)
        assert virus_in(LETTER) == ""
        assert found == [LETTER]
        assert is_answering("clamd")
    with playing(clamd(found, b"stream: Eicar-Test-Signature FOUND\0")) as where:
        at(clamd=where)
        assert virus_in(LETTER) == "Eicar-Test-Signature"


def test_without_clamd_nobody_looks(at) -> None:
    at(clamd="")
    assert virus_in(LETTER) == ""


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: ", b"\xff\xfe\0", b"OK FOUND IT\0"]
)
def test_an_answer_of_clamd_that_is_none_is_silence(at, answer: bytes) -> None:
    with playing(clamd([], answer)) as where:
        at(clamd=where)
        with pytest.raises(Silent):
            virus_in(LETTER)
        assert not is_answering("clamd")


def test_nobody_there_and_a_letter_too_large_are_silence_too(at, monkeypatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        at(clamd=f"127.0.0.1:{unused.getsockname()[1]}")
        with pytest.raises(Silent):
            virus_in(LETTER)
    monkeypatch.setattr(scanners, "MOST_SCANNED", 10)
    with pytest.raises(Silent):
        virus_in(LETTER)


def test_a_program_that_never_answers_is_not_waited_for(at, monkeypatch) -> None:
    monkeypatch.setattr(scanners, "WITHIN", 0.3)
    with playing(lambda line: time.sleep(5)) as where:
        at(clamd=where, spamd=where, rspamd=f"http://{where}")
        began = time.monotonic()
        with pytest.raises(Silent):
            virus_in(b"x")
        assert opinions_on(b"x", Envelope()) == []
        assert time.monotonic() - began < 3


def rspamd(heard: list[bytes], told: object, status: bytes = b"200 OK") -> Callable[[socket.socket], None]:
    def part(line: socket.socket) -> None:
        file = line.makefile("rb")
        head = b""
        while (one := file.readline()) not in (b"\r\n", b""):
            head += one
        size = int(head.lower().partition(b"content-length: ")[2].split()[0])
        heard.extend((head, file.read(size)))
        body = json.dumps(told).encode()
        line.sendall(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body))

    return part


def test_rspamd_is_asked_with_the_envelope_and_weighs_on_our_scale(at) -> None:
    heard: list[bytes] = []
    told = {"score": 6.0, "required_score": 15.0, "action": "add header", "symbols": {"B": {}, "A": {}}}
    with playing(rspamd(heard, told)) as where:
        at(rspamd=f"http://{where}")
        envelope = Envelope(
            "a@away.example", ("malik@mimosa.example", "ça@mimosa.example"), "192.0.2.1", "mail.away.example"
        )
        ((name, opinion),) = opinions_on(LETTER, envelope)
    assert (name, opinion.weight, opinion.seen) == ("rspamd", 2.0, ("A", "B"))
    assert heard[0].startswith(b"POST /checkv2 HTTP/1.1\r\n")
    assert (
        b"\r\nFrom: a@away.example\r\nIP: 192.0.2.1\r\nHelo: mail.away.example\r\nRcpt: malik@mimosa.example\r\n"
        in heard[0]
    )
    assert heard[1] == LETTER


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"score": 1}, b"500 No"),
        ({}, b"200 OK"),
        ([], b"200 OK"),
        ({"score": "x"}, b"200 OK"),
        ({"score": float("nan")}, b"200 OK"),
    ],
)
def test_an_answer_of_rspamd_that_is_none_says_nothing(at, told: object, status: bytes) -> None:
    with playing(rspamd([], told, status)) as where:
        at(rspamd=f"http://{where}")
        assert opinions_on(LETTER, Envelope()) == []


def test_what_rspamd_refuses_is_spam() -> None:
    assert opinion_of_rspamd(b'{"score": 0, "action": "reject"}').weight == 10


def test_spamd_is_asked_and_answers(at) -> None:
    heard: list[bytes] = []

    def part(line: socket.socket) -> None:
        heard.append(line.makefile("rb").read())
        line.sendall(b"SPAMD/1.1 0 EX_OK\r\nContent-length: 10\r\nSpam: True ; 7.5 / 5.0\r\n\r\nGTUBE,HTML")

    with playing(part) as where:
        at(spamd=where)
        assert [(name, one.weight, one.seen) for name, one in opinions_on(LETTER, Envelope())] == [
            ("spamd", 7.5, ("GTUBE", "HTML"))
        ]
    assert heard[0] == b"SYMBOLS SPAMC/1.5\r\nContent-length: %d\r\n\r\n%b" % (len(LETTER), LETTER)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SPAMD/1.0 76 Bad header line\r\n\r\n",
        b"SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1.2.3 / 5\r\n\r\n",
        b"Spam: True ; 5 / 5",
    ],
)
def test_an_answer_of_spamd_that_is_none_is_not_read(answer: bytes) -> None:
    with pytest.raises(Unreadable):
        opinion_of_spamd(answer)


def test_names_of_viruses_are_harmless_words() -> None:
    assert read_virus(b"stream: A\r\nB: <x> FOUND\0") == "A_B:_x_"
