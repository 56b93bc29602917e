# SPDX-License-Identifier: AGPL-3.0-or-later
"""The subject without what answering and passing on put around it (RFC 5256 section 2.1)."""

import re

_LEADER = re.compile(r"(?:\[[^\[\]]*\]\s*)*(?:re|fwd?|aw|wg|rif|rv|tr|sv)\s*(?:\[[^\[\]]*\])?\s*:\s*", re.IGNORECASE)
_BLOB = re.compile(r"\[[^\[\]]*\]\s*(?=\S)")
_TRAILER = "(fwd)"
MOST_LETTERS = 1_000  # of a subject that are looked at
_WRAPPED = re.compile(r"\[fwd:(.*)\]", re.IGNORECASE | re.DOTALL)


def normal_subject(subject: str) -> tuple[str, bool]:
    """What two subjects of one thread have in common, and whether this one answers or passes something on."""
    text, is_reply = " ".join(subject[:MOST_LETTERS].split()), False
    for _round in range(MOST_LETTERS):
        before = text
        while text[-len(_TRAILER) :].lower() == _TRAILER:
            text, is_reply = text[: -len(_TRAILER)].rstrip(), True
        if found := _LEADER.match(text):
            text, is_reply = text[found.end() :], True
        if (found := _BLOB.match(text)) and not _WRAPPED.fullmatch(text):
            text = text[found.end() :]
        if found := _WRAPPED.fullmatch(text):
            text, is_reply = found[1].strip(), True
        if text == before:
            break
    return text.strip(), is_reply
