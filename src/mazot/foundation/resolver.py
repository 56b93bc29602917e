# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place that asks the domain name system, so that tests answer in its stead.

An answer says what was found, that there is nothing, or that nobody could tell: a domain without a record and a
resolver that is down are different things to everybody who asks (RFC 7208 section 2.6, RFC 5321 section 5.1).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic
from typing import Protocol

WITHIN = 5.0  # seconds, for all tries of one question
CACHED = 5_000  # answers kept for as long as they say


@dataclass(frozen=True, slots=True)
class Records:
    """What a name has of one kind: TXT as whole texts, A and AAAA as addresses, MX as "10 mail.example".

    "0 ." says that a domain takes no mail (RFC 7505).
    """

    values: tuple[str, ...] = ()
    failed: bool = False  # nobody could tell: no answer in time, or a broken zone
    exists: bool = True  # false: there is no such name at all (NXDOMAIN)


class Resolver(Protocol):
    def look_up(self, name: str, kind: str) -> Records:
        """The records of a name. It may wait for the network: ask outside of a transaction, off the event loop."""


class NetworkResolver:
    """Asks the resolvers this machine is set to, or the one it is given as "address:port"."""

    def __init__(self, server: str = "") -> None:
        from dns.resolver import LRUCache
        from dns.resolver import Resolver as Asking

        self._asking = Asking(configure=not server)
        if server:
            address, _, port = server.rpartition(":")
            self._asking.nameservers, self._asking.port = [address.strip("[]")], int(port)
        self._asking.cache = LRUCache(CACHED)
        self._asking.lifetime = WITHIN

    def look_up(self, name: str, kind: str) -> Records:
        from dns.exception import DNSException
        from dns.resolver import NXDOMAIN, NoAnswer

        try:
            answer = self._asking.resolve(name, kind, search=False)
        except NXDOMAIN:
            return Records(exists=False)
        except NoAnswer:
            return Records()
        except (DNSException, OSError, UnicodeError, ValueError):
            return Records(failed=True)
        return Records(tuple(_said(record, kind) for record in answer))


class Patient:
    """Asks for so many seconds in all; what is asked later, nobody could tell. One question more may be under way."""

    def __init__(self, asked: Resolver, seconds: float) -> None:
        self._asked, self._until = asked, monotonic() + seconds

    def look_up(self, name: str, kind: str) -> Records:
        return Records(failed=True) if monotonic() > self._until else self._asked.look_up(name, kind)


def _said(record: object, kind: str) -> str:
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]
    if kind == "MX":
        return f"{record.preference} {record.exchange.to_text(omit_final_dot=True).lower()}"  # type: ignore[attr-defined]
    return record.to_text().rstrip(".").lower()  # type: ignore[attr-defined, no-any-return]


_chosen: list[Resolver] = []


def resolver() -> Resolver:
    """The resolver of this process."""
    return _chosen[-1] if _chosen else _of_this_server()


@contextmanager
def answering(zone: Resolver) -> Iterator[None]:
    """Ask this one instead, for as long as the block lasts."""
    _chosen.append(zone)
    try:
        yield
    finally:
        _chosen.remove(zone)


@lru_cache(maxsize=1)
def _of_this_server() -> NetworkResolver:
    from django.conf import settings

    return NetworkResolver(settings.MAZOT.resolver)
