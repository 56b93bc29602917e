# SPDX-License-Identifier: AGPL-3.0-or-later
"""Authentication-Results (RFC 8601): our field, and which of those that came in say they are ours."""

import re
from collections.abc import Iterable, Sequence

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`{|}~@/]+")
_FIELD = re.compile(rb"(?im)^authentication-results[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)(?:\r?\n|\Z)")
_COMMENT = re.compile(rb"\([^()]*\)")

Result = tuple[str, str, Sequence[tuple[str, str]]]  # method, word, properties like ("header.d", "mimosa.example")


def results_field(server: str, results: Iterable[Result]) -> bytes:
    """The field to put above all others."""
    said = [
        " ".join([f"{method}={word}", *(f"{name}={_value(value)}" for name, value in properties if value)])
        for method, word, properties in results
    ]
    return (";\r\n\t".join([f"Authentication-Results: {server}", *(said or ["none"])]) + "\r\n").encode()


def without_forged(header: bytes, server: str) -> bytes:
    """A header without the fields that pretend to be of this server (section 5); those of others stay."""
    ours = server.lower().encode()

    def judged(match: re.Match[bytes]) -> bytes:
        named = match[1].replace(b"\\", b"").replace(b'"', b"")
        for _ in range(5):  # comments may hold comments
            named = _COMMENT.sub(b" ", named)
        return b"" if ours in named.partition(b";")[0].lower() else match[0]

    return _FIELD.sub(judged, header)


def _value(value: str) -> str:
    kept = "".join(letter for letter in value if letter.isprintable())[:254]
    if _TOKEN.fullmatch(kept):
        return kept
    return '"' + re.sub(r'(["\\])', r"\\\1", kept) + '"'
