# SPDX-License-Identifier: AGPL-3.0-or-later
"""The people of every test, each here for a reason.

At *Mimosa* Olive owns (legal representative), Adam administers, Malik is a collaborator and Gaia an external, both let
into the drive; Basil has left, and his actor is that of a page he still has open. At *Rival* Otto owns, and must never
see anything of Mimosa: each verb has a test with Otto.
"""

from dataclasses import dataclass, field

from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.leaving import start_leaving
from mazot.tenancy.actions.organizations import create_organization
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Organization, Person, ProductInstance
from mazot.tenancy.queries.actors import actor_for_person

NAMES = {
    "olive": ("Olive", "Arnaud"),
    "adam": ("Adam", "Berset"),
    "malik": ("Malik", "Diallo"),
    "gaia": ("Gaia", "Lombardi"),
    "basil": ("Basil", "Weber"),
    "otto": ("Otto", "Keller"),
}


@dataclass
class People:
    """The persons behind the actors."""

    olive: Person
    adam: Person
    malik: Person
    gaia: Person
    basil: Person
    otto: Person


@dataclass
class Cast:
    """Two organizations, six people as actors, and the drives where there are any."""

    people: People
    mimosa: Organization
    rival: Organization
    olive: Actor
    adam: Actor
    malik: Actor
    gaia: Actor
    basil: Actor
    otto: Actor
    drive: ProductInstance | None = None
    rival_drive: ProductInstance | None = None
    extra: dict[str, object] = field(default_factory=dict)


def person_named(key: str) -> Person:
    """A person with a login of their own and no usable password (tests that sign in by password set one)."""
    given_name, family_name = NAMES.get(key, (key.title(), "Example"))
    person = Person(login=f"{key}@people.example", given_name=given_name, family_name=family_name)
    person.set_unusable_password()
    person.save()
    return person


def member(organization: Organization, person: Person, role: str) -> Membership:
    """Somebody who belongs to an organization, however they came."""
    return Membership.objects.create(organization=organization, person=person, role=role)


def founded_by(person: Person, name: str) -> Organization:
    return create_organization(Actor(person.id, None, None), person, name=name)


def assemble() -> Cast:
    """Make everybody; the drives are opened by the creation of the organizations."""
    people = People(**{key: person_named(key) for key in NAMES})
    mimosa = founded_by(people.olive, "Mimosa")
    rival = founded_by(people.otto, "Rival")
    member(mimosa, people.adam, "administrator")
    insiders = [
        member(mimosa, people.malik, "collaborator"),
        member(mimosa, people.gaia, "external"),
        member(mimosa, people.basil, "collaborator"),
    ]
    olive = actor_for_person(people.olive)
    drive = ProductInstance.objects.filter(organization=mimosa, product="drive").first()
    if drive is not None:
        for insider in insiders:
            grant_rights(olive, insider, rights=["drive.use"], instances=[drive])
    basil = actor_for_person(people.basil)
    start_leaving(olive, insiders[-1])
    return Cast(
        people=people,
        mimosa=mimosa,
        rival=rival,
        olive=olive,
        adam=actor_for_person(people.adam),
        malik=actor_for_person(people.malik),
        gaia=actor_for_person(people.gaia),
        basil=basil,
        otto=actor_for_person(people.otto),
        drive=drive,
        rival_drive=ProductInstance.objects.filter(organization=rival, product="drive").first(),
    )
