# SPDX-License-Identifier: AGPL-3.0-or-later
"""What buyers are asked: once for each order, or for each ticket of a price."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.programme import ShopChanged
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.products.tickets.actions.checking import change, flag, line, one_of, whole
from mazot.products.tickets.actions.holding import hold_shop
from mazot.products.tickets.models import Event, Form, Order, Price, Question, Shop
from mazot.products.tickets.rights import TECHNICAL
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room
from mazot.tenancy.rights import action

FORMS = 100
QUESTIONS = 60
OPTIONS = 100
OF_CHOICES = (Question.Kind.CHOICE, Question.Kind.CHOICES)


@action(needs=TECHNICAL)
def make_form(actor: Actor, shop: Shop, *, name: str, scope: str, questions: Sequence[Mapping[str, Any]] = ()) -> Form:
    """Make a form; an event or a price asks it once it is chosen there."""
    held = hold_shop(shop)
    check_room(held.forms.count(), limit=FORMS, field="form")
    form = Form(organization_id=held.organization_id, instance_id=held.instance_id, shop=held)
    change(form, {"name": name, "scope": scope}, {"name": NAME, "scope": one_of(Form.Scope.values)})
    form.save(force_insert=True)
    _write(form, questions)
    tell(actor, ShopChanged(held.id, held.name, what=("forms",)))
    return form


@action(needs=TECHNICAL)
def set_form(
    actor: Actor, form: Form, *, name: str | None = None, questions: Sequence[Mapping[str, Any]] | None = None
) -> Form:
    """Rename a form or replace its questions; one that carries an `id` is the same question as before.

    A question that is left out goes, or is hidden once there are real orders, so that answers keep their question.
    """
    held = hold_shop(form.shop)
    row = Form.objects.filter(id=form.id, shop=held).first()
    if row is None:
        raise NotFound("not_found")
    if name is not None and change(row, {"name": name}, {"name": NAME}):
        row.save(update_fields=["name"])
    if questions is not None:
        _write(row, questions)
    tell(actor, ShopChanged(held.id, held.name, what=("forms",)))
    return row


@action(needs=TECHNICAL)
def remove_form(actor: Actor, form: Form) -> None:
    """Take a form away that nothing asks any more."""
    held = hold_shop(form.shop)
    if Event.objects.filter(form_id=form.id).exists() or Price.objects.filter(form_id=form.id).exists():
        raise Refused(
            "used", _("An event or a price asks this form."), way_out=_("Choose another form there, or none.")
        )
    if _may_be_answered(held) and Question.objects.filter(form_id=form.id).exists():
        raise Refused("answered", _("Buyers may have answered this form, so it stays with their answers."))
    Form.objects.filter(id=form.id, shop=held).delete()
    tell(actor, ShopChanged(held.id, held.name, what=("forms",)))


def _write(form: Form, questions: Sequence[Mapping[str, Any]]) -> None:
    if len(questions) > QUESTIONS:
        sentence = _("A form has up to %(limit)d questions.") % {"limit": QUESTIONS}
        raise Invalid("too_many", sentence, field="questions", limit=QUESTIONS)
    before = {question.id: question for question in Question.objects.filter(form=form)}
    for position, asked in enumerate(questions):
        values = {name: value for name, value in asked.items() if name != "id"}
        known = _id(asked.get("id"))
        question = before.pop(known, None) if known else None
        if known and question is None:
            raise NotFound("not_found")
        is_new = question is None
        question = question or Question(form=form)
        changed = change(question, {**values, "position": position}, CHECKS)
        _check(question)
        if is_new:
            question.save(force_insert=True)
        elif changed:
            question.save(update_fields=changed)
    if before and _may_be_answered(form.shop):
        Question.objects.filter(id__in=before).update(state=Question.State.HIDDEN)
    else:
        Question.objects.filter(id__in=before).delete()


def _may_be_answered(shop: Shop) -> bool:
    return Order.objects.filter(shop=shop, is_test=False).exists()


def _id(value: object) -> UUID | None:
    if not value:
        return None
    try:
        return UUID(str(value))
    except ValueError:
        raise NotFound("not_found") from None


def _check(question: Question) -> None:
    if not question.label:
        raise Invalid("empty", _("A question needs its words."), field="label")
    if question.kind in OF_CHOICES and len(question.options) < 2:
        sentence = _("“%(label)s” needs at least two answers to choose from.")
        raise Invalid("options", sentence % {"label": question.label}, field="options")


def _options(name: str, value: Any) -> list[str]:
    found = list(dict.fromkeys(line(200)(name, one) for one in value))
    options = [one for one in found if one]
    if len(options) > OPTIONS:
        sentence = _("A question has up to %(limit)d answers to choose from.") % {"limit": OPTIONS}
        raise Invalid("too_many", sentence, field=name, limit=OPTIONS)
    return options


def _labels(name: str, value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or set(value) - {code for code, _title in settings.LANGUAGES}:
        raise Invalid("language", _("There is no such language here."), field=name)
    return {code: words for code, text in value.items() if (words := line(200)(name, text))}


NAME = line(80, may_be_empty=False)
CHECKS = {
    "kind": one_of(Question.Kind.values),
    "state": one_of(Question.State.values),
    "label": line(200, may_be_empty=False),
    "labels": _labels,
    "help": line(400),
    "options": _options,
    "on_ticket": flag,
    "keep_days": whole(0, 3650, may_be_none=True),
    "position": whole(0, QUESTIONS),
}
