# SPDX-License-Identifier: AGPL-3.0-or-later
"""Joplin, the program the knowledge base tells people to use: two profiles of one person share their notes."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from tests.clients.programs import absent, run

PACKAGE = Path(__file__).parent / "joplin"
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "mazot-tests"


@pytest.fixture(scope="session")
def joplin() -> str:
    """The program, installed once into a cache folder named for its lock file; the first time takes some minutes."""
    lock = (PACKAGE / "package-lock.json").read_bytes()
    folder = Path(os.environ.get("MAZOT_JOPLIN", CACHE / f"joplin-{hashlib.sha256(lock).hexdigest()[:12]}"))
    found = folder / "node_modules" / ".bin" / "joplin"
    if not (folder / "installed").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            (folder / name).write_bytes((PACKAGE / name).read_bytes())
        try:
            done = subprocess.run(
                ["npm", "ci", "--silent", "--no-audit", "--no-fund"],
                cwd=folder, capture_output=True, text=True, timeout=1200, check=False,
            )  # fmt: skip
        except (FileNotFoundError, subprocess.TimeoutExpired) as error:
            absent(f"Joplin cannot be installed: {error}")
        else:
            if done.returncode or not found.exists():
                absent(f"Joplin cannot be installed (libsecret-1-dev, g++ and npm are needed): {done.stderr[-400:]}")
        (folder / "installed").touch()
    return str(found)


class Profile:
    """One device of the person."""

    def __init__(self, program: str, folder: Path) -> None:
        self.program, self.folder = program, folder
        folder.mkdir()

    def __call__(self, *words: str) -> str:
        return run(self.program, "--profile", str(self.folder / "profile"), *words, folder=self.folder)

    def connect(self, url: str, login: str, secret: str) -> None:
        self("config", "sync.target", "6")
        self("config", "sync.6.path", url)
        self("config", "sync.6.username", login)
        self("config", "sync.6.password", secret)

    def sync(self) -> str:
        said = self("sync")
        assert "Error" not in said, said
        return said


@pytest.fixture
def devices(served, joplin, tmp_path) -> tuple[Profile, Profile]:
    """Two devices of Adam, who signs in with two factors and gave Joplin an application password."""
    adam = served.people["adam"]
    folder = served.url_of("adam") + "Joplin"
    run("curl", "-sS", "-u", f"{adam['login']}:{adam['secret']}", "-X", "MKCOL", folder, folder=tmp_path)
    first, second = Profile(joplin, tmp_path / "a"), Profile(joplin, tmp_path / "b")
    for device in (first, second):
        device.connect(folder, adam["login"], adam["secret"])
    return first, second


@pytest.mark.client
@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_joplin_syncs_notes_attachments_deletions_and_conflicts(devices):
    """Slow: some thirty starts of a Node program, after an installation the first time."""
    first, second = devices
    first("mkbook", "Team notes")
    first("use", "Team notes")
    first("mknote", "from A")
    first("set", "from A", "body", "hello é 漢字 from A")
    assert "Created remote items: 2" in first.sync()

    second.sync()
    second("use", "Team notes")
    assert "hello é 漢字 from A" in second("cat", "from A")

    attachment = second.folder / "att.bin"
    attachment.write_bytes(os.urandom(200_000))
    second("set", "from A", "body", "edited by B")
    second("mknote", "from B")
    second("attach", "from B", str(attachment))
    second.sync()
    first.sync()
    assert "edited by B" in first("cat", "from A")
    assert "att.bin" in first("cat", "from B")
    kept = [path.read_bytes() for path in (first.folder / "profile" / "resources").iterdir()]
    assert attachment.read_bytes() in kept

    first("rmnote", "-f", "from B")
    first.sync()
    second.sync()
    assert "from B" not in second("ls")

    first("set", "from A", "body", "first thinks this")
    second("set", "from A", "body", "second thinks that")
    first.sync()
    second.sync()
    assert "Conflicts" in second("ls", "/")
    assert "first thinks this" in second("cat", "from A")
