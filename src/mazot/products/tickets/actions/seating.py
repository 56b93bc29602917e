# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which plan a date sells, in which zone each of its seats is, and who may sell it."""

from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.exchange.facts.tickets.plans import PlanAttached, SeatsChanged
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.products.tickets.actions.holding import drop_expired, hold_performance
from mazot.products.tickets.models import Performance, PlanVersion, Seating, Ticket
from mazot.products.tickets.queries.drawings import drawing_of
from mazot.products.tickets.queries.halls import hall_of
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.seatings import ACCESS, EVERYBODY, NOBODY, carried, missing, suggested
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

LISTED = 20  # seats that a refusal names


@action(needs=TECHNICAL)
def attach_plan(actor: Actor, performance: Performance, *, version: PlanVersion) -> Seating:
    """Let a date sell the seats of a plan. Seats keep their zone by their id; one that is taken must be in the plan."""
    held = hold_performance(performance)
    new = PlanVersion.objects.filter(id=version.id, plan__shop_id=held.event.shop_id).select_related("plan").first()
    if new is None:
        raise NotFound("not_found")
    hall = hall_of(new.id)
    drop_expired([held.id], clock.now())
    _refuse_missing(hall.ids, Ticket.objects.filter(performance=held, takes_place=True, seat__isnull=False))
    seating = Seating.objects.filter(performance=held).first()
    if seating is None:
        drawing = drawing_of(new.id)
        codes = {
            name.casefold(): code for name, code in held.zones.filter(is_numbered=True).values_list("name", "code")
        }
        by_name = {one.name: codes[one.name.casefold()] for one in drawing.categories if one.name.casefold() in codes}
        seating = Seating(
            performance=held,
            version=new,
            zones=suggested(drawing, by_name),
            access=EVERYBODY * len(hall.ids),
        )
        seating.save(force_insert=True)
    elif seating.version_id != new.id:
        before = hall_of(seating.version_id).ids
        seating.zones = carried(before, hall.ids, seating.zones)
        seating.access = carried(before, hall.ids, seating.access)
        seating.version = new
        seating.stamp += 1
        seating.save(update_fields=["version", "zones", "access", "stamp"])
    tell(
        actor,
        PlanAttached(new.plan_id, new.plan.name, performance_id=held.id, event=held.event.title),
    )
    return seating


@action(needs=TECHNICAL)
def set_seats(
    actor: Actor,
    performance: Performance,
    *,
    seats: Sequence[int],
    zone: str | None = None,
    access: str | None = None,
    stamp: int,
) -> Seating:
    """Put seats, by their index in the plan, into a zone, or say who sells them.

    One letter for all of them, or one for each, which is how an editor takes a change back. `stamp` is what the editor
    last saw: whoever changed the seats of this date meanwhile is not overruled unseen.
    """
    held = hold_performance(performance)
    seating = Seating.objects.select_related("version__plan").filter(performance=held).first()
    if seating is None:
        raise NotFound("not_found")
    if seating.stamp != stamp:
        raise Conflict(
            "changed_meanwhile",
            _("Somebody else changed seats of this date in the meantime, so yours were left as they are now."),
            way_out=_("Look at the plan as it is, and apply your choice again."),
        )
    chosen = _chosen(seats, len(seating.zones))
    changed = []
    if zone is not None:
        known = NOBODY + "".join(held.zones.filter(is_numbered=True).values_list("code", flat=True))
        seating.zones = _lettered(seating.zones, chosen, zone, known, "zone")
        changed.append("zones")
    if access is not None:
        seating.access = _lettered(seating.access, chosen, access, ACCESS, "access")
        changed.append("access")
    if not changed or not chosen:
        return seating
    seating.stamp += 1
    seating.save(update_fields=[*changed, "stamp"])
    plan = seating.version.plan
    tell(
        actor,
        SeatsChanged(plan.id, plan.name, performance_id=held.id, event=held.event.title, n_seats=len(chosen)),
    )
    return seating


def _chosen(seats: Sequence[int], n_seats: int) -> Sequence[int]:
    """The seats, each once and each of this plan."""
    if len(seats) > n_seats:
        said = _("These are %(given)d seats, and the plan has %(count)d.")
        raise Invalid("too_many_seats", said % {"given": len(seats), "count": n_seats}, field="seats", limit=n_seats)
    if any(type(one) is not int or not 0 <= one < n_seats for one in seats) or len(set(seats)) != len(seats):
        raise Invalid("seat", _("One of these seats is not in the plan of this date."), field="seats")
    return seats


def _lettered(letters: str, seats: Collection[int], wanted: str, known: Collection[str], field: str) -> str:
    each: Iterable[str] = wanted * len(seats) if len(wanted) == 1 else wanted
    if len(wanted) not in (1, len(seats)) or not set(wanted) <= set(known):
        sentences = {
            "zone": _("There is no zone with numbered seats like this at this date."),
            "access": _("Seats are for everybody, for resellers or for organizers."),
        }
        raise Invalid(field, sentences[field], field=field)
    changed = list(letters)
    for seat, letter in zip(seats, each, strict=True):
        changed[seat] = letter
    return "".join(changed)


def _refuse_missing(ids: Collection[str], tickets: Iterable[Ticket]) -> None:
    taken = {ticket.seat or "": ticket.seat_label for ticket in tickets}
    lost = missing(ids, taken)
    if not lost:
        return
    said = ngettext(
        "%(count)d seat that is sold or in a cart is not in this plan: %(seats)s.",
        "%(count)d seats that are sold or in a cart are not in this plan: %(seats)s.",
        len(lost),
    )
    named = ", ".join(f"{taken[seat]} ({seat})" if taken[seat] else seat for seat in lost[:LISTED])
    more = "" if len(lost) <= LISTED else " …"
    raise Refused(
        "seats_missing",
        said % {"count": len(lost), "seats": named + more},
        way_out=_("Draw them in the plan with the same ids, or cancel their tickets first."),
        seats=lost,
    )
