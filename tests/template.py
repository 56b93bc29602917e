# SPDX-License-Identifier: AGPL-3.0-or-later
"""A database that is migrated once, kept beside the clone and copied from then on.

Replaying every migration costs a quarter of a minute, a copy costs a moment. What is kept is named by a hash of all
that migrations are made of, so another version of them finds nothing and migrates for itself. `make clean` removes it.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import django
import pytest
from django.apps import apps
from django.conf import settings
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".stamps" / "databases"
MIGRATED = BaseDatabaseCreation.create_test_db


@contextlib.contextmanager
def copied_when_kept() -> Iterator[None]:
    """Let Django's tests begin with a copy of the migrated database, or keep the one they had to make."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "create_test_db", _create_test_db)
        yield


def _create_test_db(
    self: BaseDatabaseCreation,
    verbosity: int = 1,
    autoclobber: bool = False,
    serialize: bool = True,
    keepdb: bool = False,
) -> str:
    kept, name = template(), str(self._get_test_db_name())
    if keepdb or not kept.exists():
        made = str(MIGRATED(self, verbosity, autoclobber, serialize, keepdb))
        if not keepdb:
            keep(self.connection, kept)
        return made
    self._create_test_db(verbosity, autoclobber, keepdb)
    self.connection.close()
    settings.DATABASES[self.connection.alias]["NAME"] = self.connection.settings_dict["NAME"] = name
    if is_sqlite():
        shutil.copyfile(kept, name)
    else:
        _ask("psql", self.connection, "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--file={kept}")
    self.connection.ensure_connection()
    return name


def put_into(folder: Path) -> None:
    """Spare a server of the tests its migrations, where SQLite's are kept already."""
    kept = template()
    if is_sqlite() and kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "mazot.sqlite3"
        shutil.copyfile(kept, file)
        file.chmod(0o600)


def keep(connection: Any, kept: Path) -> None:
    """Under another name until it is whole: two processes may make it at once, and the last of them wins."""
    if not is_sqlite() and not _program("pg_dump"):
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
        whole = Path(folder) / kept.name
        if is_sqlite():
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(whole)])
        else:
            _ask("pg_dump", connection, "--no-owner", f"--file={whole}")
        whole.replace(kept)
    for old in set(kept.parent.glob(f"*{kept.suffix}")) - {kept}:
        old.unlink(missing_ok=True)


@cache
def template() -> Path:
    """Where the migrated database of this version of the migrations is, or will be."""
    return KEPT / f"{hash_of(made_of())}.{'sqlite3' if is_sqlite() else 'sql'}"


def hash_of(files: set[Path]) -> str:
    told = hashlib.sha256(f"{django.VERSION} {sys.version_info}".encode())
    for file in sorted(files):
        told.update(f"{file}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()[:32]


def made_of() -> set[Path]:
    """Migrations and models of every application, what migrations import of ours, and how a database is kept."""
    places = [ROOT / "src" / "mazot" / "foundation", Path(__file__)]
    for app in apps.get_app_configs():
        module, _explicit = MigrationLoader.migrations_module(app.label)
        home = Path(app.path)
        places += [home / (module or "migrations").rpartition(".")[2], home / "models", home / "models.py"]
    places += [ROOT / "src" / "mazot" / "suite" / name for name in ("settings.py", "products.py")]
    found = {file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place])}
    return {file for file in found if file.is_file() and "/foundation/tests/" not in str(file)}


def is_sqlite() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))


def _program(name: str) -> str:
    from with_postgres import programs

    folder = programs()
    return str(folder / name) if folder and (folder / name).exists() else ""


def _ask(program: str, connection: Any, *words: str) -> None:
    of = connection.settings_dict
    environment = os.environ | {"PGPASSWORD": of["PASSWORD"]}
    where = ["--host", of["HOST"], "--port", str(of["PORT"]), "--username", of["USER"], "--dbname", of["NAME"]]
    subprocess.run(
        [_program(program), *where, *words], env=environment, check=True, capture_output=True, text=True, timeout=240
    )
