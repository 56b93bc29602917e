# SPDX-License-Identifier: AGPL-3.0-or-later
"""The answers to the forms of an order and of its tickets, or every fault at once."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid
from mazot.products.tickets.models import Question, Ticket
from mazot.products.tickets.queries.showcase import QUESTIONS
from mazot.products.tickets.rules.answers import Asked, Wrong, read_answers


def answers_of_order(tickets: Sequence[Ticket], given: Any) -> dict[str, Any]:
    """What the events of the tickets ask once per order."""
    forms = {ticket.performance.event.form_id for ticket in tickets} - {None}
    kept, wrong = read_answers(_questions(forms), given if isinstance(given, Mapping) else {})
    if wrong:
        raise _faults([("order", fault) for fault in wrong])
    return kept


def answers_of_tickets(tickets: Sequence[Ticket], given: Mapping[str, Any]) -> dict[UUID, dict[str, Any]]:
    """What the prices of the tickets ask for each of them."""
    asked = {form_id: _questions({form_id}) for form_id in {ticket.price.form_id for ticket in tickets} - {None}}
    kept: dict[UUID, dict[str, Any]] = {}
    faults: list[tuple[str, Wrong]] = []
    for ticket in tickets:
        said = given.get(str(ticket.id), {})
        questions = asked.get(ticket.price.form_id, []) if ticket.price.form_id else []
        kept[ticket.id], wrong = read_answers(questions, said if isinstance(said, Mapping) else {})
        faults += [(str(ticket.id), fault) for fault in wrong]
    if faults:
        raise _faults(faults)
    return kept


def _questions(forms: set[Any]) -> list[Asked]:
    if not forms:
        return []
    return [
        Asked(str(row.id), row.kind, row.state == Question.State.REQUIRED, tuple(str(one) for one in row.options))
        for row in QUESTIONS(forms)
    ]


def _faults(faults: list[tuple[str, Wrong]]) -> Invalid:
    """One refusal that names each field as `<place>.<question>` with its reason."""
    fields = {f"{place}.{wrong.question}": wrong.reason for place, wrong in faults}
    return Invalid("answers", _("Some answers are missing or do not fit."), field=next(iter(fields)), fields=fields)
