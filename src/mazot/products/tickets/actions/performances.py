# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dates of an event: add, change (one or many), cancel and remove them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.programme import (
    PerformanceCancelled,
    PerformanceRemoved,
    PerformancesAdded,
    PerformancesChanged,
)
from mazot.foundation import clock
from mazot.foundation.errors import Invalid, Refused
from mazot.foundation.facts import tell
from mazot.products.tickets.actions.checking import change, moment, one_of, whole
from mazot.products.tickets.actions.copying import AT_ONCE, copy_pricing_rows, liken
from mazot.products.tickets.actions.holding import (
    drop_expired,
    hold_event,
    hold_performance,
    hold_performances,
)
from mazot.products.tickets.models import Event, Performance, Ticket, Visibility
from mazot.products.tickets.rights import SALES, TECHNICAL
from mazot.products.tickets.rules.recurrence import MOST
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room, checked_name
from mazot.tenancy.rights import action, require

PERFORMANCES = 2000  # of an event
MOMENTS = ("starts_at", "ends_at", "doors_at", "online_from", "online_until", "reseller_until", "admin_until")
LONGEST = timedelta(days=366)


@action(needs=TECHNICAL)
def add_performances(
    actor: Actor, event: Event, *, starts: Sequence[datetime], recurrence: str = "", like: Performance | None = None
) -> list[Performance]:
    """Add dates; what they have and how they sell is as with `like`, or else as with the event's first date."""
    held = hold_event(event)
    dates = held.performances.order_by("starts_at", "id")
    source = dates.filter(id=like.id).first() if like else dates.first()
    made = new_performances(held, starts, like=dict.fromkeys(starts, source) if source else {})
    if source is not None:
        copy_pricing_rows([(source, performance) for performance in made])
    if recurrence and recurrence != held.recurrence:
        held.recurrence = recurrence[:400]
        held.save(update_fields=["recurrence"])
    tell(actor, PerformancesAdded(held.id, held.title, n_dates=len(made)))
    return made


@action(needs=TECHNICAL)
def set_performance(actor: Actor, performance: Performance, /, **what: Any) -> Performance:
    """Change one date: when it is, when its sale begins and ends, who sees it, how many come in."""
    held = hold_performance(performance)
    changed = change(held, what, CHECKS)
    _check_order(held)
    if changed and held.event.recurrence and not held.detached:
        held.detached = True
        changed.append("detached")
    if changed:
        held.save(update_fields=changed)
        tell(actor, PerformancesChanged(held.event_id, held.event.title, n_dates=1, what=tuple(changed)))
    return held


@action(needs=TECHNICAL)
def set_performances(
    actor: Actor,
    event: Event,
    /,
    *,
    performances: Sequence[Performance],
    ends: Mapping[str, int] | None = None,
    **what: Any,
) -> list[Performance]:
    """Change several dates alike. `ends` says for a channel how many minutes after each start its sale ends."""
    held = hold_event(event)
    several = hold_performances(held, [one.id for one in performances])
    for performance in several:
        wanted = dict(what)
        for channel, minutes in (ends or {}).items():
            wanted[f"{channel}_until"] = performance.starts_at + timedelta(minutes=minutes)
        changed = change(performance, wanted, CHECKS)
        _check_order(performance)
        if changed:
            performance.save(update_fields=changed)
    told = tuple(sorted({*what, *(f"{channel}_until" for channel in ends or {})}))
    tell(actor, PerformancesChanged(held.id, held.title, n_dates=len(several), what=told))
    return several


