# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the fuzzers begin with: commands, letters and scripts that are right, and ways to spoil them."""

import random
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
SIEVE = Path(__file__).resolve().parents[2] / "src/mazot/wire/sieve/tests"

SMTP = tuple(
    line.encode()
    for line in (
        "EHLO away.example", "HELO away", "EHLO [192.0.2.1]", "EHLO [IPv6:2001:db8::1]", "MAIL FROM:<nina@away.example>",
        "MAIL FROM:<>", "MAIL FROM:<n@away.example> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=a+20b",
        'RCPT TO:<"a b"@mimosa.example>', "RCPT TO:<@one.example,@two.example:malik@mimosa.example>", "RCPT TO:<Postmaster>",
        "RCPT TO:<malik@mimosa.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;malik@mimosa.example", "BDAT 10 LAST", "BDAT 0",
        "AUTH PLAIN AG1hbGlrAHNlY3JldA==", "AUTH LOGIN", "DATA", "RSET", "NOOP x", "VRFY malik", "QUIT", "STARTTLS",
    )
)  # fmt: skip
SPOILS = (
    b"", b"\0", b"\r", b"\n", b"\r\n", b"\r\n.\r\n", b" ", b"\t", b'"', b"\\", b"(", b")", b"<", b">", b"{", b"}", b"{5}\r\n",
    b"{99999999999999999999+}\r\n", b"~{3+}\r\n", b"*", b"%", b":", b",", b";", b"=?utf-8?b?////?=", b"=?x?q?=GG?=", b"&", b"&-",
    b"&AAAA-", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x8e\xbb", b"18446744073709551616", b"-1", b"0", b"[", b"]", b"@",
    b"--cut", b"--cut--", b"Content-Type: multipart/mixed; boundary=cut\r\n\r\n", b"Content-Transfer-Encoding: base64\r\n",
    b"charset*0*=x''%ff", b"NIL", b"()" * 40, b"(" * 200, b"NOT " * 200, b"a" * 3000,
)  # fmt: skip


def imap() -> list[bytes]:
    """The commands of the vectors that are held beside Dovecot."""
    from tests.clients.beside import vectors, written

    return sorted({b"a1 " + written(step.command) for vector in vectors() for step in vector.steps})


def letters() -> list[bytes]:
    from tests.clients.beside import LETTERS

    samples = sorted((TESTS / "samples" / "mail").glob("*.eml"))
    return [*LETTERS.values(), *(path.read_bytes()[:20_000] for path in samples)]


def scripts() -> list[bytes]:
    """The scripts in the tests of the language: whatever stands in their strings with a semicolon or a brace."""
    found: set[bytes] = set()
    for path in sorted(SIEVE.glob("test_*.py")):
        texts = re.findall(
            r"'''(.*?)'''|\"\"\"(.*?)\"\"\"|'([^'\n]*)'|\"([^\"\n]*)\"", path.read_text(encoding="utf-8"), re.DOTALL
        )
        found |= {text.encode() for some in texts for text in some if ";" in text or "{" in text}
    return sorted(found)


def spoiled(chance: random.Random, seeds: list[bytes]) -> bytes:
    """One of the seeds with some things cut out, doubled, put in, or taken from another one."""
    content = bytearray(chance.choice(seeds))
    for _time in range(chance.choice((1, 1, 2, 3, 5, 9))):
        at = chance.randrange(len(content) + 1)
        match chance.randrange(6):
            case 0:
                content[at:at] = chance.choice(SPOILS)
            case 1:
                del content[at : at + chance.choice((1, 1, 2, 7, 40))]
            case 2:
                content[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                piece = content[at : at + chance.randrange(1, 60)]
                content[at:at] = piece * chance.choice((1, 2, 30))
            case 4:
                other = chance.choice(seeds)
                start = chance.randrange(len(other) + 1)
                content[at:at] = other[start : start + chance.randrange(1, 200)]
            case 5:
                content[at : at + 12] = bytes(content[at : at + 12]).swapcase()
    return bytes(content[:60_000])
