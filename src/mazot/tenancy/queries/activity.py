# SPDX-License-Identifier: AGPL-3.0-or-later
"""The activity log: facts and logins in one line of time, newest first, cut by a key and never counted.

A page goes back from a moment and an id, so that the thousandth page costs what the first one does. Words are looked
for among a bounded number of lines at a time; the answer says how far it looked.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from mazot.foundation.facts import kinds
from mazot.foundation.models import FactRow
from mazot.tenancy.actor import Actor
from mazot.tenancy.manage import SEE_ACTIVITY
from mazot.tenancy.models import LoginEvent, Membership, Organization, Person, Team
from mazot.tenancy.queries.sentences import Names, sentence_of, sentence_of_login
from mazot.tenancy.rights import require

A_PAGE = 50
LOOKED_THROUGH = 20_000  # lines read for words before the answer says that there may be more
LOGINS = "account"
KINDS_OF_LOGINS = {"account.SignedIn": True, "account.NotSignedIn": False}
Key = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody asked the log for; anything that means nothing is left out."""

    person_id: UUID | None = None
    product: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    words: str = ""
    before: Key | None = None

    @classmethod
    def of(cls, said: Mapping[str, str], *, person_id: UUID | None = None) -> "Search":
        kind = said.get("kind", "")
        until = _midnight(said.get("until", ""))
        return cls(
            person_id=person_id,
            product=said.get("product", "")[:24],
            kind=kind if kind in kinds() or kind in KINDS_OF_LOGINS else "",
            since=_midnight(said.get("since", "")),
            until=until + timedelta(days=1) if until else None,
            words=said.get("words", "").strip()[:80],
            before=_key(said.get("before", "")),
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, as it is read."""

    id: UUID
    at: datetime
    sentence: str
    kind: str
    via: str
    address: str
    person: Person | None
    is_alarming: bool = False
    subject_id: UUID | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    older: str  # the key of the next page; empty at the end
    stopped_at: datetime | None = None  # where the search for words ended before the page was full


def activity_for(actor: Actor, search: Search, *, limit: int = A_PAGE) -> Page:
    """What happened in the organization, for those who may read its log."""
    require(actor, SEE_ACTIVITY, Organization(id=actor.organization_id))
    facts = FactRow.objects.filter(organization_id=actor.organization_id)
    belonged = Membership.objects.filter(
        Q(removed_at__isnull=True) | Q(removed_at__gte=OuterRef("at")),
        organization_id=actor.organization_id,
        person_id=OuterRef("person_id"),
        joined_at__lte=OuterRef("at"),
    )
    # Only while they belonged: what somebody does elsewhere, or did before, is not this organization's to read.
    return _page(facts, LoginEvent.objects.filter(Exists(belonged)), search, actor.organization_id, limit)


def own_activity_for(actor: Actor, search: Search, *, limit: int = A_PAGE) -> Page:
    """What the person themselves did, in every organization, and every try to come in as them."""
    search = replace(search, person_id=actor.person_id)
    facts, logins = FactRow.objects.all(), LoginEvent.objects.all()
    return _page(facts, logins, search, None, limit)


def every_line(actor: Actor, search: Search, *, at_once: int = 500) -> Iterator[Line]:
    """The whole log that fits, a piece at a time, for an export."""
    while True:
        page = activity_for(actor, search, limit=at_once)
        yield from page.lines
        if not page.older:
            return
        search = replace(search, before=_key(page.older))


def _page(
    facts: QuerySet[FactRow], logins: QuerySet[LoginEvent], search: Search, organization_id: UUID | None, limit: int
) -> Page:
    wanted_facts, wanted_logins = _narrowed(facts, search), _narrowed_logins(logins, search)
    stop: Key | None = None
    if search.words:
        stop = _edge(wanted_facts)
        wanted_facts = _with_words(wanted_facts, search.words, organization_id)
        wanted_logins = wanted_logins.filter(_person_named(search.words) | Q(login__icontains=search.words))
        if stop:
            wanted_facts, wanted_logins = wanted_facts.filter(at__gte=stop[0]), wanted_logins.filter(at__gte=stop[0])
    rows: list[FactRow | LoginEvent] = [*wanted_facts[: limit + 1], *wanted_logins[: limit + 1]]
    rows.sort(key=lambda row: (row.at, row.id), reverse=True)
    shown = rows[:limit]
    lines = _lines(shown)
    if len(rows) > limit:
        return Page(lines, _text((shown[-1].at, shown[-1].id)))
    return Page(lines, _text(stop), stop[0]) if stop else Page(lines, "")


def _narrowed(facts: QuerySet[FactRow], search: Search) -> QuerySet[FactRow]:
    if search.kind:
        facts = facts.filter(kind=search.kind)
    elif search.product:
        facts = facts.filter(kind__in=[kind for kind in kinds() if kind.startswith(f"{search.product}.")])
    return _in_time(facts, search).order_by("-at", "-id")


def _narrowed_logins(logins: QuerySet[LoginEvent], search: Search) -> QuerySet[LoginEvent]:
    if search.kind in KINDS_OF_LOGINS:
        logins = logins.filter(succeeded=KINDS_OF_LOGINS[search.kind])
    elif search.kind or search.product not in ("", LOGINS):
        return logins.none()
    return _in_time(logins, search).order_by("-at", "-id")


def _in_time(rows: QuerySet, search: Search) -> QuerySet:  # type: ignore[type-arg]
    if search.person_id:
        rows = rows.filter(person_id=search.person_id)
    if search.since:
        rows = rows.filter(at__gte=search.since)
    if search.until:
        rows = rows.filter(at__lt=search.until)
    if search.before:
        at, last = search.before
        # The first half lets the index be entered at the right place; the second half is exact.
        rows = rows.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=last))
    return rows


def _edge(facts: QuerySet[FactRow]) -> Key | None:
    """Where the search for words stops for now; none when everything is looked through."""
    return facts.values_list("at", "id")[LOOKED_THROUGH : LOOKED_THROUGH + 1].first()


def _with_words(facts: QuerySet[FactRow], words: str, organization_id: UUID | None) -> QuerySet[FactRow]:
    """Facts that name it, or that somebody of that name did or is the object of."""
    here = {"organization_id": organization_id} if organization_id else {}
    people = Membership.objects.filter(_person_named(words), **here)
    teams = Team.objects.filter(name__icontains=words, **here)
    told = facts.annotate(told=Cast(F("details"), TextField()))
    return told.filter(
        Q(told__icontains=_as_kept(words))
        | Q(person_id__in=people.values("person_id"))
        | Q(subject_id__in=people.values("id"))
        | Q(subject_id__in=teams.values("id"))
    )


def _as_kept(words: str) -> str:
    """The words as JSON in the database writes them on SQLite, where letters beyond ASCII are escaped."""
    if connection.vendor == "postgresql":
        return words
    return json.dumps(words)[1:-1]


def _person_named(words: str) -> Q:
    found = Q()
    for word in words.split()[:5]:
        found &= Q(person__given_name__icontains=word) | Q(person__family_name__icontains=word)
    return found


def _lines(rows: list[FactRow | LoginEvent]) -> list[Line]:
    facts = [row for row in rows if isinstance(row, FactRow)]
    names = Names(facts, [row for row in rows if isinstance(row, LoginEvent)])
    lines = []
    for row in rows:
        who, where = names.person(row.person_id), (row.via, row.address)
        if isinstance(row, FactRow):
            said = sentence_of(row, names)
            about = {"subject_id": row.subject_id, "details": row.details}
            lines.append(Line(row.id, row.at, said, row.kind, *where, who, **about))
        else:
            kind = "account.SignedIn" if row.succeeded else "account.NotSignedIn"
            said = sentence_of_login(row, names)
            lines.append(Line(row.id, row.at, said, kind, *where, who, not row.succeeded))
    return lines


def _text(key: Key) -> str:
    return f"{key[0].isoformat()}~{key[1]}"


def _key(text: str) -> Key | None:
    at, _, last = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (_within_the_calendar(moment), UUID(last)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _midnight(text: str) -> datetime | None:
    try:
        return _within_the_calendar(timezone.make_aware(datetime.combine(date.fromisoformat(text), time.min)))
    except (ValueError, OverflowError):
        return None


def _within_the_calendar(moment: datetime) -> datetime:
    """The moment itself; OverflowError in the first and last days there are, which another zone may not have."""
    for side in (-timedelta(days=1), timedelta(days=1)):
        (moment + side).astimezone(UTC)
    return moment
