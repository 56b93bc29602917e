# SPDX-License-Identifier: AGPL-3.0-or-later
"""Schemathesis over the API's own document: nothing that is sent makes a fault, and every answer is one it announces.

Three programs ask: one that may do everything its maker may, one that may only read, one without a token. Every
request meets the same world, because what it changed is rolled back; half of the ids are of things that exist.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis.config import (
    ChecksConfig,
    GenerationConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.config._checks import PositiveDataAcceptanceConfig, SimpleCheckConfig

from mazot.heads.api.tests.conftest import EVERYTHING, program
from mazot.tenancy.actions.app_passwords import make_app_password
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.invitations import invite_person
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.actions.webhooks import add_webhook, test_webhook
from mazot.tenancy.models import ApiToken, Grant, Membership
from tests.cast import Cast, member, person_named
from tests.sizes import cases

READING = tuple(scope for scope in EVERYTHING if scope.endswith(":read"))
CALLERS = {
    "everything": (EVERYTHING, ("GET", "POST", "PUT", "PATCH", "DELETE")),
    "reading": (READING, ("GET",)),
    "nobody": ((), ()),
}
EXAMPLES = (
    cases(few=3, full=12) if connection.vendor == "sqlite" else cases(few=1, full=3)
)  # what a document announces asks little of a database


def furnished(cast: Cast) -> dict[str, list[str]]:
    """Something behind every address of the document: the parameter's name and what exists (or is the rival's)."""
    olive, mimosa, drive = cast.olive, cast.mimosa, cast.drive
    malik = Membership.objects.get(id=cast.malik.membership_id)
    gone = member(mimosa, person_named("nadia"), "collaborator")
    start_leaving(olive, gone)
    team = make_team(olive, mimosa, name="Strings", members=[malik])
    grants = grant_rights(olive, team, rights=["drive.use"], instances=[drive])
    invitation, _token = invite_person(olive, mimosa, address="new@people.example", role="collaborator")
    webhook, _secret = add_webhook(olive, mimosa, url="https://example.org/hook", facts=["*"])
    letter = test_webhook(olive, webhook)
    kept, _secret = make_app_password(olive, cast.people.olive, name="Joplin", scopes=["drive"])
    otto = Membership.objects.get(id=cast.otto.membership_id)
    found = {
        "member_id": [malik.id, cast.adam.membership_id, cast.olive.membership_id, gone.id, otto.id],
        "team_id": [team.id],
        "grant_id": [grants[0].id, Grant.objects.filter(membership=malik).values_list("id", flat=True)[0]],
        "product_id": [drive.id, cast.rival_drive.id],
        "invitation_id": [invitation.id],
        "webhook_id": [webhook.id],
        "delivery_id": [letter.id],
        "app_password_id": [kept.id],
        "token_id": list(ApiToken.objects.values_list("id", flat=True)),
    }
    found["leader_id"] = found["members"] = found["member_id"][:3]
    found["products"] = found["product_id"]
    found |= {"rights": ["drive.use", "*"], "category": ["drive"], "facts": ["*"]}
    found |= {"address": ["next@people.example"], "url": ["https://example.net/hook"]}
    return {name: [str(one) for one in several] for name, several in found.items()}


def with_what_exists(document: dict[str, Any], known: dict[str, list[str]]) -> dict[str, Any]:
    """The document again, that offers what exists (or would be taken) as often as anything."""
    document = copy.deepcopy(document)
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                widen(parameter["schema"], known.get(parameter["name"]))
    for name in ("TeamChange", "NewTeam", "Newcomers", "NewGrant", "NewWebhook", "NewInvitation"):
        for field, shape in document["components"]["schemas"][name]["properties"].items():
            widen(shape, known.get(field))
    document["components"]["schemas"]["NewGrant"]["example"] = {"rights": ["drive.use"], "category": "drive"}
    return document


def widen(shape: dict[str, Any], known: list[str] | None) -> None:
    """Offer what is known beside what the shape allows, where it is a text, may be one, or is a list of them."""
    for one in (shape, *shape.get("anyOf", ()), shape.get("items", {})):
        if known and one.get("type") == "string":
            kept = dict(one)
            one.clear()
            one["anyOf"] = [{"enum": known}, kept]


@dataclass
class Caller:
    """A program, and the methods by which it may get anything done."""

    token: str
    methods: tuple[str, ...]


@pytest.fixture(params=CALLERS)
def caller(request: pytest.FixtureRequest, cast: Cast) -> Caller:
    scopes, methods = CALLERS[request.param]
    return Caller(program(cast.olive, *scopes).token if scopes else "", methods)


@pytest.fixture
def document(request: pytest.FixtureRequest, cast: Cast, caller: Caller) -> Iterator[Any]:
    request.node._nodeid = request.node.nodeid  # schemathesis 4.32 asks for the name that pytest 9 no longer keeps
    generation = GenerationConfig(max_examples=EXAMPLES, deterministic=True, with_security_parameters=False)
    told = json.loads(Client().get("/api/v1/openapi.json").content)
    # A document cannot say every rule of the house: 422 answers also what has the shape that it gives, 400 a NUL.
    accepted = PositiveDataAcceptanceConfig(expected_statuses=["2xx", 400, 401, 403, 404, 409, 422])
    project = ProjectConfig(
        generation=generation,
        # Its own try without a token takes ours along; the caller "nobody" is that try.
        checks=ChecksConfig(positive_data_acceptance=accepted, ignored_auth=SimpleCheckConfig(enabled=False)),
        headers={"Authorization": f"Bearer {caller.token}"} if caller.token else None,
    )
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    schema = schemathesis.openapi.from_dict(with_what_exists(told, furnished(cast)), config=config)
    schema.app = get_wsgi_application()
    schema.location = "/api/v1/openapi.json"
    # As in Django's own test client: the end of a request leaves the connection, and with it the world, open.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schema
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


api = schemathesis.pytest.from_fixture("document")


@pytest.mark.slow
@pytest.mark.django_db
@api.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_document_announces(case: Any, caller: Caller) -> None:
    """Hundreds of requests of each caller, some two thousand of them in full."""
    with transaction.atomic():
        response = case.call()
        transaction.set_rollback(True)
    case.validate_response(response)
    assert response.status_code >= 400 or case.method in caller.methods
