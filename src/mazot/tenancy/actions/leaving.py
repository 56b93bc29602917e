# SPDX-License-Identifier: AGPL-3.0-or-later
"""Begin and undo a removal: the membership ends at once, the rest is done step by step and can be done again.

The steps themselves are in `leaving_steps`; every one has its own transaction, so that a worker may die between any
two statements and another one goes on where the last commit left things.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.tenancy.actions.members import lock_membership, lock_organization, require_touch, write_membership
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import removal_of, removals
from mazot.tenancy.departures import Choice, Question, Removal
from mazot.tenancy.facts import MemberRemoved, MemberRestored, ReceiverNamed
from mazot.tenancy.manage import BELONG, MANAGE_PEOPLE
from mazot.tenancy.models import Leaving, LeavingStep, Membership, Organization, Team
from mazot.tenancy.models.leaving import LeavingState
from mazot.tenancy.queries.leavings import UNDO_DAYS, acting_representatives
from mazot.tenancy.rights import action

UNDER_WAY = (LeavingState.GOING, LeavingState.GONE, LeavingState.COMING_BACK)

Choices = Mapping[str, Choice]


@action(needs=MANAGE_PEOPLE)
def start_leaving(actor: Actor, membership: Membership, *, choices: Choices | None = None) -> Leaving:
    """Take a member out at once, and write down what happens to their things and how it is undone."""
    membership = lock_membership(actor, membership)
    require_touch(actor, membership)
    return begin_leaving(actor, membership, choices or {})


@action(needs=BELONG)
def leave_organization(actor: Actor, organization: Organization) -> Leaving:
    """Go out of an organization by oneself; nothing is deleted, and what was one's own is handed over."""
    mine = Membership(id=actor.membership_id, organization=organization)
    return begin_leaving(actor, lock_membership(actor, mine), {})


@action(needs=MANAGE_PEOPLE)
def undo_leaving(actor: Actor, leaving: Leaving) -> Leaving:
    """Bring a removed member back as they were; their things follow step by step."""
    lock_organization(actor, leaving.organization_id)
    found = lock_leaving(leaving)
    require_touch(actor, found.membership)
    if found.state in (LeavingState.COMING_BACK, LeavingState.BACK):
        raise Conflict("coming_back", _("This person is back, or on the way back."))
    if not found.membership.person.is_active:
        raise Refused(
            "account_closed",
            _("This person closed their account, and nobody else opens it again."),
            way_out=_("They can, for 30 days, with the link in the letter they got."),
        )
    is_too_late = found.state == LeavingState.GONE and clock.now() > found.undo_until
    if found.state == LeavingState.FINAL or is_too_late:
        raise Refused(
            "too_late",
            _("The thirty days are over; this removal is final."),
            way_out=_("Invite the person again."),
        )
    if found.membership.removed_at is not None:
        write_membership(found.membership, removed_at=None)
        _lead_again(found)
    found.state = LeavingState.COMING_BACK
    found.save(update_fields=["state"])
    tell(actor, MemberRestored(found.membership_id))
    return found


@action(needs=MANAGE_PEOPLE)
def name_receiver(actor: Actor, leaving: Leaving, *, key: str, choice: Choice) -> Leaving:
    """Decide anew about a step that is not done, such as one whose receiver is gone; it never deletes instead."""
    lock_organization(actor, leaving.organization_id)
    found = lock_leaving(leaving)
    require_touch(actor, found.membership)
    step = found.steps.filter(key=key, done_at__isnull=True).first()
    asked = question_of(actor, found.membership, key)
    if found.state != LeavingState.GOING or step is None or asked is None:
        raise Conflict("not_waiting", _("This step waits for nobody any more."))
    removal, question = asked
    kept = check_choice(actor, found.membership, removal, replace(question, options=question.keeping), choice)
    found.choices = found.choices | {key: kept}
    found.save(update_fields=["choices"])
    step.record = {name: value for name, value in step.record.items() if name != "waits"}
    step.save(update_fields=["record"])
    tell(actor, ReceiverNamed(found.membership_id))
    return found


def question_of(actor: Actor, membership: Membership, key: str) -> tuple[Removal, Question] | None:
    """What a step decides about, while there is something to decide."""
    removal = removal_of(key)
    if removal is None or removal.ask is None:
        return None
    return next(((removal, asked) for asked in removal.ask(actor, membership) if asked.key == key), None)


