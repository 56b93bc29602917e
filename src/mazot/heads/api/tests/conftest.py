# SPDX-License-Identifier: AGPL-3.0-or-later
"""A program with a token, as it meets the API: no cookies, JSON in and out."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from mazot.tenancy.actions.tokens import make_token
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Person
from mazot.tenancy.scopes import scope_keys

EVERYTHING = tuple(scope_keys(of_organization=False))


@dataclass
class Program:
    """Calls the API; without a token it sends none."""

    token: str = ""
    client: Client = field(default_factory=Client)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, f"/api/v1{path}", content, content_type="application/json", headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, {} if body is None else body, **headers)


def program(actor: Actor, *scopes: str) -> Program:
    """A program with a token of this person."""
    person = Person.objects.get(id=actor.person_id)
    return Program(make_token(actor, person, name="Script", scopes=scopes or EVERYTHING)[1])


@pytest.fixture
def malik_id(cast) -> str:
    return str(cast.malik.membership_id)
