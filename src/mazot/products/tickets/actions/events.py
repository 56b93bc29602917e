# SPDX-License-Identifier: AGPL-3.0-or-later
"""Items of the programme: make, change, duplicate and remove them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.text import slugify
from django.utils.translation import gettext as _

from mazot.exchange.facts.tickets.programme import EventChanged, EventMade, EventRemoved
from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.products.tickets.actions.checking import change, flag, line, one_of, paragraphs, some_of
from mazot.products.tickets.actions.copying import copy_pricing_rows
from mazot.products.tickets.actions.holding import hold_event, hold_shop
from mazot.products.tickets.actions.performances import PERFORMANCES, new_performances
from mazot.products.tickets.models import Event, Form, Performance, Shop, Ticket, Visibility
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.calendars import DISPLAYS
from mazot.products.tickets.rules.recurrence import MOST, shifted
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room, checked_name
from mazot.tenancy.rights import action

EVENTS = 5000


@action(needs=TECHNICAL)
def make_event(
    actor: Actor,
    shop: Shop,
    /,
    *,
    title: str,
    starts: Sequence[datetime],
    ends_after: timedelta | None = None,
    like: Mapping[datetime, Performance] | None = None,
    **what: Any,
) -> Event:
    """Add an event with its dates; buyers see it once it is made visible. `like` is as with `new_performances`."""
    held = hold_shop(shop)
    check_room(Event.objects.filter(shop=held).count(), limit=EVENTS, field="event")
    event = Event(
        organization_id=held.organization_id,
        instance_id=held.instance_id,
        shop=held,
        title=checked_name(title, field="title", limit=160),
        created_at=clock.now(),
    )
    change(event, what, CHECKS)
    _check_form(event)
    event.slug = _free_slug(held, event.title)
    event.save(force_insert=True)
    most = PERFORMANCES if like else MOST  # dates that were added in several steps are copied in one
    new_performances(event, starts, ends_after=ends_after, like=like, most=most)
    tell(actor, EventMade(event.id, event.title))
    return event


@action(needs=TECHNICAL)
def set_event(actor: Actor, event: Event, /, **what: Any) -> Event:
    """Change what buyers read of an event, who sees it, and its form."""
    held = hold_event(event)
    changed = change(held, what, CHECKS | {"title": line(160, may_be_empty=False)})
    _check_form(held)
    if changed:
        held.save(update_fields=changed)
        tell(actor, EventChanged(held.id, held.title, what=tuple(changed)))
    return held


@action(needs=TECHNICAL)
def set_picture(actor: Actor, event: Event, *, digest: str) -> Event:
    """Show this picture of the blobs on the event's pages; an empty digest shows none."""
    held = hold_event(event)
    if held.picture != digest:
        held.picture = digest
        held.save(update_fields=["picture"])
        tell(actor, EventChanged(held.id, held.title, what=("picture",)))
    return held


@action(needs=TECHNICAL)
def duplicate_event(
    actor: Actor,
    event: Event,
    /,
    *,
    title: str,
    starts: Sequence[datetime] = (),
    first: date | None = None,
    recurrence: str = "",
    **seen: str,
) -> Event:
    """Make another event like this one: texts, zones, prices, seats. Hidden from buyers, unless `seen` says otherwise.

    Its dates are at `starts`, like the first one of the event; or they are all of the event's, each like itself, moved
    so that the first is on the day `first`.
    """
    held = hold_event(event)
    dates = list(held.performances.order_by("starts_at", "id"))
    if first is not None:
        starts = shifted([one.starts_at for one in dates], first, ZoneInfo(held.shop.timezone))
        like = dict(zip(starts, dates, strict=True))
    else:
        like = dict.fromkeys((start.astimezone(UTC) for start in starts), dates[0])
    copied = {name: getattr(held, name) for name in CHECKS if name not in ("online", "recurrence")}
    copied |= {"online": Visibility.HIDDEN, **seen, "recurrence": recurrence}
    made = make_event(actor, held.shop, title=title, starts=starts, like=like, **copied)
    if made.picture != held.picture:
        made.picture = held.picture
        made.save(update_fields=["picture"])
    copy_pricing_rows([(like[one.starts_at], one) for one in made.performances.order_by("starts_at", "id")])
    return made


@action(needs=TECHNICAL)
def remove_event(actor: Actor, event: Event) -> None:
    """Take an event away of which nothing was ever ordered."""
    held = hold_event(event)
    tickets = Ticket.objects.filter(performance__event=held)
    tickets.filter(state=Ticket.State.HELD, hold_until__lte=clock.now()).delete()
    if tickets.exists():
        raise Refused(
            "sold",
            _("There are orders for this event, so it stays."),
            way_out=_("Cancel its dates, or hide it."),
        )
    tell(actor, EventRemoved(held.id, held.title))
    held.delete()


def _free_slug(shop: Shop, title: str) -> str:
    wanted = slugify(title)[:60] or "event"
    if not Event.objects.filter(shop=shop, slug=wanted).exists():
        return wanted
    return f"{wanted}-{new_secret(letters=6)}"


def _form(name: str, value: Any) -> Form | None:
    if value is not None and not isinstance(value, Form):
        raise Invalid("form", _("There is no such form."), field=name)
    return value


def _check_form(event: Event) -> None:
    if event.form is None:
        return
    if event.form.shop_id != event.shop_id:
        raise NotFound("not_found")
    if event.form.scope != Form.Scope.ORDER:
        raise Invalid("scope", _("This form is asked for each ticket; choose one that is asked once."), field="form")


CHECKS = {
    "subtitle": line(200),
    "description": paragraphs(20_000),
    "place": line(160),
    "address": line(255),
    "online": one_of(Visibility.values),
    "reseller": one_of(Visibility.values),
    "admin": one_of(Visibility.values),
    "display": one_of(DISPLAYS),
    "displays": some_of(DISPLAYS),
    "shows_left": flag,
    "recurrence": line(400),
    "form": _form,
}
