# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run the checks that are not tests, two at a time, each with its name and its time; show what fails in full.

usage: run_checks.py [word of a name …]
"""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON = sys.executable

# The slow ones first, so that the two lanes end together.
CHECKS: dict[str, list[str]] = {
    "types": [str(BIN / "mypy")],
    "styles and islands": ["npm", "run", "--silent", "lint"],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
    "house rules": [PYTHON, "tools/lint_mazot.py"],
    "imports": [str(BIN / "lint-imports"), "--no-cache"],
    "migrations": [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "documents": [PYTHON, "tools/make_map.py", "--check"],
    "translations": [PYTHON, "tools/messages.py", "check"],
    "files": [PYTHON, "tools/check_files.py"],
    "spelling": [str(BIN / "codespell")],
}


def run(name: str, data: str) -> tuple[str, bool, float, str]:
    started = time.monotonic()
    told = {"MAZOT_DATA": data, "DJANGO_SETTINGS_MODULE": "mazot.suite.settings", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=os.environ | told, capture_output=True, text=True, check=False)
    return name, done.returncode == 0, time.monotonic() - started, done.stdout + done.stderr


def main() -> int:
    words = sys.argv[1:]
    names = [name for name in CHECKS if not words or any(word in name for word in words)]
    failed = []
    with tempfile.TemporaryDirectory(prefix="mazot-check-") as data, ThreadPoolExecutor(2) as lanes:
        for name, passed, seconds, output in lanes.map(lambda name: run(name, data), names):
            print(f"{'ok' if passed else 'FAILED':7}{name:22}{seconds:6.1f} s", flush=True)
            if not passed:
                failed.append(name)
                print(output.rstrip() + "\n", flush=True)
    print(
        f"{len(names) - len(failed)} of {len(names)} checks hold"
        + (f"; look at: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
