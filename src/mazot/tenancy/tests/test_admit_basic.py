# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mazot.foundation import clock as clocks
from mazot.foundation.clock import Clock
from mazot.foundation.errors import NotFound, SignInRefused, TooMany
from mazot.tenancy.actions import logins
from mazot.tenancy.actions.app_passwords import make_app_password, revoke_app_password, revoke_every_app_password
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.logins import Admitted, admit_basic, end_verifications, note_use
from mazot.tenancy.actions.members import block_member
from mazot.tenancy.actions.organizations import create_organization, set_security
from mazot.tenancy.actions.products import end_product
from mazot.tenancy.actions.teams import add_to_team, make_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import Offer, _offers, offer
from mazot.tenancy.models import AppPassword, Grant, LoginEvent, Membership, Pace, Person, Plan, ProductInstance
from mazot.tenancy.rights import Right
from mazot.tenancy.verification import Verifier
from tests.cast import Cast

PASSWORD = "seven herons on the quay"
USE = Right("shed.use", "Use the shed.")
MANAGE = Right("shed.manage", "Change the shed.")


@pytest.fixture(autouse=True)
def verifier(monkeypatch: pytest.MonkeyPatch) -> Verifier:
    """A memory of this test's own; the password hash is the real one."""
    fresh = Verifier()
    monkeypatch.setattr(logins, "VERIFIER", fresh)
    return fresh


@pytest.fixture
def shed(cast: Cast) -> Iterator[ProductInstance]:
    """A product instance at Mimosa, and nothing of any real product."""
    offer(Offer("shed", "Shed", (USE, MANAGE)))
    plan = Plan.objects.create(product="shed", key="solo", title="Solo", features={"webdav": True}, limits={"n": 3})
    yield ProductInstance.objects.create(organization=cast.mimosa, product="shed", name="Shed", plan=plan)
    _offers.pop("shed")


@pytest.fixture
def knock(cast: Cast, shed: ProductInstance) -> Callable[..., Admitted]:
    """Try to come in through DAV as Malik, unless said otherwise."""

    def try_it(
        secret: str, login: str = cast.people.malik.login, address: str = "192.0.2.1", **more: object
    ) -> Admitted:
        where = {"product": "shed", "instance_id": shed.id, "program": "Joplin/3.5"} | more
        return admit_basic(login, secret, address=address, **where)

    return try_it


def with_password(person: Person, password: str = PASSWORD) -> Person:
    person = Person.objects.get(id=person.id)
    person.set_password(password)
    person.save(update_fields=["password"])
    return person


def secret_for(cast: Cast, name: str = "malik", **details: object) -> str:
    details = {"name": "Notes", "scopes": ["shed"]} | details
    return make_app_password(getattr(cast, name), getattr(cast.people, name), **details)[1]


