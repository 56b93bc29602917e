# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make and revoke the passwords that programs sign in with."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Invalid, NotFound
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_secret
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import offer_of
from mazot.tenancy.facts import AllAppPasswordsRevoked, AllTokensRevoked, AppPasswordMade, AppPasswordRevoked
from mazot.tenancy.limits import APP_PASSWORDS_OF_A_PERSON, check_room, checked_name
from mazot.tenancy.manage import require_self
from mazot.tenancy.models import ApiToken, AppPassword, Person
from mazot.tenancy.rights import action
from mazot.tenancy.rules.secrets import PREFIX_LETTERS, SECRET_LETTERS, digest_of, written


@action(needs=None)
def make_app_password(
    actor: Actor,
    person: Person,
    *,
    name: str,
    scopes: Iterable[str],
    folder_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> tuple[AppPassword, str]:
    """Make a password for one program; the secret is in the answer and nowhere else, ever."""
    require_self(actor, person)
    person = Person.objects.select_for_update().get(id=person.id)
    live = AppPassword.objects.filter(person=person, revoked_at__isnull=True)
    check_room(live.count(), limit=APP_PASSWORDS_OF_A_PERSON, field="name")
    moment = clock.now()
    if expires_at is not None and expires_at <= moment:
        raise Invalid("in_the_past", _("This moment is over; choose a later one."), field="expires_at")
    prefix, secret = new_secret(letters=PREFIX_LETTERS), new_secret(letters=SECRET_LETTERS)
    made = AppPassword(
        person=person,
        name=checked_name(name, field="name", limit=80),
        prefix=prefix,
        digest=digest_of(secret, key=settings.MAZOT_CREDENTIAL_KEY),
        scopes=_checked_scopes(scopes),
        folder_id=folder_id,
        created_at=moment,
        expires_at=expires_at,
    )
    made.save(force_insert=True)
    tell(actor, AppPasswordMade(made.id, name=made.name))
    return made, written(prefix, secret)


@action(needs=None)
def revoke_app_password(actor: Actor, app_password: AppPassword) -> AppPassword:
    """End one application password from its next use on."""
    found = (
        AppPassword.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(id=app_password.id, revoked_at__isnull=True)
        .first()
    )
    if found is None:
        raise NotFound("not_found")
    require_self(actor, found.person, scope="profile")
    found.revoked_at = clock.now()
    found.save(update_fields=["revoked_at"])
    tell(actor, AppPasswordRevoked(found.id, name=found.name))
    return found


@action(needs=None)
def revoke_every_app_password(actor: Actor, person: Person) -> int:
    """End all application passwords of a person; the answer is how many there were."""
    require_self(actor, person)
    live = AppPassword.objects.filter(person=person, revoked_at__isnull=True)
    count = live.update(revoked_at=clock.now())
    if count:
        tell(actor, AllAppPasswordsRevoked(person.id, count=count))
    return count


@action(needs=None)
def revoke_every_token(actor: Actor, person: Person) -> int:
    """End all API tokens that a person has made, in every organization; the answer is how many there were."""
    require_self(actor, person)
    count = ApiToken.objects.filter(membership__person=person, revoked_at__isnull=True).update(revoked_at=clock.now())
    if count:
        tell(actor, AllTokensRevoked(person.id, count=count))
    return count


def _checked_scopes(scopes: Iterable[str]) -> list[str]:
    """Scopes as they are kept: "drive" or "drive:read", each once, the wider one of two."""
    wanted = set(scopes)
    for scope in wanted:
        product, _colon, only = scope.partition(":")
        if only not in ("", "read") or offer_of(product) is None:
            raise Invalid("unknown_scope", _("There is no such product to open."), field="scopes", scope=scope)
    if not wanted:
        raise Invalid("no_scope", _("Choose at least one product that this password opens."), field="scopes")
    return sorted(scope for scope in wanted if scope.partition(":")[0] not in wanted - {scope})
