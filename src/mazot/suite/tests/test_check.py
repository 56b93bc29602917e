# SPDX-License-Identifier: AGPL-3.0-or-later
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from mazot.suite import checks
from mazot.suite.configuration import Configuration
from tests.running import DOORS, ROOT


def mazot(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")}
    kept |= {"PYTHONPATH": str(ROOT / "src")} | environment
    command = [sys.executable, "-m", "mazot", *arguments]
    return subprocess.run(command, env=kept, capture_output=True, text=True, timeout=240, check=False)


def found(about: str, configuration: Configuration) -> checks.Finding:
    return next(finding for finding in checks.look_around(configuration) if finding.about == about)


@pytest.fixture
def here(tmp_path: Path) -> Configuration:
    return replace(settings.MAZOT, data=tmp_path, http="127.0.0.1:0", **dict.fromkeys(DOORS, ""))


@pytest.mark.django_db
def test_a_sound_installation_has_nothing_wrong(here: Configuration) -> None:
    findings = [*checks.look_around(here), *checks.look_inside()]
    wrong = [finding.about for finding in findings if not finding.fine]
    assert wrong in ([], ["front end"])
    assert {"database", "tables", "facts", "jobs"} <= {finding.about for finding in findings}


def test_keys_that_others_can_read_are_named_with_the_fix(here: Configuration) -> None:
    here.key("django")
    (here.data / "keys" / "django").chmod(0o644)
    keys = found("keys", here)
    assert not keys.fine
    assert "chmod" in keys.fix


def test_a_folder_that_is_not_there_is_named(here: Configuration) -> None:
    finding = found("data folder", replace(here, data=here.data / "nowhere"))
    assert not finding.fine
    assert "nowhere" in finding.said


def test_plain_http_for_other_machines_is_wrong(here: Configuration) -> None:
    assert not found("encryption", replace(here, http="0.0.0.0:8000")).fine
    secure = replace(here, http="0.0.0.0:0", public_url="https://files.example.ch")
    assert all(finding.about != "encryption" for finding in checks.look_around(secure))


def test_a_port_in_use_is_wrong(here: Configuration) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        finding = found("port", replace(here, http=f"127.0.0.1:{taken.getsockname()[1]}"))
    assert not finding.fine
    assert "--http" in finding.fix


@pytest.mark.parametrize(
    ("version", "is_fine"), [((3, 40, 1), False), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 53, 4), True)]
)
def test_a_sqlite_with_the_wal_fault_is_wrong(version: tuple[int, ...], is_fine: bool) -> None:
    assert checks._sqlite_version(version).fine is is_fine


def test_the_sqlite_in_use_is_a_safe_one() -> None:
    assert tuple(sqlite3.sqlite_version_info) >= checks.SAFE_SQLITE


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1", "unknown setting 'colour'"),
        ("http = ", "mazot.toml"),
        ("page_threads = 'many'", "page_threads is a number"),
        ("page_threads = 0", "from 1 to 64"),
        ("logs = 'loud'", "logs is console or json"),
    ],
)
def test_a_wrong_setting_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    """Slow: starts the command."""
    (tmp_path / "mazot.toml").write_text(text)
    done = mazot("serve", "--data", str(tmp_path))
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_an_owner_is_created_once_and_a_weak_password_never(tmp_path: Path) -> None:
    """Slow: starts the command three times."""
    create = ("owner", "create", "olive@example.ch", "--organization", "Mimosa", "--data", str(tmp_path))
    weak = mazot(*create, MAZOT_OWNER_PASSWORD="123")
    assert weak.returncode == 1
    assert "Traceback" not in weak.stderr
    good = mazot(*create, MAZOT_OWNER_PASSWORD="a long way from Tipperary")
    assert (good.returncode, good.stdout) == (0, "olive@example.ch owns Mimosa and can sign in.\n")
    again = mazot(*create, MAZOT_OWNER_PASSWORD="a long way from Tipperary")
    assert again.returncode == 1
    assert "exists already" in again.stderr


@pytest.mark.slow
def test_a_database_that_is_away_is_said_without_a_traceback(tmp_path: Path) -> None:
    """Slow: starts the command."""
    away = "postgresql://somebody:secret@127.0.0.1:1/mazot"
    done = mazot("check", "--data", str(tmp_path), "--database", away)
    assert done.returncode == 1
    assert "it does not answer" in done.stdout
    assert "secret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
