# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable

import pytest

from mazot.foundation.errors import Invalid, NotAllowed, NotFound
from mazot.foundation.models import FactRow
from mazot.tenancy.actions.profile import set_appearance, set_language, set_notices, set_profile
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Person
from tests.cast import Cast

NAMES = {"given_name": "Malik", "family_name": "Diallo", "time_zone": "Europe/Paris"}
DEEDS: list[tuple[Callable[..., Person], dict[str, object]]] = [
    (set_appearance, {"appearance": "dark"}),
    (set_language, {"language": "fr"}),
    (set_profile, NAMES),
    (set_notices, {"logins": True, "failures": False}),
]


@pytest.mark.parametrize(("deed", "details"), DEEDS)
def test_a_person_changes_their_own_account_and_no_other(
    cast: Cast, deed: Callable[..., Person], details: dict[str, object]
) -> None:
    person = deed(cast.malik, cast.people.malik, **details)
    assert deed(cast.malik, person, **details)
    with pytest.raises(NotFound):
        deed(cast.otto, cast.people.malik, **details)
    with pytest.raises(NotFound):
        deed(cast.olive, cast.people.malik, **details)
    program = Actor(cast.people.malik.id, cast.mimosa.id, "collaborator", scopes=frozenset({"drive"}))
    with pytest.raises(NotAllowed):
        deed(program, cast.people.malik, **details)


@pytest.mark.parametrize(
    ("deed", "details", "field"),
    [
        (set_appearance, {"appearance": "neon"}, "appearance"),
        (set_language, {"language": "tlh"}, "language"),
        (set_profile, NAMES | {"time_zone": "Mars/Olympus"}, "time_zone"),
        (set_profile, NAMES | {"given_name": "x" * 81}, "given_name"),
        (set_profile, NAMES | {"tint": 9}, "tint"),
    ],
)
def test_what_is_unknown_or_too_long_is_refused_by_its_field(
    cast: Cast, deed: Callable[..., Person], details: dict[str, object], field: str
) -> None:
    before = Person.objects.filter(id=cast.people.malik.id).values().get()
    with pytest.raises(Invalid) as refusal:
        deed(cast.malik, cast.people.malik, **details)
    assert refusal.value.facts["field"] == field
    assert Person.objects.filter(id=cast.people.malik.id).values().get() == before


def test_the_log_names_the_fields_and_never_the_values(cast: Cast) -> None:
    set_profile(cast.malik, cast.people.malik, given_name="Secretly", family_name="Diallo", time_zone="Europe/Zurich")
    row = FactRow.objects.get(kind="tenancy.ProfileChanged")
    assert row.details["what"] == ["given_name"]
    assert "Secretly" not in str(row.details)
