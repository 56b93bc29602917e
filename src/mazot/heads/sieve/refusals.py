# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a command is not carried out, in the words of the protocol (RFC 5804 section 1.3)."""

from mazot.foundation.errors import (
    Busy,
    Conflict,
    DomainError,
    NoSpace,
    NotAllowed,
    NotFound,
    SignInRefused,
    TooMany,
)


class No(Exception):
    """NO, with a code for programs and a sentence for people."""

    def __init__(self, sentence: str, code: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


CODES = {"active": "ACTIVE", "too_many": "QUOTA/MAXSCRIPTS"}
# The first that fits; without a sentence it is the error's own.
ANSWERS: tuple[tuple[type[DomainError], str, str], ...] = (
    (SignInRefused, "The address or the device password is not right.", ""),
    (TooMany, "There were too many wrong passwords. Wait a few minutes.", "TRYLATER"),
    (NotFound, "There is no script of that name.", "NONEXISTENT"),
    (NotAllowed, "This device may not change the filters of this address.", ""),
    (Conflict, "", "ALREADYEXISTS"),
    (Busy, "", "TRYLATER"),
    (NoSpace, "", "TRYLATER"),
)


def told(error: DomainError) -> No:
    """What a refusal of the domain is called here."""
    for kind, sentence, code in ANSWERS:
        if isinstance(error, kind):
            return No(sentence or str(error.sentence), code)
    return No(str(error.sentence) or "This is not possible.", CODES.get(error.reason, ""))
