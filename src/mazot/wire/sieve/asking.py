# SPDX-License-Identifier: AGPL-3.0-or-later
"""The tests of a script: each says whether something is so of the letter, its envelope, the moment, or the server."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from mazot.wire.mime.mailboxes import MISSING, Mailbox
from mazot.wire.sieve.comparing import cost_of, finder
from mazot.wire.sieve.faults import MOST_PATTERN, RunError
from mazot.wire.sieve.grammar import EXTENSIONS
from mazot.wire.sieve.letter import mailboxes, read
from mazot.wire.sieve.meanings import address_fault
from mazot.wire.sieve.moments import moment_in, part_of, zone_of
from mazot.wire.sieve.tree import Node

if TYPE_CHECKING:
    from mazot.wire.sieve.running import Run

SEEN_FOR = 7 * 24 * 3600  # seconds that `duplicate` remembers a letter (RFC 7352 section 3.3)
SEEN_AT_MOST = 90 * 24 * 3600


def is_so(run: "Run", node: Node) -> bool:
    """Ask one test."""
    run.step(node)
    return ASKED[node.name](run, node)


def compared(run: "Run", node: Node, values: Iterable[str], *, captures: bool = True) -> bool:
    """Whether one of some values fits one of the keys, as the tags of a test tell; what fitted is remembered."""
    told = node.told
    match, comparator = told.get("match", ":is"), told.get("comparator value", "i;ascii-casemap")
    keys = run.say_all(told["keys"] if "keys" in told else (told["value"],))
    fits = finder(match, comparator, told.get("match value", ""))
    if match in (":matches", ":regex") and any(len(key) > MOST_PATTERN for key in keys):
        raise RunError(node.line, f"A pattern has at most {MOST_PATTERN} letters.")
    candidates: Sequence[str] = list(values)
    if match == ":count":
        candidates = [str(len(candidates))]
    for value in candidates:
        for key in keys:
            run.charge(node, cost_of(match, value, key))
            captured = fits(value, key)
            if captured is not None:
                if captures and match in (":matches", ":regex"):
                    run.captured = captured
                return True
    return False


def _true(_run: "Run", _node: Node) -> bool:
    return True


def _false(_run: "Run", _node: Node) -> bool:
    return False


def _not(run: "Run", node: Node) -> bool:
    return not is_so(run, node.tests[0])


def _all_of(run: "Run", node: Node) -> bool:
    return all(is_so(run, test) for test in node.tests)


def _any_of(run: "Run", node: Node) -> bool:
    return any(is_so(run, test) for test in node.tests)


def _exists(run: "Run", node: Node) -> bool:
    return all(run.letter.has(name) for name in run.say_all(node.told["fields"]))


def _size(run: "Run", node: Node) -> bool:
    limit: int = node.told["limit"]
    return run.letter.size > limit if node.told["side"] == ":over" else run.letter.size < limit


def _header(run: "Run", node: Node) -> bool:
    found = picked(node, run.letter.raw(run.say_all(node.told["fields"])))
    return compared(run, node, [read(value) for value in found])


def _address(run: "Run", node: Node) -> bool:
    found = picked(node, run.letter.raw(run.say_all(node.told["fields"])))
    return compared(run, node, _parts(node, mailboxes(found)))


def _envelope(run: "Run", node: Node) -> bool:
    addresses = {"from": run.letter.sender, "to": run.letter.recipient}
    asked = [addresses[name.lower()] for name in run.say_all(node.told["fields"]) if name.lower() in addresses]
    found: list[str] = []
    for address in asked:
        local, at, domain = address.rpartition("@")
        if not address or not at:  # the empty path of a report, and postmaster without a domain
            found += [address] if node.told.get("part", ":all") in (":all", ":localpart", ":user") else []
            continue
        found += _part(node, local, domain)
    return compared(run, node, found)


def _parts(node: Node, found: Iterable[Mailbox]) -> Iterator[str]:
    for one in found:
        domain = "" if one.domain == MISSING else one.domain.decode("utf-8", "replace")
        yield from _part(node, one.local.decode("utf-8", "replace"), domain)


def _part(node: Node, local: str, domain: str) -> list[str]:
    """The part of an address that a test asks for; none where it has no such part (RFC 5233 section 4)."""
    part = node.told.get("part", ":all")
    user, plus, detail = local.partition("+")
    if part == ":detail":
        return [detail] if plus else []
    whole = f"{local}@{domain}" if domain else local
    return [{":all": whole, ":localpart": local, ":domain": domain, ":user": user}[part]]


def picked(node: Node, values: list[bytes]) -> list[bytes]:
    """The one value that :index asks for, counted from the end with :last; all of them without it."""
    if "index" not in node.told:
        return values
    number = node.told["index value"]
    return values[-number:][:1] if "last" in node.told and number <= len(values) else values[number - 1 : number]


def _body(run: "Run", node: Node) -> bool:
    how = node.told.get("as", ":text")
    if how == ":raw":
        values: Iterable[str] = [run.letter.raw_body]
    else:
        kinds = run.say_all(node.told["as value"]) if how == ":content" else ["text"]
        values = run.letter.contents(kinds)
    return compared(run, node, values, captures=False)  # RFC 5173 section 6: a body leaves no match variables


def _date(run: "Run", node: Node) -> bool:
    values = picked(node, run.letter.raw([run.say(node.told["field"])]))
    at = moment_in(read(values[0]), run.context.now.tzinfo) if values else None
    zone = at.tzinfo if at is not None and node.told.get("zone") == ":originalzone" else _zone(run, node)
    part = None if at is None else part_of(at, run.say(node.told["what"]), zone)
    return compared(run, node, [] if part is None else [part])


def _current_date(run: "Run", node: Node) -> bool:
    part = part_of(run.context.now, run.say(node.told["what"]), _zone(run, node))
    return compared(run, node, [] if part is None else [part])


def _zone(run: "Run", node: Node) -> Any:
    told = run.say(node.told.get("zone value", ""))
    return zone_of(told) if told else run.context.now.tzinfo


def _string(run: "Run", node: Node) -> bool:
    values = run.say_all(node.told["values"])
    return compared(run, node, [one for one in values if one] if node.told.get("match") == ":count" else values)


def _has_flag(run: "Run", node: Node) -> bool:
    if "variables" not in node.told:
        return compared(run, node, run.flags)
    return compared(run, node, [flag for name in node.told["variables"] for flag in run.flags_in(node, name)])


def _environment(run: "Run", node: Node) -> bool:
    known = {"phase": "during", "name": "Mazot", "location": "MTA"} | dict(run.context.environment)
    item = run.say(node.told["item"]).lower()
    return item in known and compared(run, node, [known[item]])


def _mailbox_exists(run: "Run", node: Node) -> bool:
    return all(run.context.mailbox_exists(name) for name in run.say_all(node.told["names"]))


def _special_use_exists(run: "Run", node: Node) -> bool:
    mailbox = run.say(node.told["mailbox"]) if "mailbox" in node.told else None
    return all(run.context.special_use_exists(use, mailbox) for use in run.say_all(node.told["uses"]))


def _duplicate(run: "Run", node: Node) -> bool:
    what = node.told.get("what", ":header")
    if what == ":uniqueid":
        mark = run.say(node.told["what value"])
    else:
        name = run.say(node.told.get("what value", "Message-ID"))
        mark = next(iter(run.letter.header(name)), "")
    if not mark:
        return False
    handle = run.say(node.told.get("handle value", ""))
    key = f"{handle}\0{'uniqueid' if what == ':uniqueid' else 'header'}\0{mark}"
    seconds = min(node.told.get("seconds value", SEEN_FOR), SEEN_AT_MOST)
    seen = run.context.seen_before(key, seconds)
    if not seen or "last" in node.told:
        run.remember(key, seconds)
    return seen


def _i_have(_run: "Run", node: Node) -> bool:
    return all(name in EXTENSIONS for name in node.told["names"])


def _valid_method(run: "Run", node: Node) -> bool:
    return all(_is_method(method) for method in run.say_all(node.told["methods"]))


def _method_can(run: "Run", node: Node) -> bool:
    is_known = _is_method(run.say(node.told["method"])) and run.say(node.told["capability"]).lower() == "online"
    return is_known and compared(run, node, ["maybe"])


def _is_method(method: str) -> bool:
    scheme, _colon, rest = method.partition(":")
    return scheme.lower() == "mailto" and not address_fault(rest.partition("?")[0])


def _spam(run: "Run", node: Node) -> bool:
    spam = run.context.spam
    if "percent" in node.told:
        return compared(run, node, [] if spam is None else [str(round(100 * spam))])
    return compared(run, node, ["0" if spam is None else str(1 + int(9 * spam + 0.5))])  # RFC 5235 section 3.2


def _virus(run: "Run", node: Node) -> bool:
    virus = run.context.virus
    return compared(run, node, ["0" if virus is None else "5" if virus else "1"])


def _unsupported(_run: "Run", node: Node) -> bool:
    raise RunError(node.line, f"There is no test {node.told['name']} here.")


ASKED = {
    "true": _true,
    "false": _false,
    "not": _not,
    "allof": _all_of,
    "anyof": _any_of,
    "exists": _exists,
    "size": _size,
    "header": _header,
    "address": _address,
    "envelope": _envelope,
    "body": _body,
    "date": _date,
    "currentdate": _current_date,
    "string": _string,
    "hasflag": _has_flag,
    "environment": _environment,
    "mailboxexists": _mailbox_exists,
    "specialuse_exists": _special_use_exists,
    "duplicate": _duplicate,
    "ihave": _i_have,
    "valid_notify_method": _valid_method,
    "notify_method_capability": _method_can,
    "spamtest": _spam,
    "virustest": _virus,
    "unsupported": _unsupported,
}
