# SPDX-License-Identifier: AGPL-3.0-or-later
"""Drawn rooms: each saving is a new version, and what a date was given never changes under it."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.exchange.facts.tickets.plans import PlanMade, PlanRemoved, PlanSaved
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.products.tickets.actions.holding import hold_shop
from mazot.products.tickets.models import Plan, PlanVersion, Seating, Shop
from mazot.products.tickets.rights import TECHNICAL
from mazot.products.tickets.rules.drawing import Drawing, read_drawing, seats_of, write_drawing
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room, checked_name
from mazot.tenancy.rights import action

PLANS = 200  # of a shop
VERSIONS = 500  # of a plan

Drawn = Drawing | Mapping[str, Any]


@action(needs=TECHNICAL)
def make_plan(actor: Actor, shop: Shop, *, name: str, drawing: Drawn) -> Plan:
    """Keep a drawn room; a drawing that cannot be read is refused with all that is wrong with it."""
    read = _read(drawing)
    held = hold_shop(shop)
    check_room(Plan.objects.filter(shop=held).count(), limit=PLANS, field="plan")
    plan = Plan(
        organization_id=held.organization_id,
        instance_id=held.instance_id,
        shop=held,
        name=checked_name(name, field="name", limit=120),
        created_at=clock.now(),
    )
    plan.save(force_insert=True)
    _add_version(actor, plan, read, 1)
    tell(actor, PlanMade(plan.id, plan.name))
    return plan


@action(needs=TECHNICAL)
def save_plan(actor: Actor, plan: Plan, *, drawing: Drawn, number: int, name: str = "") -> PlanVersion:
    """Add a version to a plan. `number` is the version drawn on: when another came meanwhile, nothing is kept."""
    read = _read(drawing)
    held = _hold(plan)
    newest = held.versions.order_by("-number").first()
    if newest is None or newest.number != number:
        raise Conflict(
            "saved_meanwhile",
            _("Somebody else saved version %(number)d of this plan while you drew on version %(yours)d.")
            % {"number": newest.number if newest else 0, "yours": number},
            way_out=_("Export your drawing, load the page again and bring it in as a new plan."),
        )
    if name and name != held.name:
        held.name = checked_name(name, field="name", limit=120)
        held.save(update_fields=["name"])
    if newest.drawing == write_drawing(read):
        return newest
    check_room(newest.number, limit=VERSIONS, field="version")
    version = _add_version(actor, held, read, newest.number + 1)
    tell(actor, PlanSaved(held.id, held.name, number=version.number))
    return version


@action(needs=TECHNICAL)
def remove_plan(actor: Actor, plan: Plan) -> None:
    """Take away a plan that no date uses."""
    held = _hold(plan)
    if n_dates := Seating.objects.filter(version__plan=held).count():
        said = ngettext("%(count)d date uses this plan.", "%(count)d dates use this plan.", n_dates)
        raise Refused("in_use", said % {"count": n_dates})
    gone = PlanRemoved(held.id, held.name)
    held.delete()
    tell(actor, gone)


def _read(drawing: Drawn) -> Drawing:
    return read_drawing(write_drawing(drawing) if isinstance(drawing, Drawing) else drawing)


def _hold(plan: Plan) -> Plan:
    rows = Plan.objects.select_for_update(no_key=True, of=("self",))
    found = rows.filter(id=plan.id, organization_id=plan.organization_id).first()
    if found is None:
        raise NotFound("not_found")
    return found


def _add_version(actor: Actor, plan: Plan, drawing: Drawing, number: int) -> PlanVersion:
    version = PlanVersion(
        plan=plan,
        number=number,
        drawing=write_drawing(drawing),
        n_seats=len(seats_of(drawing)),
        by_id=actor.person_id,
        created_at=clock.now(),
    )
    version.save(force_insert=True)
    return version
