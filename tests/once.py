# SPDX-License-Identifier: AGPL-3.0-or-later
"""Leave out what a second database cannot change: `pytest -p tests.once` for the second run of the suite.

A test runs again when it asks for a database, by its marker or through any of its fixtures, or when its file may start
a program of ours, which opens the database by itself. pytest-django refuses the database to all others.
"""

from collections.abc import Callable
from typing import Any

import pytest

DATABASE = {"_django_db_helper", "db", "transactional_db", "live_server"}
STARTS_PROGRAMS = {"subprocess", "tests.running", "tests.served"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    again = [item for item in items if may_differ(item)]
    if len(again) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if not may_differ(item)])
        items[:] = again


def may_differ(item: pytest.Item) -> bool:
    if item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ())):
        return True
    makers: list[Callable[..., Any]] = [getattr(item, "function", may_differ)]
    for definitions in item._fixtureinfo.name2fixturedefs.values():
        makers += [definition.func for definition in definitions]
    return any(starts_programs(maker) for maker in makers)


def starts_programs(maker: Callable[..., Any]) -> bool:
    known = getattr(maker, "__globals__", {})
    if not str(known.get("__name__", "")).startswith(("mazot.", "tests.", "test_", "conftest")):
        return False
    return any(
        (getattr(value, "__name__", "") if isinstance(value, type(pytest)) else getattr(value, "__module__", ""))
        in STARTS_PROGRAMS
        for value in list(known.values())
    )
