# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates somebody types: one, or a series by a rule, on the clock of the shop."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid
from mazot.products.tickets.rules.recurrence import EVERY, MOST, moments, rule_of

FARTHEST = timedelta(days=20 * 366)
LATER = timedelta(days=30)
WALL = "%Y-%m-%dT%H:%M"
MOST_LETTERS = 17 * (MOST + 1)  # of as many moments


@dataclass
class Repeating:
    """What was typed into the fields of dates; `every` is empty for a single one."""

    zone: ZoneInfo
    first: str = ""
    hours: str = "20:00"
    every: str = ""
    interval: str = "1"
    until: str = ""
    days: list[str] = field(default_factory=list)
    rule: str = ""
    found: list[datetime] = field(default_factory=list)  # of the rule, with what is left out
    left_out: set[str] = field(default_factory=set)  # moments of the rule at which it does not take place

    @classmethod
    def said(cls, said: Any, zone: ZoneInfo) -> "Repeating":
        day = (clock.now() + LATER).astimezone(zone).date().isoformat()
        return cls(
            zone,
            first=said.get("first", day)[:10],
            hours=said.get("hours", "20:00")[:200],
            every=said.get("every", "") if said.get("every") in EVERY else "",
            interval=said.get("interval", "1")[:3],
            until=said.get("until", "")[:10],
            days=[one for one in said.getlist("days") if one in "0123456"],
            left_out=_left_out(said),
        )

    def starts(self) -> list[datetime]:
        """The moments in UTC; raises Invalid naming the field that cannot be read."""
        first = self.first_day()
        hours = tuple(self._hour(one) for one in self.hours.replace(";", ",").split(",") if one.strip())
        if not hours:
            raise Invalid("hours", _("Say at what time it begins."), field="hours")
        if not self.every:
            return sorted(datetime.combine(first, hour, tzinfo=self.zone) for hour in set(hours))
        until = self._day(self.until, "until")
        if until < first:
            raise Invalid("until", _("The last day is before the first one."), field="until")
        interval = int(self.interval) if self.interval.isdecimal() and 0 < int(self.interval) < 100 else 0
        if not interval:
            raise Invalid("interval", _("The distance is a number from 1 to 99."), field="interval")
        self.rule = rule_of(every=self.every, days=tuple(map(int, self.days)), interval=interval, until=until)
        found = moments(self.rule, first, hours, self.zone)
        self.found = found[:MOST]
        if len(found) > MOST:
            sentence = _("These are more than %(limit)d dates; choose an earlier last day.") % {"limit": MOST}
            raise Invalid("too_many", sentence, field="until", limit=MOST)
        if not found:
            raise Invalid("none", _("No day fits these choices."), field="days")
        kept = [one for one in found if self._wall(one) not in self.left_out]
        if not kept:
            raise Invalid("nothing", _("No date is ticked."), field="dates")
        return kept

    def first_day(self) -> date:
        return self._day(self.first, "first")

    def preview(self) -> list[datetime]:
        try:
            return self.starts()
        except Invalid:
            return []

    def ticks(self) -> list[tuple[datetime, str, bool]]:
        """Each moment of the rule, how it is named, and whether it takes place; to be asked after `starts`."""
        return [(one, self._wall(one), self._wall(one) not in self.left_out) for one in self.found]

    @property
    def shown(self) -> str:
        return " ".join(self._wall(one) for one in self.found)

    @property
    def skip(self) -> str:
        return " ".join(sorted(self.left_out))

    def _wall(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime(WALL)

    def _day(self, text: str, name: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Invalid("day", _("This needs a day."), field=name) from None
        if abs(day - clock.now().date()) > FARTHEST:
            raise Invalid("far", _("This date is more than twenty years away."), field=name)
        return day

    def _hour(self, text: str) -> time:
        try:
            return time.fromisoformat(text.strip().zfill(5))
        except ValueError:
            sentence = _("“%(text)s” is no time; one looks like 20:00.") % {"text": text.strip()[:20]}
            raise Invalid("hour", sentence, field="hours") from None


def _left_out(said: Any) -> set[str]:
    """What was left out before, and of the dates that stood there to be ticked those that are not."""
    before, shown = (set(said.get(name, "")[:MOST_LETTERS].split()) for name in ("skip", "shown"))
    return (before - shown) | (shown - set(said.getlist("keep")))
