# SPDX-License-Identifier: AGPL-3.0-or-later
"""Answers to a form's questions: which are missing, which do not fit. Words come out, sentences are made elsewhere."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

LONGEST = {"text": 200, "long_text": 4000, "phone": 40, "email": 254, "number": 20, "country": 2}
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"[0-9+() ./-]{4,40}")
NUMBER = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,6})?")
COUNTRY = re.compile(r"[A-Z]{2}")
SHAPES = {"email": ADDRESS, "phone": PHONE, "number": NUMBER, "country": COUNTRY}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it is checked."""

    id: str
    kind: str
    required: bool
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why an answer is not taken: "missing", "shape", "long", "choice"."""

    question: str
    reason: str


def read_answers(questions: Sequence[Asked], given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Wrong]]:
    """The answers as they are kept, and everything that is wrong with them at once; what nobody asked is left out."""
    kept: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for question in questions:
        answer = _tidy(question, given.get(question.id))
        if answer in ("", [], None, False):
            if question.required:
                wrong.append(Wrong(question.id, "missing"))
            continue
        reason = _fault(question, answer)
        if reason:
            wrong.append(Wrong(question.id, reason))
        else:
            kept[question.id] = answer
    return kept, wrong


def _tidy(question: Asked, value: Any) -> Any:
    if question.kind == "consent":
        return value in (True, "true", "on", "1")
    if question.kind == "choices":
        return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)] if value else []
    return str(value).replace("\x00", "").strip() if value is not None else ""


def _fault(question: Asked, answer: Any) -> str:
    if question.kind == "consent":
        return ""
    if question.kind in ("choice", "choices"):
        chosen = answer if isinstance(answer, list) else [answer]
        return "" if set(chosen) <= set(question.options) else "choice"
    if len(answer) > LONGEST.get(question.kind, 200):
        return "long"
    if question.kind == "date":
        return "" if _is_day(answer) else "shape"
    shape = SHAPES.get(question.kind)
    return "" if shape is None or shape.fullmatch(answer) else "shape"


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
