# SPDX-License-Identifier: AGPL-3.0-or-later
"""Let programs in by name and password, and write the history of who came in and who did not."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from mazot.foundation import clock
from mazot.foundation.errors import NotFound, SignInRefused
from mazot.foundation.facts import tell
from mazot.foundation.models import FactRow
from mazot.foundation.text import folded
from mazot.tenancy.actions.paces import check_pace, count_failure, forgive
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import offer_of
from mazot.tenancy.facts import LoginNoticed
from mazot.tenancy.models import AppPassword, LoginEvent, Person
from mazot.tenancy.queries.credentials import (
    FoundPassword,
    FoundPerson,
    Place,
    app_password_by_prefix,
    person_by_login,
)
from mazot.tenancy.queries.identifiers import was_called
from mazot.tenancy.queries.logins import is_from_a_new_place
from mazot.tenancy.queries.rights import holds_among
from mazot.tenancy.rules.secrets import digest_of, is_equal, split
from mazot.tenancy.verification import VERIFIER

LONGEST_PASSWORD = 1000
# A flood of tries is told once a minute for each name, address and reason, and no more than this often in an hour.
TOLD_AGAIN_AFTER = timedelta(minutes=1)
TOLD_AN_HOUR = 60
# The right password of somebody whom it does not let in counts as well: else the pace would tell that it is right.
GUESSES = frozenset(
    {"wrong_password", "unknown_login", "wrong_login", "blocked", "two_factor_is_on", "organization_forbids"}
)


@dataclass(frozen=True, slots=True)
class Door:
    """Where a try comes from: the door, the address and the program as it names itself."""

    via: str
    address: str
    program: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody a program signed in for, and what the head needs to know of the product behind the address."""

    actor: Actor
    instance_id: UUID
    may_use: bool
    has_plan: bool
    features: dict[str, Any]
    limits: dict[str, Any]
    app_password_id: UUID | None = None
    use_is_due: bool = False
    program: str = ""

    def has_feature(self, feature: str) -> bool:
        """Whether the plan contains the feature; without a plan everything is in."""
        return not self.has_plan or bool(self.features.get(feature))


def admit_basic(
    login: str, secret: str, *, product: str, instance_id: UUID, address: str, program: str = ""
) -> Admitted:
    """Let a program in with an application password, or with the account password where nothing speaks against it.

    Raises SignInRefused, TooMany, or NotFound when the instance is none of this person's.
    """
    moment = clock.now()
    door = Door("dav", address, program)
    parts = split(secret)
    if parts is not None:
        found = app_password_by_prefix(
            parts[0], instance_id=instance_id, product=product, address=address, moment=moment
        )
        if found is not None:
            reason = _fault_of(found, login, parts[1], product)
            if reason:
                raise refused(reason, login, secret, door, person_id=found.person_id)
            return _admitted(found.person_id, found.place, product, door, found=found)
    person = person_by_login(folded(login)[:254], instance_id=instance_id, product=product, moment=moment)
    person = _verified(person, login, secret, door)
    return _admitted(person.person_id, person.place, product, door)


def _fault_of(found: FoundPassword, login: str, secret: str, product: str) -> str:
    """Why this application password opens nothing here; empty when it does."""
    right = is_equal(found.digest, digest_of(secret, key=settings.MAZOT_CREDENTIAL_KEY))
    faults = (
        ("wrong_password", not right),
        ("wrong_login", login != found.login and not _is_or_was(found, folded(login))),
        ("revoked", found.is_revoked),
        ("expired", found.is_expired),
        ("blocked", not found.is_active),
        ("scope", not found.scopes & {"*", product, f"{product}:read"}),
    )
    return next((reason for reason, applies in faults if applies), "")


def _is_or_was(found: FoundPassword, login: str) -> bool:
    """Whether the person is called so, or was: the programs of somebody who changes their identifier go on."""
    return login == found.login or was_called(found.person_id, login)


def _verified(person: FoundPerson | None, login: str, secret: str, door: Door) -> FoundPerson:
    """The person if this is their password and may be used here; the slow part happens once a minute."""
    name = folded(login)[:254]
    if len(secret) > LONGEST_PASSWORD:
        raise refused("too_long", login, "", door)
    stored = person.password if person and person.is_active else None
    state = (person.person_id, person.has_second_factor, person.is_forbidden, person.ended_sessions) if person else ()
    answer = VERIFIER.known(secret, stored, name, *state)
    if answer is None:
        check_pace(name, address=door.address)
        answer = VERIFIER.verify(secret, stored, name, *state)
        if answer and person and not (person.has_second_factor or person.is_forbidden):
            forgive(name, address=door.address)
            record_login(name, door, reason="password", person_id=person.person_id, once_in=timedelta(days=1))
    if person is None:
        raise refused("unknown_login", login, secret, door)
    faults = (
        ("blocked", not person.is_active),
        ("wrong_password", not answer),
        ("two_factor_is_on", person.has_second_factor),
        ("organization_forbids", person.is_forbidden),
    )
    if reason := next((reason for reason, applies in faults if applies), ""):
        raise refused(reason, login, secret, door, person_id=person.person_id)
    return person


