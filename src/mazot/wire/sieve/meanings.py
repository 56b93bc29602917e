# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a command may be told, beyond its shape; a string with variables in it is looked at when the script runs."""

import re
from collections.abc import Collection

from mazot.wire.sieve.expanding import is_constant, name_fault
from mazot.wire.sieve.faults import SieveError
from mazot.wire.sieve.moments import PARTS
from mazot.wire.sieve.tree import Node
from mazot.wire.smtp.paths import BadPath, check_address

MOST_SECONDS = 366 * 24 * 3600
MOST_DAYS = 366
ADDRESS_FIELDS = frozenset(
    {"from", "to", "cc", "bcc", "sender", "reply-to", "return-path", "delivered-to", "errors-to", "mail-followup-to"}
    | {"resent-from", "resent-to", "resent-cc", "resent-bcc", "resent-sender", "resent-reply-to", "x-original-to"}
    | {"disposition-notification-to", "mail-reply-to", "envelope-to", "x-envelope-to"}
)
ENVELOPE_FIELDS = frozenset({"from", "to"})

_FIELD = re.compile(r"[!-9;-~]{1,200}")
_USE = re.compile(r"\\[A-Za-z][A-Za-z0-9]{0,30}")


def check_meaning(node: Node, required: Collection[str]) -> None:
    """Raise SieveError for what cannot be meant."""
    check = CHECKS.get(node.name)
    if check is not None and (fault := check(node, required)):
        raise SieveError(node.line, fault)


def address_fault(address: str) -> str:
    """Why mail cannot be sent there; empty when it can."""
    if not is_constant(address):
        return ""
    try:
        check_address(address)
    except BadPath as error:
        return f"{address[:100]!r} is no address. {error}"
    return "" if "@" in address else f"{address[:100]!r} is no address."


def _fields(node: Node, _required: Collection[str]) -> str:
    bad = next((name for name in node.told["fields"] if is_constant(name) and not _FIELD.fullmatch(name)), None)
    return "" if bad is None else f"No header field is called {bad[:60]!r}."


def _addresses(node: Node, _required: Collection[str]) -> str:
    constant = [name for name in node.told["fields"] if is_constant(name)]
    bad = next((name for name in constant if name.lower() not in ADDRESS_FIELDS), None)
    return "" if bad is None else f"{bad[:60]!r} is no field of addresses; test it with header."


def _envelope(node: Node, _required: Collection[str]) -> str:
    constant = [name for name in node.told["fields"] if is_constant(name)]
    bad = next((name for name in constant if name.lower() not in ENVELOPE_FIELDS), None)
    return "" if bad is None else f'An envelope has "from" and "to", and no {bad[:60]!r}.'


def _redirect(node: Node, _required: Collection[str]) -> str:
    return address_fault(node.told["to"])


def _fileinto(node: Node, _required: Collection[str]) -> str:
    use = node.told.get("specialuse value", "")
    if use and is_constant(use) and not _USE.fullmatch(use):
        return f"{use[:60]!r} is no special use."
    return "" if node.told["mailbox"] else "A mailbox has a name."


def _size(node: Node, _required: Collection[str]) -> str:
    return "" if "side" in node.told else "size takes :over or :under."


def _set(node: Node, _required: Collection[str]) -> str:
    return name_fault(node.told["name"])


def _flags(node: Node, required: Collection[str]) -> str:
    if "variable" not in node.told:
        return ""
    if "variables" not in required:
        return f'{node.name} takes a variable with require "variables".'
    return name_fault(node.told["variable"])


def _hasflag(node: Node, required: Collection[str]) -> str:
    if "variables" in node.told and "variables" not in required:
        return 'hasflag takes variables with require "variables".'
    return ""


def _global(node: Node, required: Collection[str]) -> str:
    if "variables" not in required:
        return 'global needs require "variables".'
    return next((fault for name in node.told["names"] if (fault := name_fault(name))), "")


def _vacation(node: Node, _required: Collection[str]) -> str:
    most = MOST_SECONDS if node.told.get("period") == ":seconds" else MOST_DAYS
    if node.told.get("period value", 0) > most:
        return f"Behind {node.told['period']} stands at most {most}."
    sender = node.told.get("from value", "")
    return (sender and address_fault(_bare(sender))) or ""


def _date(node: Node, required: Collection[str]) -> str:
    what = node.told["what"]
    if is_constant(what) and what.lower() not in PARTS:
        return f"{what[:60]!r} is no part of a date; there are {', '.join(PARTS)}."
    zone = node.told.get("zone value", "")
    if zone and is_constant(zone) and not re.fullmatch(r"[+-][0-9]{4}", zone):
        return "Behind :zone stands a zone like +0100."
    return _index(node, required)


def _index(node: Node, _required: Collection[str]) -> str:
    if "last" in node.told and "index" not in node.told:
        return ":last stands beside :index."
    return "Behind :index stands a number from 1." if node.told.get("index value") == 0 else ""


def _header(node: Node, required: Collection[str]) -> str:
    return _fields(node, required) or _index(node, required)


def _address(node: Node, required: Collection[str]) -> str:
    return _addresses(node, required) or _index(node, required)


def _edit(node: Node, required: Collection[str]) -> str:
    name = node.told["field"]
    if is_constant(name) and not _FIELD.fullmatch(name):
        return f"No header field is called {name[:60]!r}."
    return "" if node.name == "addheader" else _index(node, required)


def _notify(node: Node, _required: Collection[str]) -> str:
    method = node.told["method"]
    if is_constant(method) and not method.lower().startswith("mailto:"):
        return "Only mailto: can be notified here."
    importance = node.told.get("importance value", "2")
    if is_constant(importance) and importance not in ("1", "2", "3"):
        return "Behind :importance stands 1, 2 or 3."
    return ""


def _bare(address: str) -> str:
    """What stands between the angles of `Name <address>`, or all of it."""
    found = re.search(r"<([^<>]*)>\s*$", address)
    return found[1] if found else address.strip()


CHECKS = {
    "redirect": _redirect,
    "fileinto": _fileinto,
    "size": _size,
    "exists": _fields,
    "header": _header,
    "address": _address,
    "envelope": _envelope,
    "set": _set,
    "setflag": _flags,
    "addflag": _flags,
    "removeflag": _flags,
    "hasflag": _hasflag,
    "global": _global,
    "vacation": _vacation,
    "date": _date,
    "currentdate": _date,
    "addheader": _edit,
    "deleteheader": _edit,
    "notify": _notify,
}
