# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.heads.api.tests.conftest import program
from mazot.tenancy.models import TeamMember
from tests.cast import member, person_named


def test_a_team_of_many_is_made_in_few_questions(cast, django_assert_max_num_queries):
    crowd = [member(cast.mimosa, person_named(f"viola{number}"), "collaborator") for number in range(100)]
    mine = program(cast.adam)
    with django_assert_max_num_queries(30):
        answer = mine.post("/teams", {"name": "Violas", "members": [str(one.id) for one in crowd]})
    assert answer.status_code == 201
    assert TeamMember.objects.filter(team_id=answer.json()["id"]).count() == 100


def test_a_team_with_one_stranger_is_not_made(cast):
    strangers = [str(cast.malik.membership_id), str(cast.otto.membership_id)]
    assert program(cast.adam).post("/teams", {"name": "Violas", "members": strangers}).status_code == 404
    assert not cast.mimosa.teams.exists()