def lock_leaving(leaving: Leaving) -> Leaving:
    """The leaving as it is now, held until the end of the deed; the organization's lock comes before it."""
    found = (
        Leaving.objects.select_for_update(of=("self",))
        .select_related("membership__person")
        .filter(id=leaving.id, organization_id=leaving.organization_id)
        .first()
    )
    if found is None:
        raise NotFound("not_found")
    return found


def begin_leaving(actor: Actor, membership: Membership, choices: Choices) -> Leaving:
    """End a membership under the organization's lock, and write down every step that follows."""
    write_membership(membership, removed_at=clock.now())
    led = Team.objects.filter(leader=membership)
    leads = [str(team_id) for team_id in led.order_by("id").values_list("id", flat=True)]
    _settle_earlier(membership)
    decided = _decided(actor, membership, choices)
    leaving = Leaving(
        organization_id=membership.organization_id,
        membership=membership,
        by_id=actor.person_id,
        choices={key: choice for key, choice in decided if choice},
        before={"role": membership.role, "leads": leads},
        created_at=clock.now(),
        undo_until=clock.now() + timedelta(days=UNDO_DAYS),
    )
    leaving.save(force_insert=True)
    LeavingStep.objects.bulk_create(
        LeavingStep(leaving=leaving, key=key, order=order) for order, (key, _choice) in enumerate(decided)
    )
    led.update(leader=None)
    tell(actor, MemberRemoved(membership.id))
    return leaving


def _settle_earlier(membership: Membership) -> None:
    """A member who had been removed may have been invited again since: that removal has nothing left to undo."""
    earlier = Leaving.objects.filter(membership=membership, state__in=UNDER_WAY)
    if earlier.filter(state=LeavingState.COMING_BACK).exists():
        raise Conflict(
            "coming_back",
            _("This person's things are still coming back."),
            way_out=_("Wait until that is done, then remove them."),
        )
    earlier.update(state=LeavingState.BACK, ended_at=clock.now())


def _decided(actor: Actor, membership: Membership, choices: Choices) -> list[tuple[str, Choice]]:
    """Every step in its order, with the choice it carries out; a choice that cannot work is refused here."""
    found: list[tuple[str, Choice]] = []
    for removal in removals():
        if removal.ask is None:
            found.append((removal.key, {}))
            continue
        for question in removal.ask(actor, membership):
            found.append((question.key, check_choice(actor, membership, removal, question, choices.get(question.key))))
    return found


def check_choice(
    actor: Actor, membership: Membership, removal: Removal, question: Question, choice: Choice | None
) -> Choice:
    """One choice as it will be carried out; without one it is the default, which deletes nothing."""
    wanted: dict[str, Any] = dict(choice or {"fate": question.default})
    option = question.option(str(wanted.get("fate", "")))
    if option is None:
        raise Invalid("unknown_fate", _("Choose what happens to this."), field=question.key)
    if option.picks == "member" and choice is None:
        wanted["receiver"] = _heir(actor, membership)
    if option.picks == "member" and actor.manages_people and wanted.get("receiver") == str(actor.membership_id):
        raise NotAllowed(
            "not_to_oneself",
            _("A user manager does not hand a person's files to themselves."),
            way_out=_("Choose somebody else, or ask an administrator."),
        )
    kept = {"fate": option.key}
    if option.picks:
        name = "receiver" if option.picks == "member" else "place"
        kept[name] = str(wanted.get(name, ""))
    if removal.check is not None:
        removal.check(actor, membership, question.key, kept)
    return kept


def _heir(actor: Actor, membership: Membership) -> str:
    """Who takes over when nobody was named: whoever removes, or else the longest-standing legal representative."""
    if actor.manages_organization and actor.membership_id != membership.id:
        return str(actor.membership_id)
    others = acting_representatives(membership.organization_id).exclude(id=membership.id)
    return str(others.values_list("id", flat=True)[0])


def _lead_again(leaving: Leaving) -> None:
    """Teams that have found no other leader since, and that the member is still in."""
    Team.objects.filter(
        id__in=leaving.before.get("leads", []),
        organization_id=leaving.organization_id,
        leader__isnull=True,
        members__membership_id=leaving.membership_id,
    ).update(leader=leaving.membership_id)
