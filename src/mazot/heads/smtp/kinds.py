# SPDX-License-Identifier: AGPL-3.0-or-later
"""The three doors, as what they allow."""

from dataclasses import dataclass

MOST_BYTES = 50 * 1024 * 1024  # of one letter
MOST_RECIPIENTS = 100
MOST_RECEIVED = 50  # lines "Received" after which a letter goes round in circles (RFC 5321 section 6.3)


@dataclass(frozen=True, slots=True)
class Kind:
    """What one door is for."""

    name: str
    hello: frozenset[str]
    protocol: str  # as the Received line says it (RFC 3848)
    is_lmtp: bool = False
    is_submission: bool = False


MX = Kind("smtp", frozenset({"EHLO", "HELO"}), "SMTP")
LMTP = Kind("lmtp", frozenset({"LHLO"}), "LMTP", is_lmtp=True)
SUBMISSION = Kind("submission", frozenset({"EHLO", "HELO"}), "SMTP", is_submission=True)
