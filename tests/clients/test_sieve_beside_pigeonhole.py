# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same scripts and letters given to Debian's Pigeonhole (`sieve-test`): what it would do against what we do.

Where we differ we mean it; each difference stands in MEANT with its reason, and must stay one.
"""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mazot.wire.sieve import (
    Context,
    Discard,
    FileInto,
    Keep,
    Notify,
    Redirect,
    Reject,
    RunError,
    SieveError,
    Vacation,
    compile_script,
    evaluate,
    of_content,
)
from mazot.wire.sieve.tests.running import LETTER
from mazot.wire.sieve.tests.test_deeds import WHERE
from mazot.wire.sieve.tests.test_refusals import REFUSED
from mazot.wire.sieve.tests.test_tests import BASE, EXTENDED
from tests.clients.programs import program

pytestmark = pytest.mark.client

SENDER, RECIPIENT = "ines+press@studio.example", "malik+choir@mimosa.example"
CONFIGURATION = """\
mail_location = maildir:{folder}/Maildir
base_dir = {folder}/run
state_dir = {folder}/state
log_path = /dev/stderr
ssl = no
plugin {{
  sieve_extensions = +editheader +vacation-seconds +special-use +spamtest +spamtestplus +virustest
  sieve_vacation_min_period = 0
}}
"""
CLOCK_TELLS = ("currentdate",)  # its answer is of the moment it is asked
MEANT = {
    'require ["fileinto", "environment"]; if environment "name" "Mazot" { fileinto "yes"; }': "each names itself",
    'require "ereject"; ereject "No.";': "its test program has no door to refuse a letter at",
    'require "fileinto"; fileinto "";': "a mailbox without a name is a slip of the pen, told when it is written",
    'if header "a b" "c" { }': "no field has a blank in its name; it only warns",
    'require "date"; if currentdate "age" "1" { }': "an unknown part of a date is told when it is written; it only warns",
    'require "date"; if currentdate :zone "CET" "hour" "1" { }': "the same for an unknown zone",
    'require "vacation"; vacation :days 9999 "x";': "a year is the longest; it takes less silently",
}


class Pigeonhole:
    """Its test program, which says what it would do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "dovecot.conf").write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
        (folder / "letter").write_bytes(LETTER)
        self.command = ["env", "-i", "USER=reader", f"HOME={folder}", "TZ=UTC", program("sieve-test")]
        if os.getuid() == 0:  # it runs for nobody who may do everything
            os.chown(folder, 65534, 65534)
            self.command = [program("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups", *self.command]

    def __call__(self, script: str) -> list[str]:
        source = self.folder / "script.sieve"
        source.write_bytes(script.replace("\r\n", "\n").replace("\n", "\r\n").encode())
        source.chmod(0o644)
        words = ["-c", "dovecot.conf", "-f", SENDER, "-a", RECIPIENT, "-r", RECIPIENT, str(source), "letter"]
        done = subprocess.run(
            [*self.command, *words], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False
        )
        source.with_suffix(".svbin").unlink(missing_ok=True)
        if done.returncode:
            return ["refused" if "Performed actions" not in done.stdout else "failed"]
        return sorted(_deeds(done.stdout))


def _deeds(told: str) -> Iterator[str]:
    """What it says it would do, one line each."""
    told = re.sub(r"START MESSAGE.*?END MESSAGE", "", told, flags=re.DOTALL)
    for piece in re.split(r"(?m)^ \* ", told)[1:]:
        first, *more = piece.splitlines()
        flags = next((line.partition("flags:")[2].split() for line in more if "add IMAP flags" in line), [])
        if stored := re.match(r"store message in folder: (.*)", first):
            yield _stored(stored[1], flags)
        elif sent := re.match(r"redirect message to: <(.*)>", first):
            yield f"redirect {sent[1]}"
        else:
            yield first.split()[0]


def _stored(folder: str, flags: list[str] | tuple[str, ...]) -> str:
    return " ".join(["store", folder, *sorted(flag.lower() for flag in flags)])


def ours(script: str) -> list[str]:
    try:
        ready = compile_script(script)
    except SieveError:
        return ["refused"]
    try:
        outcome = evaluate(ready, of_content(LETTER, SENDER, RECIPIENT), Context(datetime.now(UTC)))
    except RunError:
        return ["failed"]
    return sorted(filter(None, (WORDS[type(deed)](deed) for deed in outcome.deeds)))


WORDS: dict[type, Callable[..., str]] = {
    Keep: lambda deed: _stored("INBOX", deed.flags),
    FileInto: lambda deed: _stored(deed.mailbox, deed.flags),
    Redirect: lambda deed: f"redirect {deed.to}",
    Discard: lambda _deed: "discard",
    Reject: lambda _deed: "reject",
    Vacation: lambda _deed: "send",
    Notify: lambda _deed: "send",
}


@pytest.fixture(scope="module")
def pigeonhole() -> Iterator[Pigeonhole]:
    with tempfile.TemporaryDirectory(prefix="mazot-pigeonhole-") as place:  # pytest's own folder is closed to nobody
        yield Pigeonhole(Path(place))


def scripts() -> list[str]:
    found = [f'require "fileinto"; if {test} {{ fileinto "yes"; }}' for test, _is_so in BASE]
    for test, needs, _is_so in EXTENDED:
        if not any(word in test for word in CLOCK_TELLS):
            names = ", ".join(f'"{name}"' for name in ("fileinto", *needs.split()))
            found.append(f'require [{names}]; if {test} {{ fileinto "yes"; }}')
    return [*found, *(script for script, _deeds in WHERE), *(script for script, _line, _reason in REFUSED)]


@pytest.mark.parametrize("script", scripts())
def test_both_do_the_same_with_a_letter(script: str, pigeonhole: Pigeonhole) -> None:
    theirs, mine = pigeonhole(script), ours(script)
    if script in MEANT:
        assert theirs != mine, f"{script}: no longer different; {MEANT[script]}"
    else:
        assert mine == theirs


def test_every_meant_difference_is_asked() -> None:
    assert set(MEANT) <= set(scripts())
