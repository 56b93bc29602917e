# SPDX-License-Identifier: AGPL-3.0-or-later
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.template import hash_of, made_of


def test_the_tables_of_the_tests_want_no_migration(db: None) -> None:
    executor = MigrationExecutor(connection)
    assert executor.loader.applied_migrations
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_every_migration_counts_in_the_name_of_what_is_kept(db: None) -> None:
    executor = MigrationExecutor(connection)
    counted = {str(file.resolve()) for file in made_of()}
    for migration in executor.loader.graph.nodes:
        module = type(executor.loader.get_migration(*migration)).__module__
        path = module.replace(".", "/") + ".py"
        assert any(file.endswith(path) for file in counted), module


def test_one_changed_byte_of_a_migration_finds_nothing_kept(tmp_path: Path) -> None:
    migration = tmp_path / "0001_initial.py"
    migration.write_text("operations = [1]")
    before = hash_of({migration})
    migration.write_text("operations = [2]")
    assert hash_of({migration}) != before
