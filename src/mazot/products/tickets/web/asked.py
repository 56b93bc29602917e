# SPDX-License-Identifier: AGPL-3.0-or-later
"""The questions of forms in a page of sale, in the shop and at the counter, and what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from mazot.products.tickets.models import Question


def answers_said(request: HttpRequest) -> dict[str, Any]:
    """Fields `answer-<order or ticket>-<question>` as the deed takes them; several values are a list."""
    found: dict[str, dict[str, Any]] = {}
    for name in request.POST:
        head, _dash, rest = name.partition("answer-")
        place, _colon, question = rest.partition(":")
        if not head and question:
            values = request.POST.getlist(name)
            found.setdefault(place, {})[question] = values if len(values) > 1 else values[0]
    return found


def field_of(question: Question, place: str, said: Any, faults: dict[str, str]) -> dict[str, Any]:
    name = f"answer-{place}:{question.id}"
    fault = faults.get(f"{place}.{question.id}")
    return {
        "question": question,
        "label": label_of(question),
        "name": name,
        "value": said.get(name, ""),
        "values": said.getlist(name),
        "error": {"missing": _("This needs an answer."), None: ""}.get(fault, _("This answer does not fit.")),
        "type": {"email": "email", "phone": "tel", "date": "date"}.get(question.kind, "text"),
    }


def label_of(question: Question) -> str:
    """What is asked, in the reader's language where the organizer wrote it in that one, too."""
    language = get_language() or ""
    return str(question.labels.get(language) or question.labels.get(language[:2]) or question.label)
