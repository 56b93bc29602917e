# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dovecot as its own program beside ours, vectors read from their files, and answers in a form that can be compared."""

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.clients.programs import absent
from tests.clients.test_dovecot_reading import values
from tests.conversations.imap.talk import Client, Reply

VECTORS = Path(__file__).parent / "imap_vectors"
SECRET = "only-on-loopback"
CONFIGURATION = """\
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u:LAYOUT=fs
mail_attribute_dict = file:{folder}/mail/%u/attributes
protocol imap {{
  imap_metadata = yes
}}
{rootless}
passdb {{
  driver = static
  args = password={secret}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  separator = /
{mailboxes}
}}
service imap-login {{
  {no_chroot}
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  {no_chroot}
}}
"""
ROLES = {"Drafts": "Drafts", "Sent": "Sent", "Spam": "Junk", "Trash": "Trash", "Archive": "Archive"}
MAILBOX = "  mailbox {name} {{\n    auto = create\n    special_use = \\{use}\n  }}"


@contextlib.contextmanager
def dovecot(folder: Path) -> Iterator[tuple[str, int]]:
    """Where it answers; any login opens an account of its own with SECRET."""
    program = shutil.which("dovecot", path="/usr/sbin:" + os.environ.get("PATH", ""))
    if program is None:
        absent("Dovecot is not installed: apt-get install dovecot-imapd")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    is_root = os.getuid() == 0
    uid, gid = (65534, 65534) if is_root else (os.getuid(), os.getgid())
    (folder / "mail").mkdir()
    os.chown(folder / "mail", uid, gid)
    folder.chmod(0o755)
    users = "" if is_root else "default_internal_user = {0}\ndefault_login_user = {0}\ndefault_internal_group = {1}"
    settings = CONFIGURATION.format(
        folder=folder,
        port=port,
        secret=SECRET,
        uid=uid,
        gid=gid,
        rootless=users.format(uid, gid),
        no_chroot="" if is_root else "chroot =",
        mailboxes="\n".join(MAILBOX.format(name=name, use=use) for name, use in ROLES.items()),
    )
    (folder / "dovecot.conf").write_text(settings, encoding="utf-8")
    process = subprocess.Popen([str(program), "-F", "-c", str(folder / "dovecot.conf")])
    try:
        until = time.monotonic() + 30
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield "127.0.0.1", port
    finally:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
        process.kill()
        process.wait()


@dataclass
class Step:
    """One command: by which connection, how ours ends, why Dovecot's answer is another one, what ours says besides."""

    connection: int
    state: bytes
    command: str
    meant: str = ""
    says: list[str] = field(default_factory=list)


@dataclass
class Vector:
    """A short conversation in a mailbox `box` with four letters, which is open unless `closed` or `stranger`."""

    family: str
    name: str
    options: frozenset[str]
    steps: list[Step]

    def __str__(self) -> str:
        return f"{self.family}: {self.name}"