def _admitted(
    person_id: UUID, place: Place | None, product: str, door: Door, *, found: FoundPassword | None = None
) -> Admitted:
    if place is None:
        raise NotFound("not_found")
    # The grants are those of this product, so the actor opens no other.
    reads = found is not None and not found.scopes & {"*", product}
    actor = Actor(
        person_id=person_id,
        organization_id=place.organization_id,
        role=place.role,
        membership_id=place.membership_id,
        via=door.via,
        address=door.address,
        scopes=frozenset({f"{product}:read" if reads else product}),
        folder_id=found.folder_id if found else None,
        grants=place.grants,
    )
    return Admitted(
        actor=actor,
        instance_id=place.instance_id,
        may_use=_may_use(actor, product, place.instance_id),
        has_plan=place.has_plan,
        features=place.features,
        limits=place.limits,
        app_password_id=found.id if found else None,
        use_is_due=found is not None and not found.use_is_noted,
        program=door.program,
    )


def _may_use(actor: Actor, product: str, instance_id: UUID) -> bool:
    if actor.manages_organization:
        return True
    offered = offer_of(product)
    use = next((right for right in offered.rights if right.key == f"{product}.use"), None) if offered else None
    return use is not None and holds_among(actor.grants or (), use, instance_id)


def note_use(admitted: Admitted) -> None:
    """Write down when, from where and by which program an application password was used; after the answer."""
    if admitted.app_password_id is None:
        return
    AppPassword.objects.filter(id=admitted.app_password_id).update(
        last_used_at=clock.now(),
        last_used_from=admitted.actor.address[:45],
        last_used_by=admitted.program[:120],
    )


def refused(reason: str, login: str, secret: str, door: Door, *, person_id: UUID | None = None) -> SignInRefused:
    """Write down a try that failed; guesses also slow the side they come from."""
    if reason in GUESSES:
        count_failure(login, secret, address=door.address)
    record_login(login, door, reason=reason, person_id=person_id, succeeded=False, once_in=TOLD_AGAIN_AFTER)
    return SignInRefused(reason)


def record_login(
    login: str,
    door: Door,
    *,
    reason: str,
    person_id: UUID | None = None,
    succeeded: bool = True,
    once_in: timedelta | None = None,
    is_known_device: bool = False,
) -> LoginEvent | None:
    """Add a line to the login history, unless the same one was added a moment ago or a flood fills the hour."""
    moment = clock.now()
    name = folded(login)[:254]
    same = LoginEvent.objects.filter(
        login=name, person_id=person_id, via=door.via, address=door.address[:45], reason=reason, succeeded=succeeded
    )
    if once_in is not None and same.filter(at__gt=moment - once_in).exists():
        return None
    if (
        not succeeded
        and LoginEvent.objects.filter(person_id=person_id, succeeded=False, at__gt=moment - timedelta(hours=1))[
            :TOLD_AN_HOUR
        ].count()
        >= TOLD_AN_HOUR
    ):
        return None
    event = LoginEvent(
        person_id=person_id,
        login=name,
        via=door.via,
        succeeded=succeeded,
        reason=reason,
        address=door.address[:45],
        program=door.program[:200],
        at=moment,
    )
    with transaction.atomic():
        is_new_place = succeeded and not is_known_device and is_from_a_new_place(event)
        event.save(force_insert=True)
        _notice(event, is_new_place=is_new_place)
    return event


def _notice(event: LoginEvent, *, is_new_place: bool) -> None:
    """Have a letter written where the person asked for it; one an hour about failures, however many there are."""
    wanted = Person.objects.filter(id=event.person_id).values_list("notices", flat=True).first() or {}
    is_new_place = is_new_place and wanted.get("places", True)  # the one letter that nobody has to ask for
    if not is_new_place and not wanted.get("logins" if event.succeeded else "failures"):
        return
    told = FactRow.objects.filter(person_id=event.person_id, kind=LoginNoticed.kind(), details__succeeded=False)
    if not event.succeeded and told.filter(at__gt=event.at - timedelta(hours=1)).exists():
        return
    actor = Actor(event.person_id, None, None, via=event.via, address=event.address)
    tell(actor, LoginNoticed(event.id, succeeded=event.succeeded, is_new_place=is_new_place))


def end_verifications(person: Person) -> None:
    """Have programs that use the account password verified anew; called when the person signs out."""
    Person.objects.filter(id=person.id).update(ended_sessions=F("ended_sessions") + 1)


def forget_old_logins(*, keep: timedelta) -> int:
    """Remove the login history older than this."""
    return LoginEvent.objects.filter(at__lt=clock.now() - keep).delete()[0]
