# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make many addresses from a table: all of them or none, after a rehearsal that says what each line would come to."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from mazot.foundation.errors import DomainError, Invalid
from mazot.foundation.text import folded
from mazot.products.mail.actions.addresses import make_address
from mazot.products.mail.models import Service
from mazot.products.mail.rights import MANAGE
from mazot.products.mail.rules.addressing import apart
from mazot.products.mail.rules.sheets import Line
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership
from mazot.tenancy.rights import action


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one line comes to: the address, or why there is none."""

    number: int
    address: str
    keeper: str
    fault: str = ""


class _NotThisTime(Exception):
    """Takes everything back that a rehearsal, or a table with a fault, has made."""


@action(needs=MANAGE)
def make_addresses(
    actor: Actor, service: Service, *, lines: Sequence[Line], is_rehearsal: bool
) -> tuple[bool, list[Outcome]]:
    """Make every address of the table, or none; the answer is whether they are there, and each line's outcome."""
    outcomes: list[Outcome] = []
    try:
        with transaction.atomic():
            outcomes += [_make(actor, service, line) for line in lines]
            if is_rehearsal or any(outcome.fault for outcome in outcomes):
                raise _NotThisTime
    except _NotThisTime:
        return False, outcomes
    return True, outcomes


def _make(actor: Actor, service: Service, line: Line) -> Outcome:
    whole = f"{folded(line.local)}@{service.domain}"
    try:
        made = make_address(
            actor, service, local=_local(service, line.local), name=line.name, keeper=_keeper(service, line.keeper)
        )
    except DomainError as error:
        said = " ".join(filter(None, (str(error.sentence), str(error.way_out))))
        return Outcome(line.number, whole[:100], line.keeper[:100], said or _("This address cannot be made."))
    return Outcome(line.number, str(made), line.keeper)


def _local(service: Service, typed: str) -> str:
    """What stands before the @; a whole address is taken when its domain is ours."""
    parts = apart(typed) if "@" in typed else None
    if parts is None:
        return typed
    if parts[1] != service.domain:
        raise Invalid("other_domain", _("This address is of another domain."), field="local")
    return parts[0]


def _keeper(service: Service, login: str) -> Membership | None:
    if not login:
        return None
    found = Membership.objects.filter(
        organization_id=service.organization_id, person__login=folded(login)[:254], removed_at__isnull=True
    ).first()
    if found is None:
        raise Invalid("no_member", _("Nobody in the organization signs in as %(login)s.") % {"login": login[:100]})
    return found
