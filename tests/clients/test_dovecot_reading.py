# SPDX-License-Identifier: AGPL-3.0-or-later
"""The same letters given to Dovecot: its ENVELOPE, BODY, BODYSTRUCTURE and sections against ours.

Where we differ we mean it; each difference stands in MEANT with its reason, and must stay one. Types, encodings and
names of parameters are compared without regard to case: Dovecot gives them as they came, we in small letters.
"""

import imaplib
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mazot.wire.mime import Parts, crlf, read_message
from tests.clients.programs import absent, program

IMAP = Path("/usr/lib/dovecot/imap")
SAMPLES = Path(__file__).parent.parent / "samples" / "mail"
MEANT = {
    ("addresses.eml", "ENVELOPE"): "a backslash in a local part is kept; Dovecot cuts the address there",
    (
        "almost-boundary.eml",
        "BODYSTRUCTURE",
    ): "a delimiter is the whole line (RFC 2046 §5.1.1); Dovecot takes its start",
    ("attachments.eml", "BODYSTRUCTURE"): "RFC 2231 pieces go out as they came; Dovecot joins them",
    ("broken-addresses.eml", "ENVELOPE"): "more of each broken list is kept; Dovecot stops at its first fault",
    ("empty-fields.eml", "ENVELOPE"): "a list of one comma is NIL; Dovecot names a MISSING_MAILBOX",
    ("folded.eml", "ENVELOPE"): "the blank of a fold before the Message-ID is none of it",
    ("folded.eml", "BODYSTRUCTURE"): "a Content-Description counts without MIME-Version",
    ("message-inside.eml", "BODYSTRUCTURE"): "the line's end before a delimiter is the delimiter's, after an end too",
    ("no-boundary.eml", "BODYSTRUCTURE"): "a multipart without a boundary is one text (RFC 2045 §5.2)",
    ("no-parts.eml", "BODYSTRUCTURE"): "what nobody divided is shown as one text; Dovecot shows nothing",
    ("odd-types.eml", "BODYSTRUCTURE"): "a Content-Type that is none is text/plain (RFC 2045 §5.2)",
    ("twice.eml", "ENVELOPE"): "of a field that may be there once the first counts; Dovecot takes the last",
}
OTHER_PARTS = ("almost-boundary.eml", "no-boundary.eml", "no-parts.eml")
ENDS_LATER = ("message-inside.eml",)  # by one line's end
CONFIGURATION = """\
protocols = imap
mail_location = maildir:{folder}/Maildir
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
stats_writer_socket_path =
auth_socket_path =
"""

Value = bytes | str | None | list["Value"]


class Dovecot:
    """Its IMAP program on a pipe, already signed in: no daemon, no port, no password."""

    def __init__(self, folder: Path) -> None:
        (folder / "dovecot.conf").write_text(CONFIGURATION.format(folder=folder), encoding="utf-8")
        command = ["env", "-i", "USER=reader", f"HOME={folder}", str(IMAP), "-c", str(folder / "dovecot.conf")]
        if os.getuid() == 0:  # it reads no mail of root's
            os.chown(folder, 65534, 65534)
            command = [program("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups", *command]
        self.talk = imaplib.IMAP4_stream(shlex.join(command))
        self.talk.create("letters")
        self.talk.select("letters")

    def append(self, content: bytes) -> None:
        said, answer = self.talk.append("letters", "", "", content)
        assert said == "OK", answer
        self.talk.noop()

    def fetch(self, what: str) -> dict[str, Value]:
        said, answer = self.talk.fetch("*", what)
        assert said == "OK", answer
        whole = b"".join(b"\r\n".join(one) if isinstance(one, tuple) else one for one in answer)
        found = values(whole)[1]
        return dict(zip(found[::2], found[1::2], strict=True))


TOKEN = re.compile(rb'"((?:[^"\\]|\\.)*)"|\{(\d+)\}\r\n|([()])|([^ ()\r\n"{]+)|[ \r\n]', re.DOTALL)


def values(answer: bytes) -> list[Value]:
    """An IMAP answer as lists, strings (bytes), atoms and NIL."""
    stack: list[list[Value]] = [[]]
    at = 0
    while at < len(answer):
        found = TOKEN.match(answer, at)
        assert found is not None, answer[at : at + 40]
        at = found.end()
        if found[1] is not None:
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", found[1]))
        elif found[2]:
            stack[-1].append(answer[at : at + int(found[2])])
            at += int(found[2])
        elif found[3] == b"(":
            stack.append([])
        elif found[3]:
            done = stack.pop()
            stack[-1].append(done)
        elif found[4]:
            stack[-1].append(None if found[4] == b"NIL" else found[4].decode())
    assert len(stack) == 1, answer
    return stack[0]


def without_case(value: Value) -> Value:
    if isinstance(value, list):
        return [without_case(one) for one in value]
    return value.lower() if value else value


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    if not IMAP.exists():
        absent("Dovecot's imap is not installed: apt-get install dovecot-imapd")
    with tempfile.TemporaryDirectory(prefix="mazot-dovecot-") as folder:  # pytest's own are closed to other accounts
        found = Dovecot(Path(folder))
        yield found
        found.talk.logout()


@pytest.mark.client
@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.eml")))
def test_dovecot_reads_the_same(dovecot, sample) -> None:
    content = crlf((SAMPLES / sample).read_bytes())
    ours = read_message(content)
    assert ours.reading == 1
    dovecot.append(content)
    theirs = dovecot.fetch("(ENVELOPE BODY BODYSTRUCTURE)")
    assert_same(sample, "ENVELOPE", values(ours.envelope)[0], theirs["ENVELOPE"])
    mine = [without_case(values(written)[0]) for written in (ours.body, ours.bodystructure)]
    assert_same(sample, "BODYSTRUCTURE", mine, [without_case(theirs[name]) for name in ("BODY", "BODYSTRUCTURE")])


def assert_same(sample: str, what: str, ours: Value, theirs: Value) -> None:
    if (sample, what) in MEANT:
        assert ours != theirs, f"no longer a difference: {MEANT[sample, what]}"
    else:
        assert ours == theirs


@pytest.mark.client
@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.eml")))
def test_dovecot_finds_the_same_sections(dovecot, sample) -> None:
    if sample in OTHER_PARTS:
        pytest.skip(MEANT[sample, "BODYSTRUCTURE"])
    content = crlf((SAMPLES / sample).read_bytes())
    parts = Parts.unpack(read_message(content).parts)
    dovecot.append(content)
    n_compared = 0
    for path in (b"", *parts.paths()):
        for what in ("", "HEADER", "TEXT", "MIME"):
            name = ".".join(one for one in (path.decode(), what) if one)
            if what == "MIME" and not path:
                continue
            place = parts.section(path, what)
            theirs = dovecot.fetch(f"(BODY.PEEK[{name}])").popitem()[1]
            if place is None:
                assert theirs in (None, b""), name
            else:
                mine = content[slice(*place)]
                assert mine == (theirs or b"") or (sample in ENDS_LATER and mine + b"\r\n" == theirs), name
                n_compared += 1
    assert n_compared >= 4
