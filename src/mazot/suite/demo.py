# SPDX-License-Identifier: AGPL-3.0-or-later
"""Furnish the demo: the Orchestre de la Vallée, its people and teams, and a second organization beside it.

The people, names and contents are the same each time. Passwords are made anew at each run and are only in its answer;
a second run makes nothing twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from mazot.exchange.registry import products
from mazot.foundation.ids import new_secret
from mazot.tenancy.actions.app_passwords import make_app_password, revoke_every_app_password
from mazot.tenancy.actions.details import set_details
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.invitations import accept_invitation, invite_person
from mazot.tenancy.actions.organizations import create_organization
from mazot.tenancy.actions.people import register_person, set_password
from mazot.tenancy.actions.products import open_product
from mazot.tenancy.actions.profile import set_profile
from mazot.tenancy.actions.second_factors import replace_second_factor
from mazot.tenancy.actions.teams import make_team, set_team
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Organization, Person
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import actor_for_person, memberships_of
from mazot.tenancy.queries.people import members_for
from mazot.tenancy.queries.rights import instances_for

SYSTEM = Actor.system(None, because="the demo is furnished")


@dataclass(frozen=True, slots=True)
class Player:
    """One person of the demo."""

    key: str
    given_name: str
    family_name: str
    login: str
    role: str
    tint: int
    has_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """One organization of the demo; the first of its people founds it."""

    key: str
    name: str
    tint: int
    people: tuple[Player, ...]
    teams: tuple[tuple[str, int, tuple[str, ...]], ...] = ()  # name, tint, keys of members, the leader first
    kind: str = "association"


ORCHESTRA = Company(
    "orchestre",
    "Orchestre de la Vallée",
    3,
    (
        Player("elodie", "Élodie", "Rey", "elodie.rey@valley.example", "legal_representative", 1),
        Player(
            "agathe", "Agathe", "Cornut", "agathe.cornut@valley.example", "administrator", 6, has_second_factor=True
        ),
        Player("luc", "Luc", "Duvanel", "luc.duvanel@valley.example", "collaborator", 2),
        Player("hannah", "Hannah", "Whitcombe", "hannah.whitcombe@valley.example", "collaborator", 4),
        Player("camille", "Camille", "Jaccard", "camille.jaccard@valley.example", "collaborator", 7),
        Player("maelle", "Maëlle", "Zufferey", "maelle.zufferey@valley.example", "collaborator", 8),
        Player("nathan", "Nathan", "Ellsworth", "nathan.ellsworth@valley.example", "collaborator", 3),
        Player("ines", "Inès", "Morandi", "ines.morandi@studio.example", "external", 5),
    ),
    (
        ("Strings", 4, ("hannah", "luc", "nathan")),
        ("Winds", 3, ("nathan",)),
        ("Choir", 7, ("camille", "maelle")),
        ("Box office", 2, ("maelle", "camille", "ines")),
    ),
)
THEATRE = Company(
    "theatre",
    "Théâtre du Quai",
    5,
    (Player("beatrice", "Béatrice", "Moret", "beatrice.moret@quay.example", "legal_representative", 2),),
)
COMPANIES = (ORCHESTRA, THEATRE)


def furnish() -> dict[str, Any]:
    """Make what is missing of the demo and answer how to sign in, as the contract of the command line says."""
    told: dict[str, Any] = {"people": [], "organizations": [], "products": {}}
    for company in COMPANIES:
        organization, people = _assemble(company)
        told["organizations"].append({"key": company.key, "id": str(organization.id), "name": organization.name})
        if company is ORCHESTRA:
            _furnish_products(organization, people)
        told["people"] += [_credentials(company, organization, role, people[role.key]) for role in company.people]
    told["products"] = {product.key: f"/{product.key}/" for product in products() if product.home or product.urls}
    return told


def _assemble(company: Company) -> tuple[Organization, dict[str, Person]]:
    """The organization and its people by key, made where they are missing."""
    people = {role.key: _person(role) for role in company.people}
    founder = people[company.people[0].key]
    found = [one.organization for one in memberships_of(founder) if one.organization.name == company.name]
    if found:
        return found[0], people
    organization = create_organization(Actor(founder.id, None, None, via="command"), founder, name=company.name)
    owner = actor_for_person(founder, organization, via="command")
    set_details(owner, organization, name=company.name, kind=company.kind, tint=company.tint)
    for role in company.people[1:]:
        _invitation, token = invite_person(owner, organization, address=role.login, role=role.role)
        guest = people[role.key]
        accept_invitation(Actor(guest.id, None, None, via="command"), guest, token=token)
    _make_teams(owner, company, organization, people)
    return organization, people


def _person(role: Player) -> Person:
    found = Person.objects.filter(login=role.login).first()
    if found is not None:
        return found
    person = register_person(
        SYSTEM, role.login, given_name=role.given_name, family_name=role.family_name, password_hash=make_password(None)
    )
    names = {"given_name": role.given_name, "family_name": role.family_name, "time_zone": "Europe/Zurich"}
    return set_profile(Actor(person.id, None, None, via="command"), person, tint=role.tint, **names)


def _make_teams(owner: Actor, company: Company, organization: Organization, people: dict[str, Person]) -> None:
    """Teams with their members, and a right to use every product for everybody through one path or another."""
    members = {membership.person_id: membership for membership in members_for(owner)}
    reached: set[str] = set()
    for name, tint, keys in company.teams:
        chosen = [members[people[key].id] for key in keys]
        team = make_team(owner, organization, name=name, tint=tint, members=chosen)
        set_team(owner, team, name=name, tint=tint, leader=chosen[0])
        for product in _with_use():
            grant_rights(owner, team, rights=[product.use], category=product.key)
        reached |= set(keys)
    for role in company.people:
        if role.role in ("collaborator", "external") and role.key not in reached:
            _grant_use(owner, members[people[role.key].id])


def _grant_use(owner: Actor, membership: Membership) -> None:
    for product in _with_use():
        grant_rights(owner, membership, rights=[product.use], category=product.key)


def _with_use() -> Iterator[Any]:
    return (product for product in products() if product.use is not None and not product.use.organization_wide)


def _furnish_products(organization: Organization, people: dict[str, Person]) -> None:
    """Have each product fill its first instance once; a mark in the data folder says that it was done.

    Externals put nothing there: what an organization shares is not theirs to write.
    """
    everybody = {key: actor_for_person(person, organization, via="command") for key, person in people.items()}
    actors = {key: actor for key, actor in everybody.items() if actor.role != Role.EXTERNAL}
    owner = actors[ORCHESTRA.people[0].key]
    for product in products():
        mark = settings.MAZOT.data / "run" / f"demo-{product.key}-{organization.id}"
        if product.demo is None or product.use is None or mark.exists():
            continue
        if product.open_instance is not None and not instances_for(owner, product.use).exists():
            open_product(owner, organization, product=product.key, name=product.extra.get("demo_name", ""))
        for instance in instances_for(owner, product.use)[:1]:
            product.demo(owner, instance, people=actors)
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()


def _credentials(company: Company, organization: Organization, role: Player, person: Person) -> dict[str, Any]:
    """Fresh secrets of one person, and the addresses they open."""
    password = new_secret(letters=20)
    actor = Actor(person.id, None, None, via="command")
    person = set_password(actor, person, password_hash=make_password(password))
    revoke_every_app_password(actor, person)
    opened = [product.key for product in products() if product.dav is not None]
    told: dict[str, Any] = {
        "key": role.key,
        "name": person.name,
        "organization": company.key,
        "role": role.role,
        "login": person.login,
        "password": password,
    }
    if opened:
        told["application_password"] = make_app_password(actor, person, name="Demo", scopes=opened)[1]
    if role.has_second_factor:
        told["totp_secret"] = replace_second_factor(actor, person)
    for product in products():
        if "demo_credentials" in product.extra:
            told |= product.extra["demo_credentials"](actor_for_person(person, organization, via="command"))
        if product.dav is not None and product.use is not None:
            name = {"drive": "webdav", "calendar": "caldav", "contacts": "carddav"}.get(product.key, product.key)
            reached = instances_for(actor_for_person(person, organization, via="command"), product.use).first()
            if reached is not None:
                told[name] = f"/dav/{product.key}/{reached.id}/"
    return told
