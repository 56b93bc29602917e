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

LATER = timedelta(days=30)


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

    @classmethod
    def said(cls, said: Any, zone: ZoneInfo) -> "Repeating":
        day = (clock.now() + LATER).astimezone(zone).date().isoformat()
        return cls(
            zone,
            first=said.get("first", day)[:10],
            hours=said.get("hours", "20:00")[:80],
            every=said.get("every", "") if said.get("every") in EVERY else "",
            interval=said.get("interval", "1")[:3],
            until=said.get("until", "")[:10],
            days=[one for one in said.getlist("days") if one in "0123456"] if hasattr(said, "getlist") else [],
        )

    def starts(self) -> list[datetime]:
        """The moments in UTC; raises Invalid naming the field that cannot be read."""
        first = self._day(self.first, "first")
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
        if len(found) > MOST:
            sentence = _("These are more than %(limit)d dates; choose an earlier last day.") % {"limit": MOST}
            raise Invalid("too_many", sentence, field="until", limit=MOST)
        if not found:
            raise Invalid("none", _("No day fits these choices."), field="days")
        return found

    def preview(self) -> list[datetime]:
        try:
            return self.starts()
        except Invalid:
            return []

    def _day(self, text: str, name: str) -> date:
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Invalid("day", _("This needs a day."), field=name) from None

    def _hour(self, text: str) -> time:
        try:
            return time.fromisoformat(text.strip().zfill(5))
        except ValueError:
            sentence = _("“%(text)s” is no time; one looks like 20:00.") % {"text": text.strip()[:20]}
            raise Invalid("hour", sentence, field="hours") from None