def membership_of(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(organization=cast.mimosa, person=getattr(cast.people, name))


def reasons() -> list[str]:
    return list(LoginEvent.objects.filter(succeeded=False).order_by("at").values_list("reason", flat=True))


def test_an_application_password_lets_its_person_in_with_their_place(
    cast: Cast, knock: Callable[..., Admitted], shed: ProductInstance
) -> None:
    grant_rights(cast.olive, membership_of(cast, "malik"), rights=[USE], instances=[shed])
    admitted = knock(secret_for(cast))
    actor = admitted.actor
    assert (actor.person_id, actor.organization_id, actor.role) == (
        cast.people.malik.id,
        cast.mimosa.id,
        "collaborator",
    )
    assert (actor.via, actor.address, actor.scopes) == ("dav", "192.0.2.1", {"shed"})
    assert admitted.may_use
    assert admitted.has_feature("webdav")
    assert not admitted.has_feature("moon")
    assert admitted.limits == {"n": 3}


def test_it_costs_one_query_and_tells_nothing_in_the_history(cast: Cast, knock: Callable[..., Admitted]) -> None:
    secret = secret_for(cast)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        knock(secret)
    assert len(queries) == 1
    assert not LoginEvent.objects.exists()


@pytest.mark.parametrize(
    ("name", "through", "may"),
    [
        ("malik", "nothing", False),
        ("malik", "another right", False),
        ("malik", "member", True),
        ("malik", "category", True),
        ("gaia", "team", True),
        ("malik", "another product", False),
        ("adam", "nothing", True),
        ("olive", "nothing", True),
    ],
)
def test_may_use_follows_role_grant_category_and_team(
    cast: Cast, knock: Callable[..., Admitted], shed: ProductInstance, name: str, through: str, may: bool
) -> None:
    holder = membership_of(cast, name)
    other = ProductInstance.objects.create(organization=cast.mimosa, product="shed", name="Other")
    if through == "another right":
        grant_rights(cast.olive, holder, rights=[MANAGE], instances=[shed])
    if through == "member":
        grant_rights(cast.olive, holder, rights=[USE], instances=[shed])
    if through == "another product":
        grant_rights(cast.olive, holder, rights=["*"], instances=[other])
    if through == "category":
        grant_rights(cast.olive, holder, rights=["*"], category="shed")
    if through == "team":
        team = make_team(cast.olive, cast.mimosa, name="Gardeners")
        grant_rights(cast.olive, team, rights=[USE], instances=[shed])
        add_to_team(cast.olive, team, members=[holder])
    admitted = knock(secret_for(cast, name), getattr(cast.people, name).login)
    assert admitted.may_use is may
    assert "webdav" in admitted.features


def test_scopes_read_only_and_folders_travel_with_the_actor(cast: Cast, knock: Callable[..., Admitted]) -> None:
    folder = cast.mimosa.id
    actor = knock(secret_for(cast, scopes=["shed:read"], folder_id=folder)).actor
    assert actor.opens("shed", to_write=False)
    assert not actor.opens("shed", to_write=True)
    assert actor.folder_id == folder


def test_every_refusal_is_the_same_outside_and_has_its_reason_inside(
    cast: Cast, knock: Callable[..., Admitted], clock: Clock
) -> None:
    offer(Offer("attic", "Attic", ()))
    good, revoked, elsewhere = secret_for(cast), secret_for(cast), secret_for(cast, scopes=["attic"])
    short_lived = secret_for(cast, expires_at=clocks.now() + timedelta(hours=1))
    revoke_app_password(cast.malik, AppPassword.objects.get(prefix=revoked.replace("-", "")[:8]))
    clock.advance(timedelta(hours=2))
    tries = {
        "revoked": (revoked, cast.people.malik.login),
        "scope": (elsewhere, cast.people.malik.login),
        "expired": (short_lived, cast.people.malik.login),
        "wrong_login": (good, cast.people.adam.login),
        "wrong_password": (good[:-1] + ("0" if good[-1] != "0" else "1"), cast.people.malik.login),
        "unknown_login": ("whatever it may be", "nobody@people.example"),
        "too_long": ("x" * 1001, cast.people.malik.login),
    }
    answers = set()
    for number, (secret, login) in enumerate(tries.values()):
        with pytest.raises(SignInRefused) as refusal:
            knock(secret, login, address=f"192.0.2.{number}")
        answers.add((type(refusal.value), str(refusal.value.sentence), tuple(refusal.value.facts)))
    assert len(answers) == 1
    assert reasons() == list(tries)
    assert not any(secret in str(LoginEvent.objects.values()) for secret, _login in tries.values())
    _offers.pop("attic")


def test_typing_a_password_without_hyphens_or_in_capitals_is_fine(cast: Cast, knock: Callable[..., Admitted]) -> None:
    secret = secret_for(cast)
    assert knock(secret.replace("-", "").upper(), cast.people.malik.login.upper()).actor.person_id


def test_a_place_of_others_is_absent_and_so_is_an_ended_one(
    cast: Cast, knock: Callable[..., Admitted], shed: ProductInstance
) -> None:
    secret = secret_for(cast, "otto")
    with pytest.raises(NotFound):
        knock(secret, cast.people.otto.login)
    mine = secret_for(cast)
    with pytest.raises(NotFound):
        knock(mine, instance_id=cast.rival.id)
    end_product(cast.olive, shed)
    with pytest.raises(NotFound):
        knock(mine)


@pytest.mark.parametrize("deed", [block_member, start_leaving])
def test_a_member_put_out_reaches_nothing_at_the_next_request(
    cast: Cast, knock: Callable[..., Admitted], deed: Callable[..., object]
) -> None:
    secret = secret_for(cast)
    knock(secret)
    deed(cast.olive, membership_of(cast, "malik"))
    with pytest.raises(NotFound):
        knock(secret)


def test_revoking_one_or_all_acts_at_the_next_request(cast: Cast, knock: Callable[..., Admitted]) -> None:
    first, second, third = (secret_for(cast) for _ in range(3))
    revoke_app_password(cast.malik, AppPassword.objects.get(prefix=first.replace("-", "")[:8]))
    with pytest.raises(SignInRefused):
        knock(first)
    knock(second)
    assert revoke_every_app_password(cast.malik, cast.people.malik) == 2
    for secret in (second, third):
        with pytest.raises(SignInRefused):
            knock(secret)


def test_otto_neither_makes_nor_revokes_a_password_of_malik(cast: Cast, shed: ProductInstance) -> None:
    made, _secret = make_app_password(cast.malik, cast.people.malik, name="Notes", scopes=["shed"])
    with pytest.raises(NotFound):
        make_app_password(cast.otto, cast.people.malik, name="Trap", scopes=["shed"])
    with pytest.raises(NotFound):
        revoke_every_app_password(cast.otto, cast.people.malik)
    with pytest.raises(NotFound):
        revoke_app_password(cast.otto, made)


def test_use_is_noted_once_a_minute(cast: Cast, knock: Callable[..., Admitted], clock: Clock) -> None:
    secret = secret_for(cast)
    first = knock(secret)
    assert first.use_is_due
    note_use(first)
    assert not knock(secret).use_is_due
    assert knock(secret, address="192.0.2.2").use_is_due  # another place is worth a line at once
    clock.advance(timedelta(seconds=61))
    assert knock(secret).use_is_due
    row = AppPassword.objects.get()
    assert (row.last_used_from, row.last_used_by) == ("192.0.2.1", "Joplin/3.5")


def test_the_account_password_opens_dav_until_two_factor_is_on(
    cast: Cast, knock: Callable[..., Admitted], verifier: Verifier
) -> None:
    with_password(cast.people.malik)
    assert knock(PASSWORD).actor.scopes == {"shed"}
    with CaptureQueriesContext(connection) as queries:
        knock(PASSWORD)
    assert len(queries) == 1
    Authenticator.objects.create(user=cast.people.malik, type=Authenticator.Type.TOTP, data={})
    with pytest.raises(SignInRefused) as refusal:
        knock(PASSWORD)
    assert refusal.value.reason == "two_factor_is_on"
    assert knock(secret_for(cast)).actor.person_id == cast.people.malik.id


def test_one_organization_that_forbids_it_is_enough(cast: Cast, knock: Callable[..., Admitted]) -> None:
    with_password(cast.people.malik)
    knock(PASSWORD)
    own = create_organization(cast.malik, cast.people.malik, name="Malik's")
    there = Actor(cast.people.malik.id, own.id, "legal_representative", Membership.objects.get(organization=own).id)
    set_security(there, own, two_factor_from=None, allows_account_password_on_dav=False)
    with pytest.raises(SignInRefused) as refusal:
        knock(PASSWORD)
    assert refusal.value.reason == "organization_forbids"
    set_security(there, own, two_factor_from=clocks.now(), allows_account_password_on_dav=True)
    with pytest.raises(SignInRefused):
        knock(PASSWORD)
    set_security(there, own, two_factor_from=clocks.now() + timedelta(days=1), allows_account_password_on_dav=True)
    assert knock(PASSWORD)


def test_what_was_verified_is_forgotten_by_every_change(
    cast: Cast, knock: Callable[..., Admitted], monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def count(secret: str, stored: str) -> bool:
        verified.append(stored)
        return Verifier()._check(secret, stored)

    monkeypatch.setattr(logins, "VERIFIER", Verifier(count))
    person = with_password(cast.people.malik)
    knock(PASSWORD)
    knock(PASSWORD)
    assert len(verified) == 1
    end_verifications(person)
    knock(PASSWORD)
    assert len(verified) == 2
    with_password(person, "another one entirely")
    with pytest.raises(SignInRefused):
        knock(PASSWORD)
    Person.objects.filter(id=person.id).update(is_active=False)
    with pytest.raises(SignInRefused):
        knock("another one entirely")


def test_a_login_that_does_not_exist_costs_as_much_work(knock: Callable[..., Admitted], cast: Cast) -> None:
    from time import process_time

    with_password(cast.people.malik)

    def cost(login: str, secret: str, number: int) -> float:
        start = process_time()
        with pytest.raises(SignInRefused):
            knock(secret, login, address=f"192.0.2.{number}")
        return process_time() - start

    known = min(cost(cast.people.malik.login, f"guess {n}", n) for n in range(3))
    unknown = min(cost("nobody@people.example", f"guess {n}", n) for n in range(3))
    assert 0.5 < unknown / known < 2


def test_guessing_slows_its_address_and_never_locks_the_victim_out(
    cast: Cast, knock: Callable[..., Admitted], clock: Clock
) -> None:
    clock.freeze(clocks.now())
    with_password(cast.people.malik)
    for number in range(5):
        with pytest.raises(SignInRefused):
            knock(f"guess {number}", address="203.0.113.9")
    with pytest.raises(TooMany) as slowed:
        knock(PASSWORD, address="203.0.113.9")
    assert slowed.value.facts["wait"] >= 1
    assert knock(PASSWORD, address="198.51.100.7").actor.person_id == cast.people.malik.id
    clock.advance(timedelta(seconds=901))
    assert knock(PASSWORD, address="203.0.113.9")


def test_a_flood_from_everywhere_leaves_the_victim_in_and_the_history_small(
    cast: Cast, knock: Callable[..., Admitted], monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    clock.freeze(clocks.now())
    person = with_password(cast.people.malik)
    monkeypatch.setattr(logins, "VERIFIER", Verifier(lambda secret, _stored: secret == PASSWORD))
    for number in range(150):
        with pytest.raises(SignInRefused):
            knock(f"guess {number}", address=f"203.0.113.{number}")
    with pytest.raises(TooMany):
        knock("second guess", address="203.0.113.1")  # under pressure one failure is one too many
    assert LoginEvent.objects.filter(person=person, succeeded=False).count() <= logins.TOLD_AN_HOUR
    assert knock(PASSWORD, address="198.51.100.7").actor.person_id == person.id
    assert LoginEvent.objects.filter(person=person, succeeded=True).count() == 1


def test_a_right_application_password_passes_even_from_a_slowed_address(
    cast: Cast, knock: Callable[..., Admitted], monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(logins, "VERIFIER", Verifier(lambda *_: False))
    clock.freeze(clocks.now())
    with_password(cast.people.malik)
    secret = secret_for(cast)
    for number in range(5):
        with pytest.raises(SignInRefused):
            knock(f"guess {number}")
    with pytest.raises(TooMany):
        knock("guess")
    assert knock(secret)


def test_an_unattended_program_with_an_old_password_counts_once(
    cast: Cast, knock: Callable[..., Admitted], clock: Clock
) -> None:
    with_password(cast.people.malik)
    for _ in range(8):
        with pytest.raises(SignInRefused):
            knock("the one of last year")
        clock.advance(timedelta(seconds=20))
    assert max(Pace.objects.values_list("failures", flat=True)) == 1
    assert knock(PASSWORD)


def test_what_dav_needs_holds_nothing_over_between_two_requests(
    cast: Cast, knock: Callable[..., Admitted], shed: ProductInstance
) -> None:
    secret = secret_for(cast)
    assert not knock(secret).may_use
    grant_rights(cast.olive, membership_of(cast, "malik"), rights=[USE], instances=[shed])
    assert knock(secret).may_use
    Grant.objects.filter(membership=membership_of(cast, "malik")).delete()
    assert not knock(secret).may_use
