# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each changeable column with its own check, so that a set_… verb refuses what does not fit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid
from mazot.foundation.text import composed
from mazot.tenancy.limits import checked_name

Check = Callable[[str, Any], Any]
SMALL, LARGE, HUGE = 32_767, 2_147_483_647, 10**11
FARTHEST = timedelta(days=20 * 366)


def change(row: Any, what: Mapping[str, Any], checks: Mapping[str, Check]) -> list[str]:
    """Put the checked values into the row and answer which columns are different now."""
    changed = []
    for name, value in checked(what, checks).items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed.append(name)
    return changed


def checked(what: Mapping[str, Any], checks: Mapping[str, Check]) -> dict[str, Any]:
    if unknown := set(what) - set(checks):
        sentence = _("There is nothing here called %(name)s.") % {"name": sorted(unknown)[0]}
        raise Invalid("unknown_field", sentence, field=sorted(unknown)[0])
    return {name: checks[name](name, value) for name, value in what.items()}


def line(limit: int, *, may_be_empty: bool = True) -> Check:
    return lambda name, value: checked_name(str(value), field=name, limit=limit, may_be_empty=may_be_empty)


def paragraphs(limit: int) -> Check:
    def check(name: str, value: Any) -> str:
        text = composed(str(value)).replace("\r\n", "\n").strip()
        if len(text) > limit:
            sentence = _("This text has %(length)d characters; %(limit)d fit.") % {"length": len(text), "limit": limit}
            raise Invalid("too_long", sentence, field=name, limit=limit)
        if "\x00" in text:
            raise Invalid("hidden_letter", _("This text has a character that cannot be kept."), field=name)
        return text

    return check


def whole(lowest: int = 0, highest: int = LARGE, *, may_be_none: bool = False) -> Check:
    def check(name: str, value: Any) -> int | None:
        if value is None and may_be_none:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
            sentence = _("This is a whole number from %(lowest)d to %(highest)d.")
            limits = {"lowest": lowest, "highest": highest}
            raise Invalid("number", sentence % limits, field=name, limit=highest)
        return value

    return check


def flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Invalid("flag", _("This is either on or off."), field=name)
    return value


def one_of(values: Iterable[str]) -> Check:
    known = frozenset(values)

    def check(name: str, value: Any) -> str:
        if value not in known:
            raise Invalid("unknown_choice", _("This is not one of the choices."), field=name)
        return str(value)

    return check


def some_of(values: Sequence[str]) -> Check:
    """A list of choices, kept in the order in which they are offered."""

    def check(name: str, value: Any) -> list[str]:
        if not isinstance(value, list | tuple) or set(value) - set(values):
            raise Invalid("unknown_choice", _("This is not one of the choices."), field=name)
        return [one for one in values if one in value]

    return check


def moment(*, may_be_none: bool = True) -> Check:
    def check(name: str, value: Any) -> datetime | None:
        if value is None and may_be_none:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise Invalid("moment", _("This needs a date and a time."), field=name)
        if abs(value - clock.now()) > FARTHEST:
            raise Invalid("far", _("This date is more than twenty years away."), field=name)
        return value.astimezone(UTC)

    return check
