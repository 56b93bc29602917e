# SPDX-License-Identifier: AGPL-3.0-or-later
"""Outside programs: found, or the test is skipped with one clear line; in CI a missing one is a failure."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def in_ci() -> bool:
    return os.environ.get("MAZOT_CI", os.environ.get("CI", "")).lower() in ("1", "true", "yes")


def absent(reason: str) -> None:
    """The program is not here."""
    if in_ci():
        pytest.fail(reason)
    pytest.skip(reason)


def program(name: str) -> str:
    """Where a program lies."""
    found = shutil.which(name)
    if found is None:
        absent(f"{name} is not installed: apt-get install {name}")
    return str(found)


def run(
    *command: str, folder: Path, environment: dict[str, str] | None = None, text: str = "", within: float = 240
) -> str:
    """Run a program to its end and answer all it said."""
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8", **(environment or {})},
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=within,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout
