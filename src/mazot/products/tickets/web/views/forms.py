# SPDX-License-Identifier: AGPL-3.0-or-later
"""Forms and their questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.products.tickets.actions.forms import make_form, remove_form, set_form
from mazot.products.tickets.queries.settings import form_in
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.web.forms.base import Nothing
from mazot.products.tickets.web.forms.settings import QUESTION_KINDS, QUESTION_STATES, SCOPES, NewFormForm
from mazot.products.tickets.web.frame import ask, in_shop, page
from mazot.ui.toasts import toast_later

if TYPE_CHECKING:
    from mazot.products.tickets.models import Form, Question, Shop

ASK = require_http_methods(["GET", "HEAD", "POST"])
SPARE = 3
COLUMNS = ("id", "kind", "state", "label", "help", "options", "keep_days")


@in_shop(TECHNICAL)
@require_safe
def forms(request: Any, shop: Shop) -> HttpResponse:
    scopes = dict(SCOPES)
    found = shop.forms.annotate(n_questions=Count("questions")).order_by("scope", "name", "id")
    return page(request, shop, "forms", {"place": "forms", "lines": [(one, scopes[one.scope]) for one in found]})


@in_shop(TECHNICAL)
@ASK
def form_new(request: Any, shop: Shop) -> HttpResponse:
    made: list[Form] = []
    form = NewFormForm(request.POST or None)
    words = {"title": _("New form"), "verb": _("Make the form"), "said": _("The form is there. It needs questions.")}

    def deed(said: dict[str, Any]) -> None:
        made.append(make_form(request.actor, shop, **said))

    back = reverse("tickets:forms", args=[shop.id])
    answer = ask(request, shop, form, deed, **words, back=back, place="forms")
    return redirect("tickets:form", shop.id, made[0].id) if made else answer


@in_shop(TECHNICAL)
@ASK
def form(request: Any, shop: Shop, form_id: UUID) -> HttpResponse:
    """A form's questions in a table, with empty lines at its end for new ones."""
    found, error = form_in(shop, form_id), None
    questions = list(found.questions.order_by("position", "id"))
    lines = [
        {
            "id": str(one.id),
            "kind": one.kind,
            "state": one.state,
            "label": one.label,
            "help": one.help,
            "options": "\n".join(one.options),
            "on_ticket": one.on_ticket,
            "keep_days": one.keep_days if one.keep_days is not None else "",
            "labels": one.labels,
        }
        for one in questions
    ]
    others = _other_languages(shop, questions)
    if request.method == "POST":
        lines = _typed(request.POST, others)
        try:
            set_form(request.actor, found, name=request.POST.get("name", ""), questions=_asked(lines))
        except (Conflict, Invalid, NotFound, Refused) as refused:
            error = refused
        else:
            toast_later(request, _("The form is saved."))
            return HttpResponseRedirect(request.path)
    context = {
        "place": "forms",
        "form": found,
        "name": request.POST.get("name", found.name),
        "scope": dict(SCOPES)[found.scope],
        "lines": [
            line | {"said": [(code, title, line["labels"].get(code, "")) for code, title in others]}
            for line in [*lines, *({"kind": "text", "state": "optional", "labels": {}} for _each in range(SPARE))]
        ],
        "language": dict(settings.LANGUAGES)[shop.language],
        "kinds": QUESTION_KINDS,
        "states": QUESTION_STATES,
        "error": error,
    }
    return page(request, shop, "form", context, status=422 if error else 200)


@in_shop(TECHNICAL)
@ASK
def form_remove(request: Any, shop: Shop, form_id: UUID) -> HttpResponse:
    found = form_in(shop, form_id)
    lead = _("A form that an event or a price asks, or that buyers answered, stays.")
    asked = Nothing(request.POST if request.method == "POST" else None, lead=lead)
    title = _("Remove %(name)s") % {"name": found.name}
    words = {"title": title, "verb": _("Remove"), "said": _("The form is gone."), "kind": "danger", "place": "forms"}
    back = reverse("tickets:forms", args=[shop.id])
    return ask(request, shop, asked, lambda _said: remove_form(request.actor, found), **words, back=back)


def _other_languages(shop: Shop, questions: list[Question]) -> list[tuple[str, str]]:
    """Those beside the shop's own, and that one too where words were kept for it before it was the shop's."""
    kept = {code for question in questions for code in question.labels}
    return [(code, title) for code, title in settings.LANGUAGES if code != shop.language or code in kept]


def _typed(said: Any, others: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """The lines of the table that have words; each line names its own tick by its number."""
    columns = [said.getlist(name)[:100] for name in COLUMNS]
    ticked = said.getlist("on_ticket")
    found = []
    for number, values in enumerate(zip(*columns, strict=False)):
        line = dict(zip(COLUMNS, values, strict=True)) | {"on_ticket": str(number) in ticked}
        line["labels"] = {
            code: words
            for code, _title in others
            if (words := "".join(said.getlist(f"label-{code}")[number : number + 1]))
        }
        if line["label"].strip():
            found.append(line)
    return found


def _asked(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked = []
    for line in lines:
        days = line["keep_days"].strip()
        if days and not (days.isdecimal() and len(days) < 6):
            raise Invalid("number", _("The days an answer is kept are a whole number."), field="keep_days")
        options = [one for one in line["options"].splitlines() if one.strip()]
        asked.append(line | {"options": options, "keep_days": int(days) if days else None})
    return asked
