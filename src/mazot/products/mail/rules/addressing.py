# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the names of mail are written, compared and refused: the part before the @ and the domain behind it.

What comes in over the wire is read tolerantly (`apart`); what somebody makes here is asked to be a name that every
other program can write to (`fault_of_local`, `domain_from`).
"""

import re

import idna

from mazot.foundation.text import folded

LONGEST_LOCAL = 64  # octets (RFC 5321 section 4.5.3.1.1)
LONGEST_DOMAIN = 253
LONGEST_ADDRESS = 254
CATCHALL = "catchall"
# RFC 5321 section 4.5.1 asks for the first at every domain, RFC 2142 for the second.
RESERVED = ("postmaster", "abuse")
# Names that no zone of the world holds, or that are not for mail (RFC 6761, RFC 7686).
NOBODYS = frozenset({"localhost", "invalid", "onion", "arpa"})
_LOCAL = re.compile(r"[a-z0-9_](?:[a-z0-9._'&-]*[a-z0-9_-])?")


class BadDomain(ValueError):
    """No domain; the argument is a word that says why."""


def apart(address: str) -> tuple[str, str] | None:
    """The local part and the domain (A-labels) of an address as they are compared; none when it is no address."""
    if len(address) > LONGEST_ADDRESS * 4:
        return None
    local, at, host = address.strip().strip("<>").rpartition("@")
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])  # RFC 5321 section 4.1.2: quoted or not is the same mailbox
    try:
        domain = domain_from(host)
    except BadDomain:
        return None
    return (folded(local), domain) if at and local else None


def domain_from(typed: str) -> str:
    """A domain in A-labels and small letters, as it is kept; raises BadDomain with the reason."""
    name = typed.strip().rstrip(".").lower()
    if not name:
        raise BadDomain("empty")
    try:
        kept = idna.encode(name, uts46=True, std3_rules=True, transitional=False).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise BadDomain("not_a_domain") from error
    labels = kept.split(".")
    if len(kept) > LONGEST_DOMAIN:
        raise BadDomain("too_long")
    if len(labels) < 2 or labels[-1].isdigit() or labels[-1] in NOBODYS:
        raise BadDomain("not_a_domain")
    return kept


def shown_domain(domain: str) -> str:
    """A domain as people read it."""
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def fault_of_local(local: str) -> str:
    """Why a folded name cannot be made an address; empty when it can."""
    if not local:
        return "empty"
    if len(local.encode()) > LONGEST_LOCAL:
        return "too_long"
    if "+" in local:
        return "plus"
    if not _LOCAL.fullmatch(local) or ".." in local:
        return "letters"
    return ""


def detail_of(local: str) -> tuple[str, str] | None:
    """The name and the detail of "name+detail" (RFC 5233); none without one."""
    base, plus, detail = local.partition("+")
    return (base, detail) if plus and base else None
