# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one table from errors to the upload door's answers: a status, and JSON a page can show."""

import json

from mazot.foundation.errors import (
    Busy,
    Conflict,
    DomainError,
    Locked,
    NoSpace,
    NotAllowed,
    NotFound,
    OverQuota,
    Refused,
    SignInRefused,
    TooMany,
    first_fitting,
    seconds_of_rest,
)
from mazot.wire.tus import MalformedUpload

# A client goes on by itself after 409 and 423 and every 5xx, and gives up at any other 4xx: so a full drive is 413.
STATUSES: tuple[tuple[type[Exception], tuple[int, str]], ...] = (
    (MalformedUpload, (400, "")),
    (SignInRefused, (401, "Sign in again; the upload goes on where it stopped.")),
    (NotFound, (404, "There is no such upload or folder.")),
    (Locked, (423, "Somebody holds a lock on this.")),
    (NotAllowed, (403, "You have no right to put files here.")),
    (OverQuota, (413, "There is not enough room left for this file.")),
    (NoSpace, (507, "There is no room left on the server's disk.")),
    (TooMany, (429, "Too many files are on their way at once.")),
    (Busy, (503, "The server is busy.")),
    (Refused, (422, "This file cannot be kept.")),
    (Conflict, (409, "The upload is at another place than this piece.")),
)


def refusal_of(error: Exception) -> tuple[int, bytes, list[tuple[bytes, bytes]]] | None:
    """Status, body and headers for an error; none for one that nobody foresaw."""
    found = first_fitting(error, STATUSES)
    if found is None:
        return None
    status, sentence = found
    headers: list[tuple[bytes, bytes]] = []
    reason = "malformed"
    if isinstance(error, MalformedUpload):
        sentence = error.sentence
    if isinstance(error, DomainError):
        reason = error.reason
        sentence = str(error.sentence) or sentence
        status = {"too_large": 413, "wrong_type": 415, "gone": 410}.get(reason, status)
        if isinstance(received := error.facts.get("received"), int):
            headers.append((b"upload-offset", str(received).encode()))
        if isinstance(error, Busy):
            headers.append((b"retry-after", str(seconds_of_rest(error, usual=5)).encode()))
    return status, json.dumps({"reason": reason, "sentence": sentence}).encode(), headers
