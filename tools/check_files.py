# SPDX-License-Identifier: AGPL-3.0-or-later
"""What no file of the repository may hold: secrets, addresses of package registries, paths of one machine.

usage: check_files.py
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIGGEST = 400_000  # bytes; pictures are WebP and small

# Written in pieces, so that this file does not hold what it looks for.
ANYWHERE = {
    "a package registry": re.compile(
        r"\b(?:files\.)?py" + r"pi\.(?:org|python\.org)|python" + r"hosted|registry\." + r"npm|npm" + r"js\.(?:org|com)"
    ),
    "a path of one machine": re.compile(r"(?<![\w.{}$/])/(?:wo" + r"rk|ho" + r"me/\w+|ro" + r"ot|opt/py" + r"pi)\b/?"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE" + r" KEY"),
    "a token": re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|AKIA[0-9A-Z]{16}|xox[abp]-[0-9A-Za-z-]{10,}|glpat-[\w-]{20})\b"
    ),
    "a conflict not solved": re.compile(r"^(?:<{7} |>{7} )", re.MULTILINE),
}
IN_LOCKS = re.compile(r"\bresolved\b|registry *=|index-url|find-links")
LOCKS = ("requirements/", "package-lock.json", ".npmrc")
WORDY = re.compile(r"""(?i)\b(?:password|secret|api_?key|token)\s*=\s*["'][A-Za-z0-9+/_-]{24,}["']""")


def tracked() -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / path for path in listed if (ROOT / path).is_file()]


def faults(path: str, text: str) -> Iterator[str]:
    """Sentences about one file."""
    for what, pattern in ANYWHERE.items():
        if found := pattern.search(text):
            yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: {what}: {found.group()!r}"
    if "/tests/" not in f"/{path}" and (found := WORDY.search(text)):
        yield f"{path}:{text.count(chr(10), 0, found.start()) + 1}: looks like a secret: {found.group()[:24]}…"
    if path.startswith(LOCKS) and (found := IN_LOCKS.search(locked(path, text))):
        yield f"{path}: a lock file that says where from: {found.group()!r}"


def locked(path: str, text: str) -> str:
    """The text without the one line of .npmrc that keeps places out of the npm lock."""
    lines = text.splitlines()
    return "\n".join(line for line in lines if path != ".npmrc" or not line.startswith("omit-lockfile"))


def main() -> int:
    told: list[str] = []
    for file in tracked():
        path = str(file.relative_to(ROOT))
        content = file.read_bytes()
        if len(content) > BIGGEST and "package-lock" not in path:
            told.append(f"{path}: {len(content)} bytes; {BIGGEST} are allowed")
        if b"\0" not in content[:8000]:
            told += faults(path, content.decode("utf-8", errors="replace"))
    print("\n".join(told), end="\n" if told else "")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
