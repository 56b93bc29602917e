# SPDX-License-Identifier: AGPL-3.0-or-later
"""What GET found a moment ago, good until anybody commits anything: SQLite itself tells when that happens.

Clients read the same files in long rows (a sync, a player, a page with pictures), and the crossing to a thread costs
more than the reading. `PRAGMA data_version` changes with every commit of every other connection, in this process or
another, so what was read under one value is still true under the same value: a revoked password, a taken right or a
changed file ends it at once. Only the clock can change an answer without a commit (a password that expires), so who
came in is asked again each second. PostgreSQL has no such number: there every GET crosses.
"""

import hashlib
import secrets
import sqlite3
import time
from dataclasses import dataclass, field
from typing import Any

from mazot.exchange.dav import Node
from mazot.heads.dav.request import Request
from mazot.tenancy.actions.logins import Admitted

ADMITTED_FOR = 1.0
MOST_NODES = 10_000


@dataclass(slots=True)
class Side:
    """Who asks for one product instance from one address: as whom they were let in, until when, and what they found."""

    admitted: Admitted
    until: float
    nodes: dict[bytes, Node] = field(default_factory=dict)


Findings = dict[bytes, Side]


class Recent:
    """Findings of one event loop; used from its thread alone."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._watch: Any = None
        self._version: int | None = None
        self._findings: Findings = {}
        self._n_nodes = 0

    def at_present(self) -> Findings | None:
        """The findings that still hold; none where nothing can be kept."""
        version = self._data_version()
        if version is None:
            return None
        if version != self._version or self._n_nodes > MOST_NODES:
            # A new dictionary: what was begun under the old value is kept in the old one, which nobody reads again.
            self._version, self._findings, self._n_nodes = version, {}, 0
        return self._findings

    def side_of(self, findings: Findings, request: Request) -> Side | None:
        """Who asks, if they were let in a moment ago."""
        side = findings.get(self._name(request))
        return side if side is not None and side.until > time.monotonic() else None

    def keep(self, findings: Findings, request: Request, node: Node) -> None:
        """Remember what a GET has found, and whom it let in if it did."""
        name = self._name(request)
        side = findings.get(name)
        if request.admitted is not None:
            nodes = side.nodes if side is not None else {}
            side = findings[name] = Side(request.admitted, time.monotonic() + ADMITTED_FOR, nodes)
        if side is not None:
            side.nodes[request.raw_path] = node
            self._n_nodes += 1

    def _name(self, request: Request) -> bytes:
        """A keyed digest, so that no password stays in memory."""
        target = request.target
        told = b"\0".join(
            (request.headers.get(b"authorization", b""), request.address.encode(), target.mount.encode("ascii"))
        )
        return hashlib.blake2b(told, key=self._key, digest_size=16).digest()

    def _data_version(self) -> int | None:
        if self._watch is None:
            self._watch = _watch_connection()
        if self._watch is False:
            return None
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])


def _watch_connection() -> Any:
    """A connection that only watches and never writes, so that every commit is another's; False off SQLite."""
    from django.db import connection

    if connection.vendor != "sqlite":
        return False
    return sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=1, isolation_level=None)


RECENT = Recent()
