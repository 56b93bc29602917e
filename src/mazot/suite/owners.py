# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first person of an organization, made from the command line."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from mazot.foundation.errors import Invalid
from mazot.tenancy.actions.organizations import create_organization
from mazot.tenancy.actions.people import register_person
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Organization
from mazot.tenancy.queries.actors import actor_for_person


def create(
    login: str, password: str, organization: str, *, given_name: str, family_name: str, language: str
) -> Organization:
    """Make both, or neither."""
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid("weak_password", " ".join(error.messages), field="password") from error
    password_hash = make_password(password)
    system = Actor.system(None, because="an owner was created from the command line")
    with transaction.atomic():
        person = register_person(
            system,
            login,
            given_name=given_name,
            family_name=family_name,
            password_hash=password_hash,
            language=language,
        )
        return create_organization(actor_for_person(person, via="command"), person, name=organization)
