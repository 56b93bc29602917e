# SPDX-License-Identifier: AGPL-3.0-or-later
"""The only place that reads the time, so that tests can move it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Wall time in UTC, with an offset that only tests set."""

    def __init__(self) -> None:
        self.offset = timedelta(0)
        self.frozen: datetime | None = None

    def now(self) -> datetime:
        return (self.frozen or datetime.now(UTC)) + self.offset

    def freeze(self, moment: datetime) -> None:
        self.frozen = moment

    def advance(self, by: timedelta) -> None:
        self.offset += by

    def reset(self) -> None:
        self.offset = timedelta(0)
        self.frozen = None


CLOCK = Clock()


def now() -> datetime:
    """The present moment, in UTC."""
    return CLOCK.now()
