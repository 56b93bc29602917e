# SPDX-License-Identifier: AGPL-3.0-or-later
import pytest

from tests.once import may_differ, starts_programs


def test_rules_alone_run_on_one_database(request: pytest.FixtureRequest) -> None:
    assert not may_differ(request.node)


@pytest.mark.django_db
def test_what_is_marked_runs_on_both(request: pytest.FixtureRequest) -> None:
    assert may_differ(request.node)


def test_what_asks_through_a_fixture_runs_on_both(request: pytest.FixtureRequest, mimosa: object) -> None:
    assert may_differ(request.node)


def test_a_file_that_starts_programs_runs_on_both() -> None:
    from tests.served import furnish

    assert starts_programs(furnish)
    assert not starts_programs(test_rules_alone_run_on_one_database)
