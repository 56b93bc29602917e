# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters that are the same at each run: some 15 kB each, one in eight with a paper, one rare word and a common one."""

import base64
import random

LETTERS = 10_000
RARE, COMMON = "zanzibar", "rehearsal"
EACH_RARE, EACH_COMMON, EACH_PAPER, EACH_UNSEEN = 208, 4, 8, 8
SOUNDS = "ba ce di fa gu la me ni po ru sa te vi wo zu bra cle dri flo gru pla smi tri"
SYLLABLES = SOUNDS.split()
WORDS = tuple(a + b + c for a in SYLLABLES for b in SYLLABLES[:12] for c in ("", "n", "r", "st"))


def letter(number: int) -> bytes:
    """The letter of that number."""
    chance = random.Random(number)
    words = chance.choices(WORDS, k=900 if number % EACH_PAPER == 0 else 2150)
    if number % EACH_RARE == 0:
        words[100] = RARE
    if number % EACH_COMMON == 0:
        words[200] = COMMON
    text = "".join(" ".join(words[at : at + 12]) + "\r\n" for at in range(0, len(words), 12))
    head = (
        f"Received: from mx{number % 7}.rival.example by mail.mimosa.example; Mon, 2 Nov 2026 10:00:00 +0100\r\n"
        f"From: {chance.choice(WORDS).title()} {chance.choice(WORDS).title()} <p{number % 300}@rival.example>\r\n"
        f"To: Malik <malik@mimosa.example>, p{number % 41}@mimosa.example\r\nCc: p{number % 53}@rival.example\r\n"
        f"Subject: {' '.join(chance.choices(WORDS, k=6))}\r\nDate: Mon, 2 Nov 2026 10:{number % 60:02}:00 +0100\r\n"
        f"Message-ID: <{number}.{chance.randrange(10**9)}@rival.example>\r\nMIME-Version: 1.0\r\n"
    )
    if number % EACH_PAPER:
        return f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()
    paper = base64.encodebytes(chance.randbytes(6000)).decode().replace("\n", "\r\n")
    return (
        f'{head}Content-Type: multipart/mixed; boundary="cut"\r\n\r\n--cut\r\n\r\n{text}\r\n'
        f'--cut\r\nContent-Type: application/pdf; name="paper{number}.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
        f"Content-Disposition: attachment\r\n\r\n{paper}\r\n--cut--\r\n"
    ).encode()
