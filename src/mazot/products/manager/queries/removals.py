# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the removal of somebody means, put together from what the products ask and what the organization knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mazot.foundation.ids import read_id
from mazot.products.manager.queries.why import reasons_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import removal_of, removals
from mazot.tenancy.departures import Choice, Option, Question, Removal
from mazot.tenancy.models import Leaving, LeavingStep, Membership, Team
from mazot.tenancy.models.leaving import LeavingState
from mazot.tenancy.queries.leavings import receiver_named

RECEIVERS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the review, with what its chevron opens."""

    title: str
    icon: str
    summary: str
    outcome: str
    kind: str  # keep, lose, or neither
    note: str
    lines: tuple[tuple[str, str], ...]
    step: str = ""  # where it can be decided otherwise


def questions_about(actor: Actor, member: Membership) -> list[tuple[Removal, Question]]:
    """What somebody has to decide before this member goes, in the order of the steps."""
    return [(removal, question) for removal in removals() if removal.ask for question in removal.ask(actor, member)]


def receivers_for(actor: Actor, removal: Removal, member: Membership, key: str, words: str) -> list[Membership]:
    """The first members who could take something over; a user manager never takes anything over themself."""
    if removal.receivers is None:
        return []
    found = removal.receivers(actor, member, key, words)
    if actor.manages_people:
        found = found.exclude(id=actor.membership_id)
    return list(found[: RECEIVERS_SHOWN + 1])


def asked(
    actor: Actor, member: Membership, removal: Removal, question: Question, choice: Choice, *, words: str
) -> dict[str, Any]:
    """What the page of one question shows; of many members only the first that the words find."""
    words = words[:100]
    found = receivers_for(actor, removal, member, question.key, words)
    picked = choice.get("receiver", "") or (str(actor.membership_id) if not words else "")
    if picked and not any(str(one.id) == picked for one in found[:RECEIVERS_SHOWN]) and removal.receivers:
        found = [*removal.receivers(actor, member, question.key, "").filter(id=read_id(picked))[:1], *found]
    return {
        "question": question,
        "options": question.options,
        "fate": choice.get("fate", question.default),
        "receivers": found[:RECEIVERS_SHOWN],
        "has_more": len(found) > RECEIVERS_SHOWN,
        "picked": picked,
        "place_picked": choice.get("place", ""),
        "words": words,
    }


def target_of(member: Membership, option: Option, choice: Choice) -> str:
    """The name of whom or what something goes to."""
    if option.picks == "member":
        receiver = receiver_named(member.organization_id, str(choice.get("receiver", "")))
        return receiver.person.name if receiver else ""
    return next((name for key, name in option.places if key == choice.get("place")), "")


def parts_of(actor: Actor, member: Membership, choices: Mapping[str, Choice]) -> list[Part]:
    """Everything that happens to a member's things, as it was decided."""
    found = []
    for _removal, question in questions_about(actor, member):
        choice = choices.get(question.key, {})
        option = question.option(str(choice.get("fate", ""))) or question.options[0]
        note = str(option.note) % {"target": f"“{target_of(member, option, choice)}”"} if option.picks else option.note
        found.append(
            Part(
                title=str(question.title),
                icon=question.icon,
                summary=str(question.summary),
                outcome=str(option.outcome),
                kind="lose" if option.loses else "keep",
                note=str(note),
                lines=tuple((str(label), str(amount)) for label, amount in question.lines),
                step=question.key,
            )
        )
    return [*found, *_teams(member), *_access(actor, member), _programs()]


def _teams(member: Membership) -> list[Part]:
    teams = list(Team.objects.filter(members__membership=member).order_by("name"))
    if not teams:
        return []
    return [
        Part(
            title=_("Work teams"),
            icon="users-round",
            summary=", ".join(team.name for team in teams[:4]) + ("…" if len(teams) > 4 else ""),
            outcome=ngettext("Leaves %(n)s team", "Leaves %(n)s teams", len(teams)) % {"n": len(teams)},
            kind="",
            note=_("A team they lead has no leader until you name another one."),
            lines=tuple((team.name, _("leader") if team.leader_id == member.id else "") for team in teams),
        )
    ]


def _access(actor: Actor, member: Membership) -> list[Part]:
    instances = {reason.instance.id: reason.instance for reason in reasons_of(actor, member)}
    names = sorted(instance.name for instance in instances.values())
    return [
        Part(
            title=_("Product access"),
            icon="blocks",
            summary=", ".join(names[:4]) + ("…" if len(names) > 4 else "") or _("No product"),
            outcome=_("Access ends"),
            kind="",
            note=_("What they put in organization folders stays, with their name until the 30 days are over."),
            lines=tuple((name, "") for name in names),
        )
    ]


def _programs() -> Part:
    return Part(
        title=_("Browsers and other programs"),
        icon="monitor-smartphone",
        summary=_("Sessions and application passwords"),
        outcome=_("Stop at once"),
        kind="",
        note=_("They open nothing of this organization any more. In other organizations they go on working."),
        lines=(),
    )


@dataclass(frozen=True, slots=True)
class Done:
    """One removal as the list shows it."""

    leaving: Leaving
    n_done: int
    n_steps: int
    waits: tuple[str, ...]
    results: tuple[str, ...]
    to_decide: bool = False  # what waits can be given to somebody else

    @property
    def may_undo(self) -> bool:
        is_here = self.leaving.membership.person.is_active  # a closed account is opened again by its owner alone
        return is_here and self.leaving.state in (LeavingState.GOING, LeavingState.GONE)


def shown(leavings: list[Leaving]) -> list[Done]:
    """Removals with how far they are, what waits, and what an undoing brought back."""
    found = []
    for leaving in leavings:
        steps = list(leaving.steps.all())
        is_back = leaving.state in (LeavingState.COMING_BACK, LeavingState.BACK)
        if is_back:
            steps = [step for step in steps if step.done_at]
        done = [step for step in steps if (step.undone_at if is_back else step.done_at)]
        open_steps = [step for step in steps if step not in done]
        waits = tuple(str(step.record["waits"]) for step in open_steps if step.record.get("waits"))
        results = [line for step in steps for line in _results(leaving, step)]
        to_decide = bool(waits) and not is_back and any(step.key in leaving.choices for step in open_steps)
        found.append(Done(leaving, len(done), len(steps), waits, tuple(results), to_decide))
    return found


def _results(leaving: Leaving, step: LeavingStep) -> list[str]:
    result = step.record.get("result") or {}
    if result:
        lines = []
        if "back" in result:
            lines.append(
                _("%(back)s of %(all)s files and folders came back.") % {"back": result["back"], "all": result["of"]}
            )
        if result.get("stayed"):
            names = ", ".join(f"“{name}”" for name in result["stayed"])
            lines.append(
                _("These stayed where they had been moved or thrown away since: %(names)s.") % {"names": names}
            )
        return lines
    choice, removal = leaving.choices.get(step.key), removal_of(step.key)
    if not choice or removal is None or step.done_at is None:
        return []
    sentences = {
        "hand_over": _("%(title)s: handed over to %(target)s."),
        "organization_folder": _("%(title)s: moved to an organization folder."),
        "delete": _("%(title)s: hidden, and erased when the time is over."),
    }
    sentence = sentences.get(str(choice.get("fate")))
    receiver = receiver_named(leaving.organization_id, str(choice.get("receiver", "")))
    target = receiver.person.name if receiver else ""
    return [sentence % {"title": removal.title, "target": target}] if sentence else []
