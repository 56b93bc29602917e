# SPDX-License-Identifier: AGPL-3.0-or-later
"""What clients ask in XML: PROPFIND, PROPPATCH and LOCK bodies as values."""

import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from lxml import etree

from mazot.wire.dav.documents import name_of, read_document
from mazot.wire.dav.malformed import Malformed

DAV = "DAV:"
Name = tuple[str, str]  # namespace, local name

MAX_OWNER = 4096  # characters of a lock's owner element
MAX_PROPERTY = 64 * 1024  # characters of one dead property
_CACHED_BODY = 4096  # a PROPFIND body of a real client has some 100 to 1,000 bytes


@dataclass(frozen=True, slots=True)
class Plan:
    """What a PROPFIND wants for each resource."""

    kind: Literal["prop", "allprop", "propname"]
    names: tuple[Name, ...] = ()  # asked by name, or included in allprop


ALL = Plan("allprop")


def read_propfind(body: bytes) -> Plan:
    """The plan of a PROPFIND body (RFC 4918 §14.20); no body is allprop (§9.1)."""
    if not body:
        return ALL
    # Clients repeat a handful of bodies for ever, so a listing rarely costs a parse.
    return _cached_plan(body) if len(body) <= _CACHED_BODY else _plan(body)


def _plan(body: bytes) -> Plan:
    root = read_document(body)
    if name_of(root) != (DAV, "propfind"):
        raise Malformed("The body of a PROPFIND is a DAV: propfind element.")
    asked = {local: child for child in root for space, local in [name_of(child)] if space == DAV}
    chosen = asked.keys() & {"prop", "allprop", "propname"}
    if len(chosen) != 1:
        raise Malformed("A propfind element holds exactly one of prop, allprop and propname.")
    if "propname" in asked:
        return Plan("propname")
    if "allprop" in asked:
        return Plan("allprop", _names(asked["include"]) if "include" in asked else ())
    return Plan("prop", _names(asked["prop"]))


_cached_plan = lru_cache(maxsize=256)(_plan)


def _names(element: Any) -> tuple[Name, ...]:
    return tuple(dict.fromkeys(name_of(child) for child in element))


@dataclass(frozen=True, slots=True)
class Instruction:
    """One step of a PROPPATCH: keep a property (with its element word for word), or drop it (no element)."""

    name: Name
    xml: str | None
    text: str = ""


def read_proppatch(body: bytes) -> tuple[Instruction, ...]:
    """The steps in document order (RFC 4918 §9.2)."""
    root = read_document(body)
    if name_of(root) != (DAV, "propertyupdate"):
        raise Malformed("The body of a PROPPATCH is a DAV: propertyupdate element.")
    steps: list[Instruction] = []
    for deed in root:
        space, verb = name_of(deed)
        if space != DAV or verb not in ("set", "remove"):
            continue
        for properties in deed:
            if name_of(properties) == (DAV, "prop"):
                steps += [_instruction(element, keeps=verb == "set") for element in properties]
    if not steps:
        raise Malformed("The propertyupdate element sets and removes nothing.")
    return tuple(steps)


def _instruction(element: Any, *, keeps: bool) -> Instruction:
    if not keeps:
        return Instruction(name_of(element), None)
    return Instruction(name_of(element), _word_for_word(element), "".join(element.itertext()))


def _word_for_word(element: Any) -> str:
    """The element as it stands, with the language it inherits (RFC 4918 §4.3)."""
    alone = copy.deepcopy(element)
    alone.tail = None
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    if alone.get(lang) is None:
        inherited = next((up.get(lang) for up in element.iterancestors() if up.get(lang)), None)
        if inherited:
            alone.set(lang, inherited)
    return str(etree.tostring(alone, encoding="unicode"))


@dataclass(frozen=True, slots=True)
class LockRequest:
    """What a LOCK body asks for."""

    exclusive: bool
    owner_xml: str = ""


def read_lockinfo(body: bytes) -> LockRequest:
    """The lock a client wants (RFC 4918 §14.11)."""
    root = read_document(body)
    if name_of(root) != (DAV, "lockinfo"):
        raise Malformed("The body of a LOCK is a DAV: lockinfo element.")
    parts = {local: child for child in root for space, local in [name_of(child)] if space == DAV}
    scope = [name_of(child) for child in parts.get("lockscope", ())]
    kind = [name_of(child) for child in parts.get("locktype", ())]
    if scope not in ([(DAV, "exclusive")], [(DAV, "shared")]):
        raise Malformed("A lock's scope is exclusive or shared.")
    if kind != [(DAV, "write")]:
        raise Malformed("Only write locks exist.", status=422)
    owner = _word_for_word(parts["owner"]) if "owner" in parts else ""
    if len(owner) > MAX_OWNER:
        raise Malformed(f"The owner of a lock is longer than {MAX_OWNER} characters.", status=413)
    return LockRequest(scope == [(DAV, "exclusive")], owner)
