# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a program's name and password open, read in one statement: it runs at each request of every DAV client."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from mazot.tenancy.actor import Held

USE_IS_NOTED_EVERY = timedelta(minutes=1)

# The place is the product instance of the address, with the person's membership in its organization and the grants
# that reach it. What is missing there is null, and the caller tells a stranger nothing about it.
_PLACE = """i.id, i.organization_id, m.id, m.role, i.plan_id, l.features, l.limits, g.id, g.instance_id, g.rights,
    g.team_id"""
_JOINS = """
LEFT JOIN tenancy_productinstance i ON i.id = %s AND i.product = %s AND i.ended_at IS NULL
LEFT JOIN tenancy_membership m ON m.organization_id = i.organization_id AND m.person_id = p.id
    AND m.blocked_at IS NULL AND m.removed_at IS NULL
LEFT JOIN tenancy_plan l ON l.id = i.plan_id
LEFT JOIN tenancy_grant g ON g.organization_id = m.organization_id AND g.product = i.product
    AND m.role NOT IN ('legal_representative', 'administrator')
    AND (g.instance_id IS NULL OR g.instance_id = i.id)
    AND (g.membership_id = m.id
         OR g.team_id IN (SELECT t.team_id FROM tenancy_teammember t WHERE t.membership_id = m.id))"""

_BY_PREFIX = f"""SELECT p.id, p.login, p.is_active, a.id, a.digest, a.scopes, a.folder_id, a.revoked_at IS NOT NULL,
    a.expires_at <= %s, a.last_used_at > %s AND a.last_used_from = %s, {_PLACE}
FROM tenancy_apppassword a JOIN tenancy_person p ON p.id = a.person_id {_JOINS}
WHERE a.prefix = %s"""  # noqa: S608 - constants only

_BY_LOGIN = f"""SELECT p.id, p.login, p.is_active, p.password, p.ended_sessions,
    EXISTS (SELECT 1 FROM mfa_authenticator f WHERE f.user_id = p.id AND f.type IN ('totp', 'webauthn')),
    EXISTS (SELECT 1 FROM tenancy_membership n JOIN tenancy_organization o ON o.id = n.organization_id
        WHERE n.person_id = p.id AND n.blocked_at IS NULL AND n.removed_at IS NULL
        AND (o.two_factor_from <= %s OR NOT o.allows_account_password_on_dav)), {_PLACE}
FROM tenancy_person p {_JOINS}
WHERE p.login = %s"""  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands towards the product instance of an address."""

    instance_id: UUID
    organization_id: UUID
    membership_id: UUID
    role: str
    has_plan: bool
    features: dict[str, Any]
    limits: dict[str, Any]
    grants: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class FoundPassword:
    """An application password as its prefix names it; the digest is still to be compared."""

    person_id: UUID
    login: str
    is_active: bool
    id: UUID
    digest: str
    scopes: frozenset[str]
    folder_id: UUID | None
    is_revoked: bool
    is_expired: bool
    use_is_noted: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person as their login names them; the password is still to be verified."""

    person_id: UUID
    login: str
    is_active: bool
    password: str
    ended_sessions: int
    has_second_factor: bool
    is_forbidden: bool  # an organization of theirs lets no account password in
    place: Place | None


def app_password_by_prefix(
    prefix: str, *, instance_id: UUID, product: str, address: str, moment: datetime
) -> FoundPassword | None:
    """The application password with this prefix and its person's place at the instance."""
    since = _time(moment - USE_IS_NOTED_EVERY)
    rows = _rows(_BY_PREFIX, [_time(moment), since, address, _id(instance_id), product, prefix])
    if not rows:
        return None
    row = rows[0]
    return FoundPassword(
        person_id=_uuid(row[0]),
        login=row[1],
        is_active=bool(row[2]),
        id=_uuid(row[3]),
        digest=row[4],
        scopes=frozenset(_json(row[5])),
        folder_id=_uuid(row[6]) if row[6] else None,
        is_revoked=bool(row[7]),
        is_expired=bool(row[8]),
        use_is_noted=bool(row[9]),
        place=_place(rows, 10, product),
    )


def person_by_login(login: str, *, instance_id: UUID, product: str, moment: datetime) -> FoundPerson | None:
    """The person with this login, what decides on their account password, and their place at the instance."""
    rows = _rows(_BY_LOGIN, [_time(moment), _id(instance_id), product, login])
    if not rows:
        return None
    row = rows[0]
    return FoundPerson(
        person_id=_uuid(row[0]),
        login=row[1],
        is_active=bool(row[2]),
        password=row[3],
        ended_sessions=row[4],
        has_second_factor=bool(row[5]),
        is_forbidden=bool(row[6]),
        place=_place(rows, 7, product),
    )


def _place(rows: Sequence[Sequence[Any]], start: int, product: str) -> Place | None:
    instance, organization, membership, role, plan, features, limits = rows[0][start : start + 7]
    if instance is None or membership is None:
        return None
    return Place(
        instance_id=_uuid(instance),
        organization_id=_uuid(organization),
        membership_id=_uuid(membership),
        role=role,
        has_plan=plan is not None,
        features=_json(features) if features else {},
        limits=_json(limits) if limits else {},
        grants=tuple(_held(row[start + 7 : start + 11], product) for row in rows if row[start + 7] is not None),
    )


def _held(columns: Sequence[Any], product: str) -> Held:
    grant, instance, rights, team = columns
    return Held(
        product=product,
        instance_id=_uuid(instance) if instance else None,
        rights=frozenset(_json(rights)),
        grant_id=_uuid(grant),
        team_id=_uuid(team) if team else None,
    )


def _rows(statement: str, values: list[Any]) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


# SQLite keeps identifiers as 32 letters and times as text; PostgreSQL has types for both.
def _id(value: UUID) -> Any:
    return value if connection.features.has_native_uuid_field else value.hex


def _time(value: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(value)


def _uuid(value: Any) -> UUID:
    return value if isinstance(value, UUID) else UUID(hex=value)


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value
