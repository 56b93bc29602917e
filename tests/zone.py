# SPDX-License-Identifier: AGPL-3.0-or-later
"""The domain name system of a test: names and their records, asked in the process or over loopback."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from mazot.foundation.resolver import Records

TTL = 5


class Zone:
    """Answers what it was told; any other name does not exist."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], tuple[str, ...]] = {}
        self.broken: set[str] = set()  # names about which nobody can tell

    def set(self, name: str, kind: str, *values: str) -> None:
        """The records of a name; MX is "10 mail.example", TXT the whole text."""
        self.records[name.rstrip(".").lower(), kind] = values

    def look_up(self, name: str, kind: str) -> Records:
        name = name.rstrip(".").lower()
        if name in self.broken:
            return Records(failed=True)
        exists = any(known == name for known, _kind in self.records)
        return Records(self.records.get((name, kind), ()), exists=exists)


@contextmanager
def served(zone: Zone) -> Iterator[str]:
    """Answer for the zone over UDP on loopback; gives "address:port"."""

    class Answering(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            content, there = self.request
            there.sendto(_answer(zone, content), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            host, port = server.server_address[:2]
            yield f"{host!s}:{port}"
        finally:
            server.shutdown()
            thread.join()


def _answer(zone: Zone, content: bytes) -> bytes:
    asked = dns.message.from_wire(content)
    question = asked.question[0]
    kind = dns.rdatatype.to_text(question.rdtype)
    found = zone.look_up(question.name.to_text(), kind)
    answer = dns.message.make_response(asked)
    answer.flags |= dns.flags.RA
    if found.failed:
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif not found.exists:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    elif found.values:
        answer.answer.append(dns.rrset.from_text_list(question.name, TTL, "IN", kind, _written(found.values, kind)))
    return answer.to_wire()


def _written(values: tuple[str, ...], kind: str) -> list[str]:
    if kind == "MX":
        return [value if value.endswith(".") else f"{value}." for value in values]
    if kind != "TXT":
        return list(values)
    # A text of more than 255 bytes travels in pieces (RFC 1035 section 3.3.14).
    return [" ".join(f'"{value[at : at + 250]}"' for at in range(0, max(1, len(value)), 250)) for value in values]
