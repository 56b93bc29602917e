# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of users as a file: everybody who fits, in the order of the table."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mazot.foundation import clock
from mazot.foundation.delivery import deliver_text
from mazot.foundation.sheets import as_csv, gathered
from mazot.products.manager.queries.people import FACTORS
from mazot.products.manager.queries.table import Row, Wish, every_row
from mazot.products.manager.web.views.frame import managing
from mazot.tenancy.queries.sentences import ROLES

COLUMNS = ("name", "login", "role", "status", "teams", "two_factor", "last_active", "joined")


@managing
@require_safe
def people_export(request: Any) -> HttpResponse:
    rows = (_cells(row) for row in every_row(request.actor, Wish.of(request.GET)))
    pieces = gathered(as_csv(COLUMNS, rows), get_language())
    return deliver_text(request, f"users-{clock.now():%Y-%m-%d}.csv", pieces, content_type="text/csv")


def _cells(row: Row) -> list[str]:
    member, person = row.member, row.member.person
    return [
        person.name,
        person.login,
        str(ROLES[member.role]),
        _("Blocked") if member.blocked_at else _("Active"),
        " | ".join(team.name for team in row.teams),  # as the list of people to invite takes them
        ", ".join(sorted(str(FACTORS[kind]) for kind in row.factors)),  # type: ignore[index]
        row.seen_at.isoformat() if row.seen_at else "",
        member.joined_at.isoformat(),
    ]
