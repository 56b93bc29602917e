# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sieve, the language of mail filters (RFC 5228 and its extensions): a text becomes a script, a script meets a letter.

Nothing happens here: what a script decides comes back as deeds, and whoever keeps the letter does them.
"""

from mazot.wire.sieve.checking import compile_script
from mazot.wire.sieve.evaluating import evaluate
from mazot.wire.sieve.faults import RunError, SieveError
from mazot.wire.sieve.grammar import EXTENSIONS
from mazot.wire.sieve.letter import Letter, of_content
from mazot.wire.sieve.outcome import (
    AddHeader,
    Context,
    DeleteHeader,
    Discard,
    FileInto,
    Keep,
    Notify,
    Outcome,
    Redirect,
    Reject,
    Vacation,
)
from mazot.wire.sieve.tree import Script

__all__ = [
    "EXTENSIONS",
    "AddHeader",
    "Context",
    "DeleteHeader",
    "Discard",
    "FileInto",
    "Keep",
    "Letter",
    "Notify",
    "Outcome",
    "Redirect",
    "Reject",
    "RunError",
    "Script",
    "SieveError",
    "Vacation",
    "compile_script",
    "evaluate",
    "of_content",
]
