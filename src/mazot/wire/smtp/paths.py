# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reverse and forward paths of an envelope (RFC 5321 section 4.1.2, RFC 6531), read strictly."""

import ipaddress
import re

LONGEST_LOCAL, LONGEST_DOMAIN, LONGEST_PATH = 64, 255, 256  # octets, RFC 5321 section 4.5.3.1

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]"
_LABEL = r"[A-Za-z0-9\u0080-\U0010ffff](?:[A-Za-z0-9\-\u0080-\U0010ffff]{0,61}[A-Za-z0-9\u0080-\U0010ffff])?"
_LOCAL = re.compile(rf'{_ATEXT}+(?:\.{_ATEXT}+)*|"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"')
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_ROUTE = re.compile(r"@[^:<>]{1,200}:")


class BadPath(ValueError):
    """Not a path; the argument is a sentence."""


def read_path(text: str) -> tuple[str, str]:
    """The address between the angles, empty for <>, and what stands behind them."""
    if not text.startswith("<"):
        raise BadPath("An address stands between < and >.")
    end = _end_of(text)
    inner, rest = text[1:end], text[end + 1 :]
    if rest and not rest.startswith(" "):
        raise BadPath("Behind the > of an address stands a blank or nothing.")
    if route := _ROUTE.match(inner):  # RFC 5321 appendix C: a source route is read and ignored
        inner = inner[route.end() :]
    if inner or route:
        check_address(inner)
    return inner, rest.strip()


def check_address(address: str) -> None:
    """Raise BadPath unless this is an address as an envelope takes it; `postmaster` stands alone."""
    if address.lower() == "postmaster":
        return
    found = _LOCAL.match(address)
    if found is None or address[found.end() : found.end() + 1] != "@":
        raise BadPath("The part before the @ of an address is not well formed.")
    local, domain = found.group(), address[found.end() + 1 :]
    if len(local.encode()) > LONGEST_LOCAL:
        raise BadPath(f"The part before the @ has at most {LONGEST_LOCAL} bytes.")
    if len(domain.encode()) > LONGEST_DOMAIN or len(address.encode()) > LONGEST_PATH - 2:
        raise BadPath(f"An address has at most {LONGEST_PATH - 2} bytes.")
    if not (_is_literal(domain) if domain.startswith("[") else _DOMAIN.fullmatch(domain)):
        raise BadPath("The part behind the @ is no domain.")


def _end_of(text: str) -> int:
    """Where the angle closes: not inside a quoted local part."""
    quoted = False
    at = 1
    while at < len(text):
        letter = text[at]
        if quoted and letter == "\\":
            at += 1
        elif letter == '"':
            quoted = not quoted
        elif letter == ">" and not quoted:
            return at
        at += 1
    raise BadPath("The < of an address is not closed.")


def _is_literal(domain: str) -> bool:
    try:
        if not domain.endswith("]"):
            return False
        inner = domain[1:-1]
        if inner[:5].upper() == "IPV6:":
            ipaddress.IPv6Address(inner[5:])
            return "%" not in inner  # a zone is of one machine, and may hold anything
        ipaddress.IPv4Address(inner)
        return True
    except ValueError:
        return False
