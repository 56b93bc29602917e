# SPDX-License-Identifier: AGPL-3.0-or-later
"""Range requests (RFC 9110 §14) and the conditions that go with a download (§13)."""

import re

_RANGE = re.compile(rb"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*\Z", re.IGNORECASE)  # "bytes=0-99", "bytes=-500"


class Unsatisfiable(Exception):
    """No byte of the content is in the range."""


def range_of(value: bytes, size: int) -> tuple[int, int] | None:
    """First and last byte of a single range; none for one that is to be ignored, as several ranges are (§14.2)."""
    found = _RANGE.match(value.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = int(found[2])
        if length == 0 or size == 0:
            raise Unsatisfiable
        return max(0, size - length), size - 1
    first = int(found[1])
    if found[2] and int(found[2]) < first:
        return None
    if first >= size:
        raise Unsatisfiable
    return first, min(int(found[2]), size - 1) if found[2] else size - 1


def names_etag(value: bytes, etag: bytes) -> bool:
    """Whether If-None-Match names this strong etag (with its quotes); weak comparison, §8.8.3.2."""
    if value.strip() == b"*":
        return True
    return etag in (tag.strip().removeprefix(b"W/") for tag in value.split(b","))
