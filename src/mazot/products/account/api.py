# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a program does with the account of whoever made its token; it never makes a secret."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Router, Schema, Status

from mazot.exchange.api import actor_of, opens
from mazot.tenancy.actions.app_passwords import revoke_app_password
from mazot.tenancy.actions.profile import set_profile
from mazot.tenancy.actions.tokens import revoke_token
from mazot.tenancy.models import Person
from mazot.tenancy.queries.people import app_password_for, app_passwords_for, person_for
from mazot.tenancy.queries.tokens import token_for, tokens_for

router = Router()
ROUTERS = (("Account", router),)


class Profile(Schema):
    id: UUID
    login: str
    given_name: str
    family_name: str
    time_zone: str
    tint: int
    language: str


class ProfileChange(Schema):
    given_name: str | None = None
    family_name: str | None = None
    time_zone: Annotated[str, Field(max_length=64)] | None = None
    tint: Annotated[int, Field(ge=1, le=8)] | None = None


class Credential(Schema):
    """An application password or a token, never its secret."""

    id: UUID
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


def shape(person: Person) -> dict[str, Any]:
    names = ("id", "login", "given_name", "family_name", "time_zone", "tint", "language")
    return {name: getattr(person, name) for name in names}


def credential(row: Any) -> dict[str, Any]:
    names = ("id", "name", "scopes", "created_at", "expires_at", "last_used_at")
    return {name: getattr(row, name) for name in names}


@router.get("/me", response=Profile, auth=opens("profile:read"), operation_id="get_profile")
def get_me(request: Any) -> Any:
    """The maker of the token."""
    return shape(person_for(actor_of(request)))


@router.patch("/me", response=Profile, auth=opens("profile"), operation_id="change_profile")
def patch_me(request: Any, change: ProfileChange) -> Any:
    """Change one's names, time zone and colour; what is left out stays."""
    actor = actor_of(request)
    person = person_for(actor)
    said = {name: value for name, value in change.dict(exclude_unset=True).items() if value is not None}
    now = {name: getattr(person, name) for name in ("given_name", "family_name", "time_zone", "tint")}
    return shape(set_profile(actor, person, **(now | said)))


@router.get(
    "/me/application-passwords",
    response=list[Credential],
    auth=opens("profile:read"),
    operation_id="list_application_passwords",
)
def list_app_passwords(request: Any) -> Any:
    """The application passwords that still open something."""
    return [credential(row) for row in app_passwords_for(actor_of(request))]


@router.delete(
    "/me/application-passwords/{uuid:app_password_id}",
    response={204: None},
    auth=opens("profile"),
    operation_id="revoke_application_password",
)
def delete_app_password(request: Any, app_password_id: UUID) -> Any:
    """End an application password, from its next use on."""
    actor = actor_of(request)
    revoke_app_password(actor, app_password_for(actor, app_password_id))
    return Status(204, None)


@router.get("/me/tokens", response=list[Credential], auth=opens("profile:read"), operation_id="list_tokens")
def list_tokens(request: Any) -> Any:
    """One's own tokens, in each organization."""
    return [credential(row) for row in tokens_for(actor_of(request))]


@router.delete("/me/tokens/{uuid:token_id}", response={204: None}, auth=opens("profile"), operation_id="revoke_token")
def delete_token(request: Any, token_id: UUID) -> Any:
    """End a token of one's own; a token may end itself."""
    actor = actor_of(request)
    revoke_token(actor, token_for(actor, token_id))
    return Status(204, None)
