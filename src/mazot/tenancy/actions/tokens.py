# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make and revoke the tokens by which programs use the API as one member of one organization."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotAllowed, NotFound
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.tenancy.actions.members import lock_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.facts import TokenMade, TokenRevoked
from mazot.tenancy.limits import TOKENS_OF_A_PERSON, TOKENS_OF_AN_ORGANIZATION, check_room, checked_name
from mazot.tenancy.manage import MANAGE_CONNECTIONS, require_self
from mazot.tenancy.models import ApiToken, Organization, Person
from mazot.tenancy.rights import action
from mazot.tenancy.rules.secrets import PREFIX_LETTERS, SECRET_LETTERS, digest_of, written_token
from mazot.tenancy.scopes import checked_token_scopes


@action(needs=None)
def make_token(
    actor: Actor, person: Person, *, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token of one's own for the organization one acts in; the secret is in the answer and nowhere else."""
    require_self(actor, person)
    if actor.organization_id is None:
        raise NotFound("not_found")
    lock_organization(actor, actor.organization_id)
    mine = ApiToken.objects.filter(membership_id=actor.membership_id, of_organization=False, revoked_at__isnull=True)
    check_room(mine.count(), limit=TOKENS_OF_A_PERSON, field="name")
    return _make(actor, actor.organization_id, name, scopes, expires_at, of_organization=False)


@action(needs=MANAGE_CONNECTIONS)
def make_organization_token(
    actor: Actor, organization: Organization, *, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token that everybody who manages the organization sees and can end; it acts as its maker."""
    _require_presence(actor)
    organization = lock_organization(actor, organization.id)
    live = ApiToken.objects.filter(organization=organization, of_organization=True, revoked_at__isnull=True)
    check_room(live.count(), limit=TOKENS_OF_AN_ORGANIZATION, field="name")
    return _make(actor, organization.id, name, scopes, expires_at, of_organization=True)


@action(needs=None)
def revoke_token(actor: Actor, token: ApiToken) -> ApiToken:
    """End a token of one's own from its next use on."""
    found = _live(token.id)
    require_self(actor, found.membership.person, scope="profile")
    return _revoke(actor, found)


@action(needs=MANAGE_CONNECTIONS)
def revoke_organization_token(actor: Actor, token: ApiToken) -> ApiToken:
    """End a token of the organization, whoever made it."""
    _require_presence(actor)
    found = _live(token.id)
    if not found.of_organization or found.organization_id != actor.organization_id:
        raise NotFound("not_found")
    return _revoke(actor, found)


def _require_presence(actor: Actor) -> None:
    """A token makes and ends no token of the organization: else a narrow one would open itself more."""
    if not actor.is_system and "*" not in actor.scopes:
        raise NotAllowed("scope", _("A token or an application password makes and ends no tokens."))


def _make(
    actor: Actor,
    organization_id: UUID,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None,
    *,
    of_organization: bool,
) -> tuple[ApiToken, str]:
    moment = clock.now()
    if expires_at is not None and expires_at <= moment:
        raise Invalid("in_the_past", _("This moment is over; choose a later one."), field="expires_at")
    prefix, secret = new_secret(letters=PREFIX_LETTERS), new_secret(letters=SECRET_LETTERS)
    made = ApiToken(
        membership_id=actor.membership_id,
        organization_id=organization_id,
        of_organization=of_organization,
        name=checked_name(name, field="name", limit=80),
        prefix=prefix,
        digest=digest_of(secret, key=settings.MAZOT_CREDENTIAL_KEY),
        scopes=checked_token_scopes(scopes, of_organization=of_organization),
        created_at=moment,
        expires_at=expires_at,
    )
    made.save(force_insert=True)
    tell(actor, TokenMade(made.id, name=made.name))
    return made, written_token(prefix, secret)


def _live(token_id: UUID) -> ApiToken:
    found = (
        ApiToken.objects.select_for_update(of=("self",))
        .select_related("membership__person")
        .filter(id=token_id, revoked_at__isnull=True)
        .first()
    )
    if found is None:
        raise NotFound("not_found")
    return found


def _revoke(actor: Actor, token: ApiToken) -> ApiToken:
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    tell(actor, TokenRevoked(token.id, name=token.name))
    return token
