# SPDX-License-Identifier: AGPL-3.0-or-later
"""The table of users: searched, sorted, filtered and cut into pages by the database, however many there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Case, Count, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from mazot.foundation import clock
from mazot.foundation.ids import read_id
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Person, Team, TeamMember
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.factors import FACTORS, second_factor
from mazot.tenancy.queries.leavings import UNDO_DAYS
from mazot.tenancy.queries.people import found_by, members_for

A_PAGE = 50
AT_ONCE = 500
SORTS = ("name", "role", "factor", "active", "joined")
ORDER_OF_ROLES = tuple(Role.values)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked the table for; anything it does not know is left out."""

    words: str = ""
    role: str = ""
    team: str = ""
    factor: str = ""
    status: str = ""
    sort: str = "name"
    page: int = 1

    @classmethod
    def of(cls, said: Mapping[str, str]) -> "Wish":
        team, page = said.get("team", ""), said.get("page", "")
        wanted = {
            "words": said.get("words", "")[:100],
            "role": _known(said.get("role", ""), Role.values),
            "team": str(read_id(team) or ""),
            "factor": _known(said.get("factor", ""), ("with", "without")),
            "status": _known(said.get("status", ""), ("active", "blocked")),
            "sort": _known(said.get("sort", ""), [*SORTS, *(f"-{key}" for key in SORTS)]) or "name",
        }
        return cls(page=min(int(page), 100_000) if page.isascii() and page.isdigit() and len(page) < 7 else 1, **wanted)

    @property
    def is_narrow(self) -> bool:
        return bool(self.words or self.role or self.team or self.factor or self.status)


@dataclass(slots=True)
class Row:
    """One member as the table shows them."""

    member: Membership
    factors: set[str] = field(default_factory=set)
    teams: list[Team] = field(default_factory=list)
    seen_at: datetime | None = None
    is_self: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are on each tab, of each kind, and able to represent the organization."""

    members: int
    externals: int
    blocked: int
    removed: int
    unprotected: int
    representatives: int


def counts_for(actor: Actor) -> Counts:
    """All the numbers above the table, in one question."""
    stay, gone = Q(removed_at__isnull=True), Q(removed_at__gte=clock.now() - timedelta(days=UNDO_DAYS))
    able = stay & Q(blocked_at__isnull=True)
    everybody = Membership.objects.filter(organization_id=actor.organization_id)
    # Only the few representatives are looked up as persons: with every person joined it takes twice as long.
    is_open = Exists(Person.objects.filter(id=OuterRef("person_id"), is_active=True))
    represents = Case(When(able & Q(role=Role.LEGAL_REPRESENTATIVE), then=is_open), default=Value(False))
    return Counts(
        **everybody.annotate(represents=represents, is_protected=second_factor()).aggregate(
            members=Count("id", filter=stay),
            externals=Count("id", filter=stay & Q(role=Role.EXTERNAL)),
            blocked=Count("id", filter=stay & Q(blocked_at__isnull=False)),
            removed=Count("id", filter=gone),
            unprotected=Count("id", filter=able & Q(is_protected=False)),
            representatives=Count("id", filter=Q(represents=True)),
        )
    )


def rows_for(actor: Actor, wish: Wish, *, members: int) -> tuple[list[Row], int, int]:
    """The rows of one page, how many fit the wish, and the page that was shown; `members` is how many there are."""
    found = _narrowed(members_for(actor), wish)
    count = found.count() if wish.is_narrow else members
    page = max(1, min(wish.page, ceil(count / A_PAGE)))
    start = (page - 1) * A_PAGE
    # The database orders bare ids and then reads the fifty rows: a far page would carry every row before it along.
    ids = _sorted(found, wish.sort).values("id")[start : start + A_PAGE]
    shown = list(_sorted(members_for(actor).filter(id__in=ids), wish.sort))
    return dressed_rows(actor, shown), count, page


def every_row(actor: Actor, wish: Wish) -> Iterator[Row]:
    """All who fit the wish, in its order, read a few hundred at a time."""
    ids = list(_sorted(_narrowed(members_for(actor), wish), wish.sort).values_list("id", flat=True))
    for start in range(0, len(ids), AT_ONCE):
        some = members_for(actor).in_bulk(ids[start : start + AT_ONCE])
        yield from dressed_rows(actor, [some[one] for one in ids[start : start + AT_ONCE] if one in some])


def dressed_rows(actor: Actor, members: Sequence[Membership]) -> list[Row]:
    """The same members with teams, second factors and last activity, in three queries."""
    rows = {member.person_id: Row(member, is_self=member.person_id == actor.person_id) for member in members}
    by_membership = {member.id: rows[member.person_id] for member in members}
    for person_id, kind in Authenticator.objects.filter(user_id__in=rows, type__in=FACTORS).values_list(
        "user_id", "type"
    ):
        rows[person_id].factors.add(kind)
    seen = UserSession.objects.filter(user_id__in=rows).values("user_id").annotate(at=Max("last_seen_at"))
    times = {each["user_id"]: each["at"] for each in seen}
    for person_id, row in rows.items():
        row.seen_at = max(filter(None, (times.get(person_id), row.member.person.last_login)), default=None)
    places = TeamMember.objects.filter(membership_id__in=by_membership).select_related("team").order_by("team__name")
    for place in places:
        by_membership[place.membership_id].teams.append(place.team)
    return list(rows.values())


def _narrowed(members: QuerySet[Membership], wish: Wish) -> QuerySet[Membership]:
    members = found_by(members, wish.words)
    if wish.role:
        members = members.filter(role=wish.role)
    if wish.team:
        members = members.filter(teams__team_id=wish.team)
    if wish.factor:
        members = members.filter(second_factor() if wish.factor == "with" else ~second_factor())
    if wish.status:
        members = members.filter(blocked_at__isnull=wish.status == "active")
    return members


def _sorted(members: QuerySet[Membership], sort: str) -> QuerySet[Membership]:
    """In the wished order; names settle what is equal, and the id what is equal still."""
    key, back = sort.removeprefix("-"), sort.startswith("-")
    ordered: Any = F("person__sought")
    if key == "role":
        whens = [When(role=role, then=Value(place)) for place, role in enumerate(ORDER_OF_ROLES)]
        ordered = Case(*whens, default=Value(len(whens)), output_field=IntegerField())
    elif key == "factor":
        members, ordered = members.annotate(is_protected=second_factor()), F("is_protected")
    elif key == "active":
        sessions = UserSession.objects.filter(user_id=OuterRef("person_id")).order_by().values("user_id")
        last = Subquery(sessions.annotate(at=Max("last_seen_at")).values("at"))
        ordered = Coalesce(last, F("person__last_login"))
    elif key == "joined":
        ordered = F("joined_at")
    first = ordered.desc(nulls_last=True) if back else ordered.asc(nulls_first=True)
    return members.order_by(first, "person__sought", "id")


def _known(word: str, words: Sequence[str]) -> str:
    return word if word in words else ""
