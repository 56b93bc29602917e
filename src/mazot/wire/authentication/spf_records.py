# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record of SPF as values (RFC 7208 sections 4.6 and 7): terms, and macros written out."""

import ipaddress
import re
import urllib.parse
from dataclasses import dataclass

LONGEST_NAME = 253

_TERM = re.compile(
    r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)((?::\S+?)?)((?:/\d{1,2})?(?://\d{1,3})?)", re.IGNORECASE
)
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*)=(\S*)")
_MACRO = re.compile(r"%\{([slodiphvcrt])(\d{0,3})(r?)([.\-+,/_=]*)\}|%([%_-])|(%)", re.I)
_NEEDS_VALUE = frozenset({"include", "exists", "ip4", "ip6"})
_TAKES_PREFIX = frozenset({"a", "mx"})

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadRecord(ValueError):
    """permerror: the record cannot be read."""


@dataclass(frozen=True, slots=True)
class Term:
    sign: str
    kind: str
    value: str = ""
    prefixes: tuple[int, int] = (32, 128)
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class Record:
    terms: tuple[Term, ...]
    redirect: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """Of whom SPF is asked: what macros stand for."""

    address: Address
    sender: str
    helo: str

    @property
    def dotted(self) -> str:
        if isinstance(self.address, ipaddress.IPv4Address):
            return str(self.address)
        return ".".join(self.address.exploded.replace(":", ""))


def read_record(text: str) -> Record:
    """Every term is read before any is asked: a mistake at the end counts at the start (section 4.6)."""
    terms: list[Term] = []
    modifiers: dict[str, str] = {}
    for word in text.split(" ")[1:]:
        if not word:
            continue
        if match := _MODIFIER.fullmatch(word):
            name = match[1].lower()
            if name in modifiers and name in ("redirect", "exp"):
                raise BadRecord(f"{name} stands there twice")
            modifiers[name] = _checked(match[2])
        else:
            terms.append(_term(word))
    if "redirect" in modifiers and not modifiers["redirect"]:
        raise BadRecord("redirect names nobody")
    return Record(tuple(terms), modifiers.get("redirect", ""))


def _term(word: str) -> Term:
    match = _TERM.fullmatch(word)
    if match is None:
        raise BadRecord(f"{word[:60]!r} is no term")
    sign, kind, value, prefix = match[1] or "+", match[2].lower(), match[3][1:], match[4]
    if kind in ("ip4", "ip6"):
        return Term(sign, kind, network=_network(kind, value + prefix))
    if (kind in _NEEDS_VALUE and not value) or (kind == "all" and value) or (prefix and kind not in _TAKES_PREFIX):
        raise BadRecord(f"{word[:60]!r} is not well formed")
    first, _, second = prefix.partition("//")
    v4, v6 = int(first[1:] or 32), int(second or 128)
    if v4 > 32 or v6 > 128:
        raise BadRecord(f"{word[:60]!r} has a prefix that is too long")
    return Term(sign, kind, _checked(value), (v4, v6))


def _network(kind: str, text: str) -> Network:
    try:
        if kind == "ip4":
            return ipaddress.IPv4Network(text, strict=False)
        return ipaddress.IPv6Network(text, strict=False)
    except ValueError as error:
        raise BadRecord(f"{text[:60]!r} is no network") from error


def _checked(value: str) -> str:
    if any(match[6] for match in _MACRO.finditer(value)):
        raise BadRecord("a macro is not well formed")
    return value


def written_out(text: str, asked: Asked, domain: str) -> str:
    """A name with its macros replaced (section 7); labels on the left go when it would be too long."""
    local, _, of = asked.sender.rpartition("@")
    meant = {
        "s": asked.sender,
        "l": local or "postmaster",
        "o": of,
        "d": domain,
        "i": asked.dotted,
        "p": "unknown",  # section 5.5 asks nobody to publish it, and validating it costs look-ups
        "v": "in-addr" if asked.address.version == 4 else "ip6",
        "h": asked.helo,
    }

    def one(match: re.Match[str]) -> str:
        if match[5]:
            return {"%": "%", "_": " ", "-": "%20"}[match[5]]
        letter = match[1]
        if letter.lower() not in meant or match[2] == "0":
            raise BadRecord("a macro does not belong into a name")
        parts = re.split("[" + re.escape(match[4] or ".") + "]", meant[letter.lower()])
        if match[3]:
            parts.reverse()
        said = ".".join(parts[-int(match[2]) :] if match[2] else parts)
        return urllib.parse.quote(said, safe="-._~") if letter.isupper() else said

    name = _MACRO.sub(one, text).rstrip(".")
    while len(name) > LONGEST_NAME and "." in name:
        name = name.partition(".")[2]
    return name
