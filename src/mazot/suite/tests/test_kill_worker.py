# SPDX-License-Identifier: AGPL-3.0-or-later
"""Slow: each test starts a worker twice and kills it once."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mazot.suite.tests.dying_worker import FACTS
from tests.running import ROOT, own_database

pytestmark = pytest.mark.slow

Work = Callable[[str], int]


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told"


@pytest.fixture
def work(tmp_path: Path, told: Path) -> Iterator[Work]:
    with own_database() as database:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MAZOT_")}
        kept |= {"PYTHONPATH": f"{ROOT / 'src'}", "MAZOT_DATA": str(tmp_path / "data")}
        kept |= {"MAZOT_DATABASE": database} if database else {}

        def run(act: str) -> int:
            command = [sys.executable, "-m", "mazot.suite.tests.dying_worker", str(told), act]
            return subprocess.run(command, env=kept, timeout=240, check=False).returncode

        yield run


def test_every_fact_is_heard_though_the_worker_is_killed(work: Work, told: Path) -> None:
    assert work("begin") == -9
    assert len(told.read_text().splitlines()) == 3
    assert work("again") == 0
    lines = told.read_text().splitlines()
    assert len(set(lines)) == FACTS
    assert len(lines) == FACTS + 1  # the one it died of was heard twice, and none of the others


def test_a_job_is_done_though_its_worker_is_killed(work: Work, told: Path) -> None:
    assert work("begin job") == -9
    assert work("again job") == 0
    assert told.read_text().splitlines() == ["job", "job"]
