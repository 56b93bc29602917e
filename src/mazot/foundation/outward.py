# SPDX-License-Identifier: AGPL-3.0-or-later
"""Requests to addresses that people of the house typed in: they never reach the house's own network.

The name is resolved once, each answer is checked, and the connection goes to a checked address and no other: a name
that answers differently a moment later (DNS rebinding) changes nothing. No redirect is followed, and an answer is
read only so far.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid
from mazot.foundation.resolver import Resolver

WITHIN = 10.0  # seconds, from the first look-up to the last byte
ANSWER_LIMIT = 64 * 1024
URL_LIMIT = 500
# Wrapped IPv4 addresses that the library takes for global: RFC 4291 §2.5.5.1 and RFC 8215.
_LEADING_INSIDE = (ipaddress.ip_network("::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or none and the reason in a few words."""

    status: int = 0
    reason: str = ""
    body: bytes = b""  # only where it was asked for

    @property
    def is_taken(self) -> bool:
        return 200 <= self.status < 300


class NotReachable(Exception):
    """Nothing was sent, or no whole answer came; the text says why, without what the other side said."""


def checked_url(url: str, *, allow_private: bool) -> str:
    """The address if a request may ever be sent there, as far as its text tells."""
    split = _split(url)
    host = split.hostname or ""
    if not allow_private and (_is_private_name(host) or _is_private_literal(host)):
        raise Invalid("private_address", _("This address lies inside a private network."), field="url")
    return url.strip()


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool,
    within: float = WITHIN,
    keeps_body: bool = False,
) -> Answer:
    """Send one request; whatever goes wrong is an answer with a reason."""
    until = time.monotonic() + within
    try:
        split = _split(checked_url(url, allow_private=allow_private))
        connection = _connect(split, until, allow_private=allow_private)
    except (NotReachable, Invalid) as error:
        return Answer(reason=str(error)[:200])
    connection.sock = _Hurried(connection.sock, until)
    try:
        path = (split.path or "/") + (f"?{split.query}" if split.query else "")
        connection.request("POST", path, body=body, headers=dict(headers))
        response = connection.getresponse()
        said = _read(response)
        reason = "" if 200 <= response.status < 300 else f"HTTP {response.status}"
        return Answer(response.status, reason, said if keeps_body else b"")
    except TimeoutError:
        return Answer(reason="no answer in time")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(reason=type(error).__name__)
    except NotReachable as error:
        return Answer(reason=str(error))
    finally:
        connection.close()


def fetch(
    url: str, *, resolver: Resolver, allow_private: bool, authorities: str = "", within: float = WITHIN
) -> Answer:
    """Read one text over HTTPS, from a name whose certificate vouches for it; no redirect is followed."""
    until = time.monotonic() + within
    split = urlsplit(url)
    host, port = split.hostname or "", split.port or 443
    found = [*resolver.look_up(host, "A").values, *resolver.look_up(host, "AAAA").values]
    if not allow_private and not all(is_public(address) for address in found):
        return Answer(reason="the address lies inside a private network")
    for address in found[:3]:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            plain = socket.create_connection((address, port), timeout=left)
        except OSError:
            continue
        return _fetched(plain, split, until, trusting(authorities))
    return Answer(reason="nobody answers there")


def _fetched(plain: socket.socket, split: SplitResult, until: float, context: ssl.SSLContext) -> Answer:
    host = split.hostname or ""
    try:
        wrapped = context.wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        return Answer(reason="the certificate is not valid for this name")
    connection = http.client.HTTPSConnection(host, context=context)
    connection.sock = _Hurried(wrapped, until)
    try:
        connection.request("GET", split.path or "/", headers={"Accept": "text/plain"})
        response = connection.getresponse()
        kind = response.getheader("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "text/plain":
            return Answer(response.status, f"its type is {kind[:40]}")
        return Answer(response.status, "", _read(response))
    except TimeoutError:
        return Answer(reason="no answer in time")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(reason=type(error).__name__)
    except NotReachable as error:
        return Answer(reason=str(error))
    finally:
        connection.close()


def trusting(authorities: str) -> ssl.SSLContext:
    """Believes certificates that the system's authorities vouch for, and those of a file beside them."""
    context = ssl.create_default_context()
    if authorities:
        context.load_verify_locations(authorities)
    return context


def _split(url: str) -> SplitResult:
    sentence = _("Type a whole address that begins with https:// or http://.")
    text = url.strip()
    if len(text) > URL_LIMIT:
        raise Invalid("too_long", _("An address has at most 500 characters."), field="url", limit=URL_LIMIT)
    if not text.isascii() or any(letter <= " " or letter == "\x7f" for letter in text):
        raise Invalid("not_an_address", sentence, field="url")
    try:
        split = urlsplit(text)
        port = split.port
    except ValueError:
        raise Invalid("not_an_address", sentence, field="url") from None
    if split.scheme not in ("http", "https") or not split.hostname or port == 0:
        raise Invalid("not_an_address", sentence, field="url")
    if split.username is not None or split.password is not None:
        raise Invalid("with_password", _("An address here carries no user name and no password."), field="url")
    return split


def _is_private_name(host: str) -> bool:
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".home.arpa"))


def _is_private_literal(host: str) -> bool:
    try:
        # inet_aton reads "127.1", "0x7f000001" and "2130706433" as connect() would.
        address = ipaddress.ip_address(host) if ":" in host else ipaddress.ip_address(socket.inet_aton(host))
    except (OSError, ValueError):
        return False
    return not is_public(str(address))


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also where it wraps an IPv4 one."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in ipaddress.ip_network("64:ff9b::/96"):  # RFC 6052
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None and not is_public(str(inner)):
            return False
        if found.is_site_local or any(found in network for network in _LEADING_INSIDE):
            return False
    return found.is_global and not found.is_multicast


def _connect(split: SplitResult, until: float, *, allow_private: bool) -> http.client.HTTPConnection:
    host = split.hostname or ""
    port = split.port or (443 if split.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotReachable("the name is not known") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allow_private and not all(is_public(address) for address in addresses):
        raise NotReachable("the address lies inside a private network")
    for address in addresses[:3]:
        left = until - time.monotonic()
        if left <= 0:
            break
        try:
            plain = socket.create_connection((address, port), timeout=left)
            return _over(plain, split, host, port, left)
        except ssl.SSLError:
            raise NotReachable("the certificate is not valid for this name") from None
        except OSError:
            continue
    raise NotReachable("nobody answers there")


def _over(plain: socket.socket, split: SplitResult, host: str, port: int, timeout: float) -> http.client.HTTPConnection:
    if split.scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        connection.sock = plain
        return connection
    context = ssl.create_default_context()
    try:
        wrapped = context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise
    secure = http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
    secure.sock = wrapped
    return secure


def _read(response: http.client.HTTPResponse) -> bytes:
    """Read the answer to its end or to the limit."""
    said = bytearray()
    while piece := response.read1(8192):
        said += piece
        if len(said) > ANSWER_LIMIT:
            raise NotReachable("the answer is longer than 64 KiB")
    return bytes(said)


class _Hurried:
    """A socket whose time is up at one moment: what trickles in, headers or body, has no more time than another."""

    def __init__(self, sock: socket.socket, until: float) -> None:
        self._sock, self._until = sock, until

    def sendall(self, data: bytes) -> None:
        self._wait()
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._sock.makefile("rb", buffering=0), self._wait))

    def close(self) -> None:
        self._sock.close()

    def _wait(self) -> None:
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)


class _Reader(io.RawIOBase):
    """Bytes of a socket, each piece within what is left of its time."""

    def __init__(self, raw: io.RawIOBase, wait: Callable[[], None]) -> None:
        self._raw, self._wait = raw, wait

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._wait()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
