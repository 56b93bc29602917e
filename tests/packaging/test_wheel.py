# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a release is: one wheel that serves alone, without a clone, a Node or a compiler of messages."""

import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.running import NO_MAIL

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"ready (http://\S+)")

pytestmark = pytest.mark.client


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    hatchling = Path(sys.executable).with_name("hatchling")
    subprocess.run([hatchling, "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("mazot-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment of its own with nothing in it but the wheel and what it names."""
    environment = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", environment], check=True, capture_output=True)
    python = environment / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")  # ten times faster than pip, from the same list
    pip = (
        [uv, "pip", "install", "--quiet", "--python", python] if uv.exists() else [python, "-m", "pip", "install", "-q"]
    )
    subprocess.run(
        [*pip, "--require-hashes", "-r", ROOT / "requirements" / "base.txt"], check=True, capture_output=True
    )
    subprocess.run([*pip, "--no-deps", wheel], check=True, capture_output=True)
    return environment / "bin"


@pytest.fixture
def served(installed, tmp_path):
    """The address of a `mazot serve` that sees neither the clone nor any other program."""
    bare = {"PATH": str(installed), "HOME": str(tmp_path), **NO_MAIL}
    command = [installed / "mazot", "serve", "--data", tmp_path / "data", "--http", "127.0.0.1:0"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=tmp_path, env=bare, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield address_in(log, server)
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=90) == 0, log.read_text()


def address_in(log: Path, server: subprocess.Popen) -> str:
    limit = time.monotonic() + 240
    while time.monotonic() < limit and server.poll() is None:
        told = log.read_text()
        if (found := READY.search(told)) and re.search(r"^ready$", told, re.MULTILINE):
            return found.group(1)
        time.sleep(0.1)
    raise AssertionError(f"not ready:\n{log.read_text()}")


def test_a_wheel_carries_the_front_end_and_the_translations_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert "mazot/ui/built/manifest.json" in names
    assert any(re.fullmatch(r"mazot/ui/built/assets/.+\.css", name) for name in names)
    for language in ("en", "fr", "de", "it", "es"):
        assert f"mazot/locale/{language}/LC_MESSAGES/django.mo" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert [name for name in names if "/tests/" in name or name.endswith(".ts")] == []


def test_an_installed_wheel_serves_the_login_page_with_its_stylesheet(served):
    page = httpx.get(urljoin(served, "/login"), follow_redirects=True, timeout=60)
    styles = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"|<link[^>]+href="([^"]+\.css)"', page.text)
    answers = [httpx.get(urljoin(served, "".join(found)), timeout=60) for found in styles]

    assert page.status_code == 200
    assert 'type="password"' in page.text
    assert answers
    assert {answer.status_code for answer in answers} == {200}
    assert all(answer.headers["content-type"].startswith("text/css") and answer.text for answer in answers)


def test_an_installed_wheel_speaks_french(served):
    page = httpx.get(urljoin(served, "/login"), headers={"Accept-Language": "fr"}, follow_redirects=True, timeout=60)

    assert '<html lang="fr"' in page.text
    assert "Mot de passe" in page.text
