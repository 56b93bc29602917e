# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each operation of the API against each person of the cast, and against a token without its scope."""

from typing import Any

import pytest
from django.db import transaction

from mazot.exchange.api import Opens
from mazot.heads.api.app import operations
from mazot.heads.api.tests.conftest import EVERYTHING, Program, program
from mazot.tenancy.actions.app_passwords import make_app_password
from mazot.tenancy.actions.tokens import make_token
from mazot.tenancy.models import Membership
from tests.architecture.test_permissions import staff
from tests.cast import Cast

MANAGERS = "olive adam"
STAFF = "olive adam malik"
MEMBERS = "olive adam malik gaia"
EVERYBODY = "olive adam malik gaia otto"  # about no single thing of Mimosa: each in their own organization
OPERATIONS = {
    "list_members": EVERYBODY,
    "get_member": STAFF,
    "change_role": MANAGERS,
    "block_member": MANAGERS,
    "unblock_member": MANAGERS,
    "remove_member": MANAGERS,
    "restore_member": MANAGERS,
    "list_invitations": EVERYBODY,
    "invite": f"{MANAGERS} otto",
    "resend_invitation": MANAGERS,
    "revoke_invitation": MANAGERS,
    "list_teams": EVERYBODY,
    "make_team": f"{MANAGERS} otto",
    "get_team": STAFF,
    "change_team": MANAGERS,
    "remove_team": MANAGERS,
    "list_team_members": STAFF,
    "add_to_team": MANAGERS,
    "take_from_team": MANAGERS,
    "list_member_grants": MANAGERS,
    "list_team_grants": MANAGERS,
    "grant_to_member": MANAGERS,
    "grant_to_team": MANAGERS,
    "take_grant": MANAGERS,
    "explain": STAFF,
    "list_products": EVERYBODY,
    "list_product_members": MEMBERS,
    "get_organization": EVERYBODY,
    "change_organization": f"{MANAGERS} otto",
    "set_contacts": f"{MANAGERS} otto",
    "list_activity": f"{MANAGERS} otto",
    "list_webhooks": f"{MANAGERS} otto",
    "add_webhook": f"{MANAGERS} otto",
    "end_webhook": MANAGERS,
    "test_webhook": MANAGERS,
    "list_deliveries": MANAGERS,
    "send_again": MANAGERS,
    "get_profile": EVERYBODY,
    "change_profile": EVERYBODY,
    "list_application_passwords": EVERYBODY,
    "revoke_application_password": "malik",
    "list_tokens": EVERYBODY,
    "revoke_token": "malik",
}
BODIES: dict[str, Any] = {
    "change_role": {"role": "external"},
    "invite": {"address": "lea@people.example", "role": "external"},
    "make_team": {"name": "Brass"},
    "change_team": {"name": "Low strings"},
    "grant_to_member": {"rights": ["drive.use"], "category": "drive"},
    "grant_to_team": {"rights": ["drive.use"], "category": "drive"},
    "change_organization": {"tint": 4},
    "set_contacts": {"contacts": []},
    "add_webhook": {"url": "https://example.org/other"},
    "change_profile": {"tint": 4},
}


def declared() -> dict[str, tuple[str, str, str]]:
    """Each operation's method, path and scope."""
    api, found = operations(), {}
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for one in view.operations:
                scope = next(auth.scope for auth in one.auth_callbacks if isinstance(auth, Opens))
                found[one.operation_id] = (one.methods[0], path.replace("uuidstr:", "").replace("uuid:", ""), scope)
    return found


def address(cast: Cast, name: str, path: str) -> tuple[str, Any]:
    parts = staff(cast, "manager:team" if "team" in name else name)
    malik = Membership.objects.get(person=cast.people.malik)
    member = Membership.objects.get(person=cast.people.basil) if name == "restore_member" else malik
    password, _secret = make_app_password(cast.malik, cast.people.malik, name="P", scopes=["drive"])
    token, _secret = make_token(cast.malik, cast.people.malik, name="T", scopes=["people:read"])
    own = {"app_password_id": password.id, "token_id": token.id, "member_id": member.id, "product_id": cast.drive.id}
    body = BODIES.get(name, {"members": [str(malik.id)]} if name == "add_to_team" else {})
    return path.format(**(parts | own)), body


def test_the_table_has_every_operation_and_no_other() -> None:
    assert set(OPERATIONS) == set(declared())


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_an_operation_answers_those_of_the_table_and_otto_finds_nothing(cast: Cast, name: str) -> None:
    method, path, _scope = declared()[name]
    where, body = address(cast, name, path)
    answered, expected = set(), OPERATIONS[name].split()
    for who in ("olive", "adam", "malik", "gaia", "otto"):
        caller = program(getattr(cast, who))
        with transaction.atomic():
            answer = caller.call(method, where, body)
            transaction.set_rollback(True)
        assert answer.status_code < 500, answer.content
        if answer.status_code < 300:
            answered.add(who)
        else:
            assert answer.status_code in (403, 404), (who, answer.content)
        if who == "otto" and who not in expected:
            assert answer.status_code == 404, answer.content
    assert answered == set(expected)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_a_token_with_every_scope_but_this_one_is_refused(cast: Cast, name: str) -> None:
    method, path, scope = declared()[name]
    where, body = address(cast, name, path)
    area, _colon, read = scope.partition(":")
    others = [one for one in EVERYTHING if one.partition(":")[0] != area]
    if not read:
        others.append(f"{area}:read")
    answer = program(cast.olive, *others).call(method, where, body)
    assert (answer.status_code, answer.json()["reason"]) == (403, "scope")
    assert Program().call(method, where, body).status_code == 401
