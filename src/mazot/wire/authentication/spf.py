# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sender Policy Framework (RFC 7208): may this address send for this domain."""

import ipaddress
import re

from mazot.wire.authentication.asking import Answer, LookUp, Unanswered, texts
from mazot.wire.authentication.spf_records import Address, Asked, BadRecord, Record, Term, read_record, written_out

# Section 4.6.4: more would let one letter ask half the name system.
MOST_ASKING, MOST_VOID, MOST_NAMES = 10, 2, 10
_SAID = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_NAME = re.compile(r"(?=.{1,253}\Z)[^.\s]{1,63}(?:\.[^.\s]{1,63})+")


def check_sender(address: str, *, sender: str, helo: str, look_up: LookUp) -> tuple[str, str]:
    """The result's word and the domain it was asked of: of MAIL FROM, or of the greeting where that is empty."""
    domain = (sender.rpartition("@")[2] or helo).rstrip(".").lower()
    asked = Asked(_address(address), sender or f"postmaster@{helo}", helo)
    try:
        return _Check(asked, look_up).result_of(domain), domain
    except Unanswered:
        return "temperror", domain
    except BadRecord:
        return "permerror", domain


def _address(text: str) -> Address:
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


class _Check:
    def __init__(self, asked: Asked, look_up: LookUp) -> None:
        self.asked, self._look_up = asked, look_up
        self._n_asking = self._n_void = 0

    def result_of(self, domain: str) -> str:
        if not _NAME.fullmatch(domain) or domain.endswith("]"):
            return "none"
        found = [text for text in texts(self._look_up, domain, "v=spf1") if text[6:7] in ("", " ")]
        if not found:
            return "none"
        if len(found) > 1:
            raise BadRecord("there are several records")
        return self._evaluated(read_record(found[0]), domain)

    def _evaluated(self, record: Record, domain: str) -> str:
        for term in record.terms:
            if self._matches(term, domain):
                return _SAID[term.sign]
        if not record.redirect:
            return "neutral"
        self._count()
        result = self.result_of(written_out(record.redirect, self.asked, domain).lower())
        if result == "none":
            raise BadRecord("redirect leads nowhere")
        return result

    def _matches(self, term: Term, domain: str) -> bool:
        if term.kind == "all":
            return True
        if term.network is not None:
            return self.asked.address in term.network
        self._count()
        name = written_out(term.value, self.asked, domain).lower() if term.value else domain
        if term.kind == "include":
            return self._includes(name)
        if term.kind == "exists":
            return bool(self._ask(name, "A").values)
        if term.kind == "ptr":
            return self._is_named(name)
        return any(self._has_address(host, term) for host in (self._exchangers(name) if term.kind == "mx" else [name]))

    def _includes(self, name: str) -> bool:
        result = self.result_of(name)
        if result == "none":
            raise BadRecord("include leads nowhere")
        return result == "pass"

    def _exchangers(self, name: str) -> list[str]:
        hosts = [value.partition(" ")[2].rstrip(".") for value in self._ask(name, "MX").values]
        if len(hosts) > MOST_NAMES:
            raise BadRecord("there are too many exchangers")
        return [host for host in hosts if host]

    def _has_address(self, host: str, term: Term) -> bool:
        address = self.asked.address
        kind, prefix = ("A", term.prefixes[0]) if address.version == 4 else ("AAAA", term.prefixes[1])
        return any(
            address in ipaddress.ip_network(f"{value}/{prefix}", strict=False) for value in self._ask(host, kind).values
        )

    def _is_named(self, target: str) -> bool:
        address = self.asked.address
        kind = "A" if address.version == 4 else "AAAA"
        for name in self._look_up(address.reverse_pointer, "PTR").values[:MOST_NAMES]:
            host = name.rstrip(".").lower()
            if (host == target or host.endswith(f".{target}")) and str(address) in self._look_up(host, kind).values:
                return True
        return False

    def _count(self) -> None:
        self._n_asking += 1
        if self._n_asking > MOST_ASKING:
            raise BadRecord("the record asks for too many names")

    def _ask(self, name: str, kind: str) -> Answer:
        answer = self._look_up(name, kind)
        if answer.failed:
            raise Unanswered(name)
        if not answer.values:
            self._n_void += 1
            if self._n_void > MOST_VOID:
                raise BadRecord("too many names of the record are empty")
        return answer
