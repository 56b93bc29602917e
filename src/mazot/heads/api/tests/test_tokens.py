# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

import pytest

from mazot.foundation.errors import NotAllowed, NotFound
from mazot.heads.api.tests.conftest import EVERYTHING, Program, program
from mazot.tenancy.actions.app_passwords import revoke_every_token
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.members import block_member, change_role
from mazot.tenancy.actions.organizations import set_security
from mazot.tenancy.actions.tokens import (
    make_organization_token,
    make_token,
    revoke_organization_token,
    revoke_token,
)
from mazot.tenancy.models import ApiToken, LoginEvent, Membership
from mazot.tenancy.rules.windows import WRITES_A_MINUTE

pytestmark = pytest.mark.django_db


def test_a_token_is_kept_as_a_digest_and_shown_once(cast):
    token, shown = make_token(cast.malik, cast.people.malik, name="Backup", scopes=["people:read"])
    assert shown.startswith("mazot_")
    assert shown[14:] not in (token.digest, token.prefix)
    assert Program(shown).get("/members").status_code == 200
    token.refresh_from_db()
    assert token.last_used_from == "127.0.0.1"


def test_only_a_bearer_token_opens_the_api(cast, signed_in):
    browser = signed_in(cast.olive)
    for answer in (
        browser.get("/api/v1/members"),
        Program().get("/members"),
        Program("mazot_nonsense").get("/members"),
    ):
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert "set-cookie" not in answer


def test_a_narrow_token_opens_nothing_beside_its_scope(cast, malik_id):
    narrow = program(cast.olive, "organization", "people:read")
    assert narrow.post(f"/members/{malik_id}/block").status_code == 403
    assert narrow.post("/webhooks", {"url": "https://example.org/"}).status_code == 403
    assert narrow.get("/me").json()["reason"] == "scope"
    assert Membership.objects.get(id=malik_id).blocked_at is None


def test_a_scope_is_enforced_by_the_deed_as_well(cast):
    from dataclasses import replace

    member = Membership.objects.get(id=cast.malik.membership_id)
    for scopes in ({"organization"}, {"people:read"}, {"drive"}, {"webhooks", "products", "profile"}):
        with pytest.raises(NotAllowed):
            block_member(replace(cast.olive, via="api", scopes=frozenset(scopes)), member)
    with pytest.raises(NotAllowed):
        set_security(
            replace(cast.olive, via="dav", scopes=frozenset({"drive", "people"})),
            cast.mimosa,
            two_factor_from=None,
            allows_account_password_on_dav=True,
        )


def test_a_token_makes_no_other_secret(cast):
    from dataclasses import replace

    through = replace(cast.olive, via="api", scopes=frozenset(EVERYTHING))
    with pytest.raises(NotAllowed):
        make_token(through, cast.people.olive, name="Wider", scopes=["people"])
    with pytest.raises(NotAllowed):
        make_organization_token(through, cast.mimosa, name="Wider", scopes=["people"])


def test_a_blocked_removed_or_demoted_maker_is_out_at_once(cast, malik_id):
    adam, malik = program(cast.adam), program(cast.malik)
    change_role(cast.olive, Membership.objects.get(id=cast.adam.membership_id), role="collaborator")
    assert adam.post(f"/members/{malik_id}/block").status_code == 403
    member = Membership.objects.get(id=malik_id)
    block_member(cast.olive, member)
    assert malik.get("/members").status_code == 401
    Membership.objects.filter(id=malik_id).update(blocked_at=None)
    assert malik.get("/members").status_code == 200
    start_leaving(cast.olive, member)
    assert malik.get("/members").status_code == 401


def test_a_token_of_somebody_who_left_stays_dead_when_they_are_invited_anew(cast, malik_id):
    from django.utils import timezone

    malik = program(cast.malik)
    Membership.objects.filter(id=malik_id).update(joined_at=timezone.now() + timedelta(seconds=1))
    assert malik.get("/members").status_code == 401