@action(needs=TECHNICAL)
def cancel_performance(
    actor: Actor,
    performance: Performance,
    *,
    state: str = "cancelled",
    voids: bool = False,
    refunds: bool = False,
    tells: bool = False,
    reason: str = "",
) -> Performance:
    """Say that a date is cancelled or postponed, or takes place after all.

    Its tickets are void, their money owed back and their buyers written to only where that is chosen: a job does it,
    one order after the other.
    """
    held = hold_performance(performance)
    changed = change(held, {"state": state}, {"state": one_of(Performance.State.values)})
    why = checked_name(reason, field="reason", limit=200, may_be_empty=True)
    chosen = voids or refunds or tells
    if chosen and held.state == Performance.State.ON:
        raise Invalid("on", _("Tickets stay valid while the date takes place."), field="state")
    if refunds and not voids:
        raise Invalid("refunds", _("Money goes back only for tickets that are cancelled."), field="refunds")
    if voids:
        require(actor, SALES, held)
    if changed:
        held.save(update_fields=changed)
    if changed or chosen:
        fact = PerformanceCancelled(
            held.event_id,
            held.event.title,
            starts_at=held.starts_at.isoformat(),
            state=held.state,
            performance_id=held.id,
            voids=voids,
            refunds=refunds,
            tells=tells,
            reason=why,
        )
        tell(actor, fact)
    return held


@action(needs=TECHNICAL)
def remove_performance(actor: Actor, performance: Performance) -> None:
    """Take a date away of which nothing was ordered; an event keeps one."""
    event = hold_event(performance.event)
    held = hold_performance(performance)
    drop_expired([held.id], clock.now())
    if Ticket.objects.filter(performance=held).exists():
        raise Refused("sold", _("There are orders for this date, so it stays."), way_out=_("Cancel the date instead."))
    if not event.performances.exclude(id=held.id).exists():
        raise Refused("last", _("An event has at least one date."), way_out=_("Remove the event itself."))
    tell(actor, PerformanceRemoved(event.id, event.title, starts_at=held.starts_at.isoformat()))
    held.delete()


def new_performances(
    event: Event,
    starts: Sequence[datetime],
    *,
    ends_after: timedelta | None = None,
    like: Mapping[datetime, Performance] | None = None,
    most: int = MOST,
) -> list[Performance]:
    """Rows for these moments, refused as a whole when one of them cannot be; the event is locked.

    `like` names for a moment the date whose length, doors and ends of sale it takes over.
    """
    _check_starts(event, starts, most)
    if ends_after is not None and not timedelta(0) < ends_after <= LONGEST:
        raise Invalid("length", _("A date ends after it begins, and within a year."), field="ends_after")
    made = [
        Performance(
            organization_id=event.organization_id,
            instance_id=event.instance_id,
            event=event,
            starts_at=start.astimezone(UTC),
            ends_at=start.astimezone(UTC) + ends_after if ends_after else None,
        )
        for start in sorted(starts)
    ]
    sources, zone = like or {}, ZoneInfo(event.shop.timezone)
    for performance in made:
        if performance.starts_at in sources:
            liken(sources[performance.starts_at], performance, zone)
            _check_order(performance)
    Performance.objects.bulk_create(made, AT_ONCE)
    return made


def _check_starts(event: Event, starts: Sequence[datetime], most: int) -> None:
    if not starts:
        raise Invalid("no_date", _("An event has at least one date."), field="starts")
    if len(starts) > most:
        sentence = _("These are %(count)d dates; up to %(limit)d are added at once.")
        raise Invalid("too_many", sentence % {"count": len(starts), "limit": most}, field="starts", limit=most)
    check_room(event.performances.count() + len(starts) - 1, limit=PERFORMANCES, field="starts")
    for start in starts:
        moment(may_be_none=False)("starts", start)
    if len(set(starts)) < len(starts) or event.performances.filter(starts_at__in=starts).exists():
        raise Invalid("twice", _("The event already begins at one of these moments."), field="starts")


def _check_order(performance: Performance) -> None:
    start = performance.starts_at
    if performance.ends_at and not start < performance.ends_at <= start + LONGEST:
        raise Invalid("length", _("A date ends after it begins, and within a year."), field="ends_at")
    if performance.doors_at and performance.doors_at > start:
        raise Invalid("doors", _("The doors open before it begins."), field="doors_at")
    if performance.online_from and performance.online_from >= (performance.online_until or start):
        raise Invalid("window", _("The sale begins before it ends."), field="online_from")


CHECKS = {
    "starts_at": moment(may_be_none=False),
    **{name: moment() for name in MOMENTS[1:]},
    "online": one_of(Visibility.values),
    "reseller": one_of(Visibility.values),
    "admin": one_of(Visibility.values),
    "capacity": whole(0, 1_000_000, may_be_none=True),
}
