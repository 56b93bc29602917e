# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identifiers in the same moment: one address never opens two accounts, one letter never works twice."""

from collections.abc import Callable

import pytest
from django.db import transaction

from mazot.foundation.errors import Conflict, NotFound
from mazot.tenancy.actions.identifiers import (
    ask_identifier_change,
    confirm_identifier_change,
    make_undo_token,
    refuse_kept,
    undo_identifier_change,
)
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Person
from mazot.tenancy.tests.test_two_at_once import at_once
from tests.cast import founded_by, person_named

ROUNDS = 6


def actor(person: Person) -> Actor:
    return Actor(person.id, None, None)


def asked(person: Person, login: str) -> Callable[[], object]:
    _change, token, _taken = ask_identifier_change(actor(person), person, login=login)
    return lambda: confirm_identifier_change(actor(person), person, token=token)


def signed_up(login: str) -> Callable[[], object]:
    def sign_up() -> None:
        with transaction.atomic():
            person = Person(login=login)
            person.save(force_insert=True)
            refuse_kept(person)

    return sign_up


def logins() -> list[str]:
    return sorted(Person.objects.values_list("login", flat=True))


@pytest.mark.django_db(transaction=True)
def test_two_people_cannot_confirm_the_same_identifier() -> None:
    """Real connections, several rounds."""
    for number in range(ROUNDS):
        wanted = f"shared{number}@people.example"
        one, two = person_named(f"one{number}"), person_named(f"two{number}")
        ended = at_once(asked(one, wanted), asked(two, wanted), signed_up(wanted))
        assert sum(error is None for error in ended) == 1
        assert logins().count(wanted) == 1


@pytest.mark.django_db(transaction=True)
def test_one_letter_confirms_once_and_undoes_once_however_often_it_is_opened() -> None:
    """Real connections."""
    nora = person_named("nora")
    founded_by(nora, "Quay")
    confirm = asked(nora, "nora@new.example")
    ended = at_once(*[confirm] * 4)
    assert sum(error is None for error in ended) == 1
    assert all(error is None or isinstance(error, NotFound) for error in ended)

    change = nora.identifier_changes.get()
    _change, token = make_undo_token(actor(nora), nora, change_id=change.id)
    ended = at_once(*[lambda: undo_identifier_change(actor(nora), nora, token=token)] * 4)
    assert sum(error is None for error in ended) == 1
    assert all(error is None or isinstance(error, NotFound) for error in ended)
    assert logins() == ["nora@people.example"]


@pytest.mark.django_db(transaction=True)
def test_an_undo_wins_over_a_change_confirmed_in_the_same_moment() -> None:
    """Real connections, several rounds: an intruder confirms the next change while the victim takes the first back."""
    for number in range(ROUNDS):
        person = person_named(f"victim{number}")
        asked(person, f"evil{number}@people.example")()
        change = person.identifier_changes.get()
        _change, token = make_undo_token(actor(person), person, change_id=change.id)
        at_once(
            asked(person, f"worse{number}@people.example"),
            lambda person=person, token=token: undo_identifier_change(actor(person), person, token=token),
        )
        assert Person.objects.get(id=person.id).login == f"victim{number}@people.example"


@pytest.mark.django_db(transaction=True)
def test_the_identifier_just_left_goes_to_nobody_who_signs_up_in_that_moment() -> None:
    """Real connections, several rounds."""
    for number in range(ROUNDS):
        person = person_named(f"leaver{number}")
        ended = at_once(asked(person, f"left{number}@people.example"), signed_up(f"leaver{number}@people.example"))
        assert ended[0] is None
        assert isinstance(ended[1], Exception)
        assert f"leaver{number}@people.example" not in logins()
        assert isinstance(ended[1], Conflict) or "unique" in str(ended[1]).lower()