def test_a_token_without_the_two_factor_that_is_asked_for_is_refused(cast):
    from mazot.foundation import clock

    malik = program(cast.malik)
    cast.mimosa.two_factor_from = clock.now()
    cast.mimosa.save(update_fields=["two_factor_from"])
    assert malik.get("/members").status_code == 401
    assert LoginEvent.objects.filter(reason="two_factor_is_missing", via="api").exists()


def test_an_expired_or_revoked_token_is_refused(cast):
    from mazot.foundation import clock
    from mazot.foundation.clock import CLOCK

    soon = clock.now() + timedelta(hours=1)
    token, shown = make_token(cast.malik, cast.people.malik, name="A", scopes=["people:read"], expires_at=soon)
    try:
        CLOCK.advance(timedelta(hours=2))
        assert Program(shown).get("/members").status_code == 401
    finally:
        CLOCK.reset()
    revoke_token(cast.malik, token)
    assert Program(shown).get("/members").status_code == 401
    other = program(cast.malik)
    assert revoke_every_token(cast.malik, cast.people.malik) == 1
    assert other.get("/members").status_code == 401


def test_otto_ends_no_token_of_mimosa(cast):
    own, _shown = make_token(cast.malik, cast.people.malik, name="A", scopes=["people:read"])
    common, _shown = make_organization_token(cast.olive, cast.mimosa, name="B", scopes=["people:read"])
    for deed in (revoke_token, revoke_organization_token):
        for token in (own, common):
            with pytest.raises(NotFound):
                deed(cast.otto, token)
    with pytest.raises(NotFound):
        make_organization_token(cast.otto, cast.mimosa, name="C", scopes=["people:read"])
    with pytest.raises(NotFound):
        make_token(cast.otto, cast.people.malik, name="C", scopes=["people:read"])
    with pytest.raises(NotFound):
        revoke_every_token(cast.otto, cast.people.malik)
    assert not ApiToken.objects.filter(revoked_at__isnull=False).exists()


def test_guesses_slow_the_side_they_come_from_and_a_right_token_still_comes_in(cast):
    malik = program(cast.malik)
    letters = "0123456789abcdefghjkmnpqrstvwxyz"
    statuses = [Program("mazot_" + (letters[number % 32] * 40)).get("/members").status_code for number in range(32)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    assert malik.get("/members").status_code == 200


def test_a_token_has_so_many_requests_a_minute(cast, malik_id):
    from mazot.foundation import clock

    malik = program(cast.malik)
    answer = malik.get("/members")
    assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("600", "599")
    clock.CLOCK.freeze(clock.now())
    try:
        malik.post(f"/members/{malik_id}/block")
        ApiToken.objects.update(paced_writes=WRITES_A_MINUTE)
        over = malik.post(f"/members/{malik_id}/block")
        assert over.status_code == 429
        assert 1 <= int(over["Retry-After"]) <= 60
        assert malik.get("/members").status_code == 200
        clock.CLOCK.advance(timedelta(minutes=1))
        assert malik.post(f"/members/{malik_id}/block").status_code == 403
    finally:
        clock.CLOCK.reset()


def test_problems_are_told_in_the_language_of_the_owner(cast):
    cast.people.malik.language = "fr"
    cast.people.malik.save(update_fields=["language"])
    answer = program(cast.malik, "people:read").get("/me")
    assert answer["Content-Language"] == "fr"
    assert answer.json()["status"] == 403


def test_a_body_above_the_limit_and_one_that_is_no_json_are_refused(cast):
    adam = program(cast.adam)
    assert adam.call("POST", "/teams", b"x" * (256 * 1024 + 1)).status_code == 413
    broken = adam.call("POST", "/teams", b"{")
    assert (broken.status_code, broken["Content-Type"]) == (400, "application/problem+json")
    for nothing in (b"[]", b"[null, null]", b"null", b"7", b'"name"'):  # where every field may be left out, too
        assert adam.call("PATCH", "/me", nothing).status_code == 400
    wrong = adam.post("/teams", {"name": "Strings", "tint": 9})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "wanted.tint")
    assert adam.get("/nothing").json()["reason"] == "not_found"