def vectors() -> list[Vector]:
    """All of them; see the head of imap_vectors/any.txt for how they are written."""
    found = []
    for path in sorted(VECTORS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            if title := re.fullmatch(r"\[(.+?)(?: \| (.+))?\]", line):
                found.append(Vector(path.stem, title[1], frozenset((title[2] or "").split()), []))
            elif line.startswith("  ~ "):
                found[-1].steps[-1].meant = line[4:]
            elif line.startswith("  < "):
                found[-1].steps[-1].says.append(line[4:])
            else:
                step = re.fullmatch(r"(?:([2-9]) )?(OK|NO|BAD) (.+)", line)
                assert step is not None, f"{path.name}: {line}"
                found[-1].steps.append(Step(int(step[1] or 1), step[2].encode(), step[3]))
    assert all(vector.steps for vector in found)
    return found


LETTERS = {
    "one": b"From: Ann Example <ann@away.example>\r\nTo: malik@mimosa.example\r\nCc: bob@away.example\r\n"
    b"Subject: Rehearsal on Monday\r\nDate: Mon, 2 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@away.example>\r\n\r\n"
    b"Bring the scores.\r\n",
    "two": b"From: bob@away.example\r\nTo: malik@mimosa.example, ann@away.example\r\nSubject: Re: Rehearsal on Monday\r\n"
    b"Date: Tue, 3 Nov 2026 11:00:00 +0100\r\nMessage-ID: <2@away.example>\r\nIn-Reply-To: <1@away.example>\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="cut"\r\n\r\nBefore.\r\n--cut\r\n'
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nI am ill =E2=80=94 sorry.\r\n"
    b'--cut\r\nContent-Type: application/octet-stream; name="score.bin"\r\nContent-Transfer-Encoding: base64\r\n'
    b'Content-Disposition: attachment; filename="score.bin"\r\n\r\nAAECAwQFBgcICQ==\r\n--cut--\r\n',
    "three": b"From: =?utf-8?q?Ren=C3=A9e?= <renee@away.example>\r\nTo: malik@mimosa.example\r\nSubject: =?utf-8?q?F=C3=AAte?=\r\n"
    b"Date: Wed, 4 Nov 2026 12:00:00 +0000\r\nMessage-ID: <3@away.example>\r\nX-Colour: green\r\nX-Empty:\r\n\r\n"
    b"A party without scores.\r\nSecond line.\r\n",
    "four": b"From: carol@away.example\r\nTo: malik@mimosa.example\r\nSubject: Forwarded\r\n"
    b"Date: Thu, 5 Nov 2026 13:00:00 +0000\r\nMessage-ID: <4@away.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: message/rfc822\r\n\r\nFrom: dan@away.example\r\nSubject: Inside\r\nMessage-ID: <5@away.example>\r\n\r\n"
    b"The inner letter.\r\n",
    "bad": b"No field at all\r\n\r\nand a text\r\n",
}
FLAGS = {"one": b"\\Seen", "two": b"\\Flagged $work", "three": b"", "four": b"\\Seen \\Answered \\Draft"}
DAYS = {"one": 2, "two": 3, "three": 4, "four": 5}


def prepare(client: Client) -> None:
    """The mailbox `box` as every vector finds it."""
    for line in client.ask(b'LIST "" "box*"').lines[::-1]:
        name = line.rsplit(b" ", 1)[1]
        client.ask(b"DELETE " + name)
        client.ask(b"UNSUBSCRIBE " + name)
    assert client.ask(b"CREATE box").state == b"OK"
    for name, flags in FLAGS.items():
        at = b'"0%d-Nov-2026 12:00:00 +0000"' % DAYS[name]
        content = LETTERS[name]
        reply = client.ask(b"APPEND box (%b) %b {%d+}\r\n%b" % (flags, at, len(content), content))
        assert reply.state == b"OK", reply


def written(command: str) -> bytes:
    """The command with its letters as literals."""

    def literal(found: "re.Match[str]") -> str:
        content = LETTERS[found[1]]
        return f"{{{len(content)}+}}\r\n{content.decode()}"

    return re.sub(r"«(\w+)»", literal, command).encode()


# Comparing.

HIDDEN = {"UIDVALIDITY", "HIGHESTMODSEQ", "MODSEQ", "MAILBOXID", "EMAILID", "THREADID", "SAVEDATE"}
# Ours names these in every mailbox, and HIGHESTMODSEQ at each SELECT; Dovecot when it comes to it.
USUAL = {"$Forwarded", "$Junk", "$MDNSent", "$NotJunk", "$Phishing"}
# What ours says where Dovecot has no code at all: it says more, not something else.
MORE = {"NONEXISTENT", "CANNOT", "MAILBOXID", "NOPERM"}
NOT_ASKED = {"\\recent", "\\marked", "\\unmarked"}


def differ(ours: Reply, theirs: Reply) -> bool:
    """Whether the two say something else."""
    mine, other = normal(ours), normal(theirs)
    if not other[1] and mine[1] and mine[1][0] in MORE:
        mine[1] = []
    return mine != other


def normal(reply: Reply) -> list[Any]:
    """What both servers must agree on: what is said, not in which words or with which numbers of their own."""
    numbered, others = [], []
    for line in reply.lines:
        found = _untagged(line)
        if found is not None:
            (numbered if found[0] in ("FETCH", "EXPUNGE") else others).append(found)
    return [reply.state.decode(), _code(reply.code), *sorted(others, key=repr), *numbered]


def _code(code: bytes) -> Any:
    words = _texts(values(code))
    if words and words[0] in ("COPYUID", "APPENDUID"):
        words[1] = "#"
    return _hidden(words)


def _hidden(words: list[Any]) -> list[Any]:
    return [words[0], "#"] if words and words[0] in HIDDEN else words


def _untagged(line: bytes) -> list[Any] | None:
    if found := re.match(rb"\* (OK|NO|BYE|PREAUTH)(?: \[([^\]]*)\])?", line):
        return _told(found[1].decode(), _code(found[2] or b""))
    words = _texts(values(re.sub(rb"~(?=\{\d+\}\r\n)", b"", line.removeprefix(b"* "))))
    if len(words) > 1 and str(words[0]).isdigit():
        words = [words[1], int(words[0]), *words[2:]]
    words[0] = str(words[0]).upper()
    return None if words[0] in ("RECENT", "CAPABILITY") else KINDS.get(words[0], list)(words)


def _told(state: str, code: list[Any]) -> list[Any] | None:
    if state == "BYE":
        return ["BYE"]
    if code and code[0] == "PERMANENTFLAGS":
        code[1] = sorted({*code[1]} - USUAL)
    return [state, *code] if code and code[0] not in ("MAILBOXID", "NOMODSEQ", "HIGHESTMODSEQ") else None


def _listed(words: list[Any]) -> list[Any]:
    return [words[0], sorted({str(one).lower() for one in words[1]} - NOT_ASKED), *words[2:]]


def _status(words: list[Any]) -> list[Any]:
    pairs = dict(zip(words[2][::2], words[2][1::2], strict=True))
    return [words[0], words[1], {key: "#" if key in HIDDEN else value for key, value in pairs.items()}]


def _found(words: list[Any]) -> list[Any]:
    return [words[0], sorted(int(one) for one in words[1:] if not isinstance(one, list))]


def _found_extended(words: list[Any]) -> list[Any]:
    return [words[0], *words[2:]] if len(words) > 1 and isinstance(words[1], list) else words


KINDS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "FETCH": lambda words: [*words[:2], _fetched(words[2])],
    "LIST": _listed,
    "LSUB": _listed,
    "STATUS": _status,
    "FLAGS": lambda words: [words[0], sorted({*words[1]} - USUAL)],
    "SEARCH": _found,
    "ESEARCH": _found_extended,
}


def _fetched(words: list[Any]) -> dict[str, Any]:
    found, waiting = {}, list(words)
    while waiting:
        name = str(waiting.pop(0)).upper()
        while "[" in name and "]" not in name:
            more = waiting.pop(0)
            name += f" ({' '.join(map(str, more))})".upper() if isinstance(more, list) else str(more).upper()
        value = waiting.pop(0)
        if name == "FLAGS":
            value = sorted(flag for flag in value if flag.lower() != "\\recent")
        found[name] = (
            "#" if name in HIDDEN else _small(value) if name.startswith("BODY") and isinstance(value, list) else value
        )
    return found


def _small(value: Any) -> Any:
    if isinstance(value, list):
        return [_small(one) for one in value]
    return value.lower() if isinstance(value, str) else value


def _texts(found: Any) -> Any:
    if isinstance(found, list):
        return [_texts(one) for one in found]
    return found.decode("utf-8", "surrogateescape") if isinstance(found, bytes) else found
