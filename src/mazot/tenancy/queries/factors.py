# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who among many has a second factor (recovery codes alone are none)."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from mazot.tenancy.models import Membership

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def second_factor() -> Exists:
    """Whether the member of the row has a second factor."""
    return Exists(Authenticator.objects.filter(user_id=OuterRef("person_id"), type__in=FACTORS))


def without_second_factor(members: QuerySet[Membership]) -> QuerySet[Membership]:
    return members.filter(~second_factor())
