# SPDX-License-Identifier: AGPL-3.0-or-later
"""Values that somebody else wrote, read strictly: every fault is noted with its place before the whole is refused."""

import json
import math
import re
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from mazot.foundation.errors import Invalid
from mazot.foundation.text import composed, hidden_letter

LETTERS = 16_000_000  # of a file; 20,000 seats of pretix's longest form, indented, take 11 million
FAR = 100_000
LONGEST_NAME = 80
# What a person can work through; the rest is counted.
LISTED = 500

IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,40}")
COLOR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_UNFIT = re.compile(r"[^A-Za-z0-9_.:-]+")

Number = int | float
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be used: where (`sections[0].rows[2].name`, or the line of a table), why as a stable word."""

    path: str
    reason: str
    found: str = ""
    limit: str = ""
    line: int = 0


class Unreadable(Invalid):
    """A plan was refused whole; `faults` lists the first of them in their order, `n_faults` counts all."""

    reason = "plan_unreadable"

    def __init__(self, faults: list[Fault], n_faults: int = 0) -> None:
        super().__init__(faults=faults)
        self.faults = faults
        self.n_faults = n_faults or len(faults)

    def __str__(self) -> str:
        return "; ".join(f"{fault.path or fault.line}: {fault.reason} {fault.found}".strip() for fault in self.faults)


def parse(text: str | bytes) -> object:
    """The value of a JSON text (RFC 8259). NaN and Infinity pass, so that the reader can say where they stand."""
    if len(text) > LETTERS:
        raise Unreadable([Fault("", "too_large", str(len(text)), str(LETTERS))])
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:  # a ValueError too: bytes that are not UTF-8, 5,000 digits
        line = fault.lineno if isinstance(fault, json.JSONDecodeError) else 0
        raise Unreadable([Fault("", "not_json", line=line)]) from None


def tidy(number: Number) -> Number:
    """A coordinate as drawings hold it: a tenth at most, and whole where it can be."""
    if type(number) is int:
        return number
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def identifier_of(*words: str) -> str:
    """An identifier for what is called so, the same every time: the words themselves where they fit."""
    said = "-".join(words)
    if IDENTIFIER.fullmatch(said):
        return said
    digest = blake2b("\0".join(words).encode(errors="surrogatepass"), digest_size=6).hexdigest()
    return f"{_UNFIT.sub('-', said)[:26].strip('-')}-{digest}".lstrip("-")


@dataclass(slots=True)
class Reading:
    """Takes a value apart. What cannot be read is noted and answered with a harmless value, so that reading goes on."""

    faults: list[Fault] = field(default_factory=list)
    n_faults: int = 0

    def note(self, path: str, reason: str, found: object = "", limit: object = "", *, line: int = 0) -> None:
        self.n_faults += 1
        if len(self.faults) < LISTED:
            self.faults.append(Fault(path, reason, _shown(found), str(limit), line))

    def refuse_faults(self) -> None:
        if self.n_faults:
            raise Unreadable(self.faults, self.n_faults)

    def record(self, value: object, path: str, needed: frozenset[str], known: frozenset[str]) -> Record | None:
        """The value when it is an object; keys that are missing or that nobody knows are noted."""
        if not isinstance(value, dict):
            self.note(path, "not_an_object", value)
            return None
        keys = value.keys()
        if not needed <= keys:
            for key in sorted(needed - keys):
                self.note(below(path, key), "missing")
        if not keys <= known:
            for key in sorted(keys - known):
                self.note(below(path, key[:LONGEST_NAME]), "unknown_key")
        return value

    def each(self, record: Record, key: str, path: str, at_most: int) -> list[tuple[str, Any]]:
        """What a list holds, each with its path; of one that is too long nothing, because it is refused anyway."""
        values = record.get(key)
        path = below(path, key)
        if values is None and key not in record:
            return []
        if not isinstance(values, list):
            self.note(path, "not_a_list", values)
            return []
        if len(values) > at_most:
            self.note(path, "too_many", len(values), at_most)
            return []
        return [(f"{path}[{place}]", value) for place, value in enumerate(values)]

    def text(self, record: Record, key: str, path: str, *, needed: bool = False, longest: int = LONGEST_NAME) -> str:
        value = record.get(key, "")
        if not isinstance(value, str):
            self.note(below(path, key), "not_text", value)
            return ""
        if value.isascii() and value.isalnum() and len(value) <= longest:
            return value  # nearly all names of seats: a plan of 5,000 is read in half the time
        value = composed(value)
        if len(value) > longest:
            self.note(below(path, key), "too_long", value, longest)
        elif needed and not value.strip() and key in record:
            self.note(below(path, key), "empty")
        elif not value.isprintable() and hidden_letter(value):
            self.note(below(path, key), "hidden_letter", value)
        return value

    def identifier(self, record: Record, key: str, path: str) -> str:
        value = record.get(key, "")
        if isinstance(value, str) and IDENTIFIER.fullmatch(value):
            return value
        if key in record:
            self.note(below(path, key), "not_an_identifier", value)
        return ""

    def number(self, record: Record, key: str, path: str, *, least: Number = -FAR, most: Number = FAR) -> Number:
        value = record.get(key, 0)
        kind = type(value)
        if (kind is int or kind is float) and least <= value <= most:
            return value  # type: ignore[no-any-return]
        if key not in record:
            return 0
        if kind is float and not math.isfinite(value):
            self.note(below(path, key), "not_finite", value)
        elif kind is int or kind is float:
            self.note(below(path, key), "out_of_range", value, f"{least}…{most}")
        else:
            self.note(below(path, key), "not_a_number", value)
        return 0

    def count(self, record: Record, key: str, path: str, *, most: int) -> int:
        value = self.number(record, key, path, least=0, most=most)
        if isinstance(value, float):
            self.note(below(path, key), "not_whole", value)
            return 0
        return value

    def choice(self, record: Record, key: str, path: str, choices: tuple[str, ...]) -> str:
        """One of the words; the first of them where nothing is said."""
        value = record.get(key, choices[0])
        if value in choices:
            return str(value)
        self.note(below(path, key), "not_a_choice", value, ", ".join(choices))
        return choices[0]

    def yes(self, record: Record, key: str, path: str) -> bool:
        value = record.get(key, False)
        if not isinstance(value, bool):
            self.note(below(path, key), "not_yes_or_no", value)
        return value is True

    def counted(self, path: str, reason: str, before: int, more: int, limit: int) -> int:
        """The new count; it is noted once, where it passes the limit."""
        if before <= limit < before + more:
            self.note(path, reason, before + more, limit)
        return before + more

    def unique(self, value: str, seen: dict[str, str], path: str) -> None:
        """Note the value when it stood before, and say where."""
        if value and seen.setdefault(value, path) != path:
            self.note(path, "twice", value, seen[value])


def below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(found: object) -> str:
    # Of hostile depth or length: only plain values are shown, and their beginning.
    if isinstance(found, str):
        return found[:LONGEST_NAME]
    if found is None or isinstance(found, bool):
        return {None: "null", True: "true", False: "false"}[found]
    if isinstance(found, int) and found.bit_length() > 64:
        return "…"
    return str(found) if isinstance(found, int | float) else type(found).__name__
