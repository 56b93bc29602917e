# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second attempt of browser and client tests: given, told, counted, and at an end after two."""

import subprocess
import sys
from pathlib import Path

from tests.running import ROOT

TESTS = """
import pathlib, pytest
@pytest.mark.browser
@pytest.mark.parametrize("number", range({unsteady}))
def test_unsteady(number, request):
    met = pathlib.Path(__file__).with_name(f"met-{{number}}")
    if not met.exists():
        met.touch()
        raise RuntimeError("the machine stood still")
@pytest.mark.client
@pytest.mark.skipif({broken} == 0, reason="not this time")
def test_broken():
    raise RuntimeError("a real fault")
def test_of_the_suite():
    assert {suite}
"""


def outcome(folder: Path, *, unsteady: int = 0, broken: int = 0, suite: bool = True) -> tuple[int, str]:
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  browser\n  client\n")
    (folder / "test_it.py").write_text(TESTS.format(unsteady=unsteady, broken=broken, suite=suite))
    (folder / "quick.py").write_text("import tests.second_attempt\ntests.second_attempt.PAUSE = 0\n")
    words = ["-p", "tests.second_attempt", "-p", "quick", "-p", "no:django", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, str(folder)],
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}:{folder}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def test_two_hiccups_pass_and_are_told(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, unsteady=2)
    assert code == 0, said
    assert said.count("passed at the second attempt: test_it.py::test_unsteady") == 2
    assert "the machine stood still" in said
    assert "2 rerun" in said.splitlines()[-1]


def test_the_third_hiccup_is_a_failure(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, unsteady=3)
    assert code == 1, said
    assert "1 failed, 3 passed" in said.splitlines()[-1]


def test_a_real_fault_fails_twice_and_stays_failed(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, broken=1)
    assert code == 1, said
    assert "passed at the second attempt" not in said


def test_the_suite_itself_has_one_attempt(tmp_path: Path) -> None:
    code, said = outcome(tmp_path, suite=False)
    assert code == 1, said
    assert "rerun" not in said.splitlines()[-1]
