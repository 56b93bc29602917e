# SPDX-License-Identifier: AGPL-3.0-or-later
"""A script and a letter, run in one line."""

from datetime import UTC, datetime
from typing import Any

from mazot.wire.sieve import Context, Outcome, compile_script, evaluate, of_content

NOW = datetime(2026, 11, 23, 9, 5, 7, tzinfo=UTC)  # a Monday
LETTER = (
    b"Received: from a by b with ESMTP; Mon, 23 Nov 2026 10:00:00 +0100\r\n"
    b"From: =?utf-8?q?In=C3=A8s?= Morandi <Ines+press@Studio.example>\r\n"
    b"To: malik@mimosa.example, Gaia <gaia@mimosa.example>\r\n"
    b"Subject: [Choir] Rehearsal on *Friday*\r\n"
    b"Date: Mon, 23 Nov 2026 23:30:15 -0500\r\n"
    b"Message-ID: <one@studio.example>\r\n"
    b"X-Score: 12 points\r\n"
    b"\r\n"
    b"Hello Malik,\r\nthe hall is free.\r\n"
)


def run(script: str, letter: bytes = LETTER, **told: Any) -> Outcome:
    """What a script decides; `sender` and `recipient` are of the envelope, the rest is told by the server."""
    sender = told.pop("sender", "ines+press@studio.example")
    recipient = told.pop("recipient", "malik+choir@mimosa.example")
    return evaluate(compile_script(script), of_content(letter, sender, recipient), Context(**({"now": NOW} | told)))


def holds(test: str, *needs: str, letter: bytes = LETTER, **told: Any) -> bool:
    """Whether a test is so."""
    names = ", ".join(f'"{name}"' for name in ("fileinto", *needs))
    outcome = run(f'require [{names}];\nif {test} {{ fileinto "yes"; }}', letter, **told)
    return getattr(outcome.deeds[0], "mailbox", "") == "yes"
