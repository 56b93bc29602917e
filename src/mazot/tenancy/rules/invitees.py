# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists of people to invite, pasted or as a table (CSV, RFC 4180): text in, people and faults by line out."""

import csv
import io
import re
from dataclasses import dataclass

LINES = 5_000
LETTERS = 1024 * 1024
CELL = 254
COLUMNS = ("address", "role", "language", "teams")
# What a spreadsheet would run when somebody opens an export of it (CWE-1236).
FORMULA = ("=", "+", "-", "@", "\t", "|")
# RFC 5321 allows more; nothing that people use looks otherwise, and a comma or a line end would start another header.
ADDRESS = re.compile(
    r"[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W_][\w-]{0,61}[^\W_]"
)
_NAMED = re.compile(r"[^<>]*<([^<>]*)>")
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Invitee:
    """One person to invite, from a line; what the line leaves open is empty."""

    line: int
    address: str
    role: str = ""
    language: str = ""
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line cannot be used: a reason as a stable word, and what was found there."""

    line: int
    reason: str
    found: str = ""


def read_pasted(text: str) -> tuple[list[Invitee], list[Fault]]:
    """Addresses from a text field: one or several a line, as a mail program copies them too (`Name <address>`)."""
    people: list[Invitee] = []
    faults: list[Fault] = _too_long(text)
    for number, line in enumerate([] if faults else text.splitlines(), 1):
        for part in re.split(r"[,;]", line):
            word = part.strip()
            named = _NAMED.fullmatch(word)
            address = named[1].strip() if named else word
            if word:
                _take(people, faults, Invitee(number, address))
    return _counted(people, faults)


def read_table(text: str) -> tuple[list[Invitee], list[Fault]]:
    """People from a table with a heading line; only the column `address` must be there."""
    text = text.removeprefix("\ufeff")
    if faults := _too_long(text):
        return [], faults
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    people: list[Invitee] = []
    heading: list[str] | None = None
    begins = 1
    try:
        for row in rows:
            cells = [cell.strip(" ") for cell in row]
            if heading is None and any(cells):
                heading = [cell.casefold() for cell in cells]
                faults += _faults_of_heading(heading, begins)
            elif any(cells) and heading and not (faults and faults[0].line == 1 and not people):
                _take_row(people, faults, heading, cells, begins)
            begins = rows.line_num + 1
    except csv.Error:
        faults.append(Fault(begins, "not_a_table"))
    return _counted(people, faults or ([] if heading else [Fault(1, "empty")]))


def _faults_of_heading(heading: list[str], line: int) -> list[Fault]:
    unknown = [name for name in heading if name and name not in COLUMNS]
    faults = [Fault(line, "unknown_column", name[:80]) for name in unknown]
    if "address" not in heading:
        faults.append(Fault(line, "no_address_column"))
    if len(set(heading)) < len(heading):
        faults.append(Fault(line, "column_twice"))
    return faults


def _take_row(people: list[Invitee], faults: list[Fault], heading: list[str], cells: list[str], line: int) -> None:
    if len(cells) > len(heading):
        faults.append(Fault(line, "too_many_cells"))
        return
    for cell in cells:
        reason = _fault_of_cell(cell)
        if reason:
            faults.append(Fault(line, reason, cell[:80]))
            return
    said = dict(zip(heading, cells, strict=False))
    teams = tuple(team.strip() for team in said.get("teams", "").split("|") if team.strip())
    role, language = said.get("role", ""), said.get("language", "").casefold()
    _take(people, faults, Invitee(line, said.get("address", ""), role, language, teams))


def _take(people: list[Invitee], faults: list[Fault], person: Invitee) -> None:
    reason = _fault_of_cell(person.address) or ("" if ADDRESS.fullmatch(person.address) else "not_an_address")
    if reason:
        faults.append(Fault(person.line, reason if person.address else "no_address", person.address[:80]))
    else:
        people.append(person)


def _fault_of_cell(cell: str) -> str:
    if _HIDDEN.search(cell):
        return "hidden_letter"
    if cell.startswith(FORMULA):
        return "formula"
    return "too_long" if len(cell) > CELL else ""


def _too_long(text: str) -> list[Fault]:
    return [Fault(1, "list_too_long", str(len(text)))] if len(text) > LETTERS else []


def _counted(people: list[Invitee], faults: list[Fault]) -> tuple[list[Invitee], list[Fault]]:
    """The same without those named twice, and with a fault when they are more than go at once."""
    seen: dict[str, int] = {}
    kept = []
    for person in people:
        address = person.address.casefold()
        if address in seen:
            faults.append(Fault(person.line, "twice", str(seen[address])))
        else:
            seen[address] = person.line
            kept.append(person)
    if len(people) > LINES:
        faults.append(Fault(people[LINES].line, "too_many", str(len(people))))
    return kept, sorted(faults, key=lambda fault: fault.line)
