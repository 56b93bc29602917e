# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs that look for viruses and spam, asked where the operator says they run; with an end to all waiting.

It asks the network: outside of a transaction, off the event loop.
"""

import http.client
import logging
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings

from mazot.products.mail.rules import scanners
from mazot.products.mail.rules.scanners import Opinion, Unreadable

logger = logging.getLogger(__name__)

WITHIN = 15.0  # seconds of one program
MOST_SCANNED = 25 << 20  # bytes; what clamd takes as it comes
MOST_WEIGHED = 2 << 20  # spam is small, and its scanners slow


T = TypeVar("T")


class Silent(Exception):
    """A program did not answer, or not as it should."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a scanner of spam is told beside the letter."""

    sender: str = ""
    recipients: tuple[str, ...] = ()
    address: str = ""
    helo: str = ""


def virus_in(content: bytes) -> str:
    """The virus clamd finds in a letter, or an empty text; also where no clamd is named. Silent when nobody answers."""
    where = settings.MAZOT.clamd
    if not where:
        return ""
    if len(content) > MOST_SCANNED:
        raise Silent("the letter is too large to be scanned")
    return _asked("clamd", lambda: scanners.virus_in(_told(where, scanners.to_clamd(content), ends=b"\0")))


def opinions_on(content: bytes, envelope: Envelope) -> list[tuple[str, Opinion]]:
    """What each scanner of spam thinks, by its name; one that does not answer says nothing, and the log of the server
    says that."""
    found = []
    mazot = settings.MAZOT
    content = content[:MOST_WEIGHED]
    asks: tuple[tuple[str, str, Callable[[], Opinion]], ...] = (
        ("rspamd", mazot.rspamd, lambda: _rspamd(mazot.rspamd, content, envelope)),
        ("spamd", mazot.spamd, lambda: scanners.opinion_of_spamd(_told(mazot.spamd, [scanners.to_spamd(content)]))),
    )
    for name, where, ask in asks:
        if where:
            try:
                found.append((name, _asked(name, ask)))
            except Silent as error:
                logger.warning("%s", error)
    return found


def is_answering(name: str) -> bool:
    """Whether a program that is named answers now: asked with a letter of one line."""
    letter = b"Subject: Is anybody there\r\n\r\nThis letter is only a question.\r\n"
    try:
        if name == "clamd":
            virus_in(letter)
            return True
        return name in dict(opinions_on(letter, Envelope()))
    except Silent:
        return False


def _asked(name: str, ask: Callable[[], T]) -> T:
    try:
        return ask()
    except (OSError, http.client.HTTPException, Unreadable, ValueError) as error:
        raise Silent(f"{name} gave no answer that can be read: {error}") from error


def _told(where: str, pieces: Iterable[bytes], *, ends: bytes = b"") -> bytes:
    """Send it all and read until the other side is done."""
    until = time.monotonic() + WITHIN
    answer = b""
    with _connected(where) as line:
        for piece in pieces:
            line.settimeout(_left(until))
            line.sendall(piece)
        if not ends:
            line.shutdown(socket.SHUT_WR)
        while len(answer) < scanners.MOST_ANSWER and not (ends and answer.endswith(ends)):
            line.settimeout(_left(until))
            piece = line.recv(65536)
            if not piece:
                break
            answer += piece
    return answer


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("it takes too long")
    return left


def _connected(where: str) -> socket.socket:
    """HOST:PORT, or the path of a socket."""
    if where.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(WITHIN)
        line.connect(where)
        return line
    host, _, port = where.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=WITHIN)


def _rspamd(where: str, content: bytes, envelope: Envelope) -> Opinion:
    place = urlsplit(where)
    line = http.client.HTTPConnection(place.hostname or "", place.port or 11333, timeout=WITHIN)
    told = {"From": envelope.sender, "IP": envelope.address, "Helo": envelope.helo}
    try:
        line.putrequest("POST", f"{place.path.rstrip('/')}/checkv2")
        for name, value in (*told.items(), *(("Rcpt", one) for one in envelope.recipients[:100])):
            if value and value.isascii() and value.isprintable():
                line.putheader(name, value)
        line.putheader("Content-Length", str(len(content)))
        line.endheaders(content)
        response = line.getresponse()
        body = response.read(scanners.MOST_ANSWER)
    finally:
        line.close()
    if response.status != 200:
        raise Unreadable(f"it answered {response.status}")
    return scanners.opinion_of_rspamd(body)
