# SPDX-License-Identifier: AGPL-3.0-or-later
"""Furnish the data folder of MAZOT_DATA with the cast, for a server that runs as its own program.

`python -m tests.furnish` makes everybody and prints, as JSON, what they need to sign in over WebDAV.
`python -m tests.furnish VERB ARGUMENT…` changes one thing of it while the server runs.
"""

import json
import os
import sys
from typing import Any
from uuid import UUID

ACCOUNT_PASSWORD = "a-long-walk-by-the-lake"  # of Malik, and of Adam, who has a second factor


def everybody() -> dict[str, Any]:
    from mazot.suite.roles import prepare
    from tests.cast import assemble

    assert prepare.main() == 0
    cast = assemble()
    sign_in_with_two_factors(cast.people.adam)
    for person in (cast.people.adam, cast.people.malik):
        person.set_password(ACCOUNT_PASSWORD)
        person.save(update_fields=["password"])
    told: dict[str, Any] = {}
    for key in ("olive", "adam", "malik", "gaia", "otto"):
        instance = cast.rival_drive if key == "otto" else cast.drive
        password, secret = application_password(getattr(cast, key), name="Tests", scopes=["drive"])
        told[key] = {
            "login": getattr(cast.people, key).login,
            "secret": secret,
            "password_id": str(password.id),
            "person_id": str(getattr(cast.people, key).id),
            "webdav": f"/dav/drive/{instance.id}/",
        }
    open_addresses(cast, told)
    told["reader"] = told["malik"] | {
        "secret": application_password(cast.malik, name="Reader", scopes=["drive:read"])[1]
    }
    return told


def open_addresses(cast: Any, told: dict[str, Any]) -> None:
    """malik@mimosa.example, which Gaia may look at, and otto@rival.example; each person's `mail` opens it from a device."""
    from mazot.products.mail.actions.devices import make_device_password
    from mazot.products.mail.rules.rights import AddressRight
    from mazot.products.mail.tests.furnishing import a_service, an_address, share

    mimosa = an_address(a_service(cast.mimosa), "malik")
    rival = an_address(a_service(cast.rival, "rival.example"), "otto")
    share(mimosa, cast.people.malik, is_keeper=True)
    share(mimosa, cast.people.gaia, AddressRight.LOOK_ONLY | AddressRight.DEVICES)
    share(rival, cast.people.otto, is_keeper=True)
    for key, address in (("malik", mimosa), ("gaia", mimosa), ("otto", rival)):
        device, secret = make_device_password(getattr(cast, key), address, name="Tests")
        told[key]["mail"] = {"address": str(address), "secret": secret, "device_id": str(device.id)}


def sign_in_with_two_factors(person: Any) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(person, generate_totp_secret())


def application_password(actor: Any, **details: Any) -> tuple[Any, str]:
    from mazot.tenancy.actions.app_passwords import make_app_password
    from mazot.tenancy.models import Person

    return make_app_password(actor, Person.objects.get(id=actor.person_id), **details)


def actor_of(login: str) -> Any:
    from mazot.tenancy.models import Person
    from mazot.tenancy.queries.actors import actor_for_person

    return actor_for_person(Person.objects.get(login=login))


def new_password(login: str) -> dict[str, str]:
    """One more application password."""
    password, secret = application_password(actor_of(login), name="One more", scopes=["drive"])
    return {"secret": secret, "password_id": str(password.id)}


def another_device(address: str) -> dict[str, str]:
    """One more device of an address, made by its keeper."""
    from mazot.products.mail.actions.devices import make_device_password
    from mazot.products.mail.models import Sharing

    local, _at, domain = address.partition("@")
    kept = Sharing.objects.get(address__local=local, address__service__domain=domain, is_keeper=True)
    device, secret = make_device_password(actor_of(kept.person.login), kept.address, name="One more")
    return {"secret": secret, "device_id": str(device.id)}


def shared_address(local: str) -> dict[str, Any]:
    """An address that Olive keeps and Adam may look at, beside new ones of their own that their programs open."""
    from mazot.products.mail.actions.devices import make_device_password
    from mazot.products.mail.models import Service
    from mazot.products.mail.rules.rights import AddressRight
    from mazot.products.mail.tests.furnishing import an_address, share
    from mazot.tenancy.models import Person

    service = Service.objects.get(domain="mimosa.example")
    shared, told = an_address(service, local), {"address": f"{local}@mimosa.example"}
    people = {key: Person.objects.get(login=f"{key}@people.example") for key in ("olive", "adam")}
    share(shared, people["olive"], is_keeper=True)
    share(shared, people["adam"], AddressRight.DEVICES | AddressRight.LOOK_ONLY)
    for key, person in people.items():
        own = an_address(service, f"{key}.{local}")
        share(own, person, is_keeper=True)
        _device, secret = make_device_password(actor_of(person.login), own, name="Tests")
        told[key] = {"address": str(own), "secret": secret}
    return told


def only_domain(domain: str) -> dict[str, str]:
    """Leave this server one mail domain, signed with keys of its own: their names, and the records they are shown by."""
    from mazot.products.mail.actions.signing import make_signing_keys, new_secrets
    from mazot.products.mail.models import Service
    from mazot.tenancy.actor import Actor

    Service.objects.exclude(domain=domain).update(proof=Service.Proof.NONE)
    service = Service.objects.get(domain=domain)
    system = Actor.system(service.organization_id, because="tests")
    keys = make_signing_keys(system, service, secrets=new_secrets())
    return {key.selector: key.record for key in keys}


def end_device(device_id: str) -> dict[str, str]:
    """End a device, as its person does on the screen."""
    from mazot.products.mail.actions.devices import revoke_device_password
    from mazot.products.mail.models import DevicePassword

    device = DevicePassword.objects.get(id=UUID(device_id))
    revoke_device_password(actor_of(device.person.login), device)
    return {}


def revoke(login: str, password_id: str) -> dict[str, str]:
    """End an application password, as its person does on the screen."""
    from mazot.tenancy.actions.app_passwords import revoke_app_password
    from mazot.tenancy.models import AppPassword

    revoke_app_password(actor_of(login), AppPassword.objects.get(id=password_id))
    return {}


def instances_of(login: str) -> Any:
    from mazot.tenancy.models import ProductInstance

    return ProductInstance.objects.filter(organization_id=actor_of(login).organization_id, product="drive")


def webdav(login: str, state: str) -> dict[str, str]:
    """Turn the plan feature on or off for the person's organization."""
    from mazot.tenancy.models import Plan

    if state == "on":
        plan = Plan.objects.get(product="drive", key="standard")
    else:
        values = {"title": "No WebDAV", "features": {"webdav": False}}
        plan = Plan.objects.get_or_create(product="drive", key="no-webdav", defaults=values)[0]
    instances_of(login).update(plan=plan)
    return {}


def room(login: str, size: str) -> dict[str, str]:
    """Leave the person's drive room for so many more bytes ("none": as many as it likes)."""
    from django.db.models import F

    from mazot.foundation.models import Account

    accounts = Account.objects.filter(holder_id=instances_of(login).get().id)
    assert accounts.update(allowed=None if size == "none" else F("used") + int(size)) == 1
    return {}


def common_folder(login: str) -> dict[str, str]:
    """Open one more folder of the organization, and say where WebDAV shows it."""
    from urllib.parse import quote
    from uuid import uuid4

    from mazot.products.drive.actions.drives import open_common_folder
    from mazot.products.drive.rules.names import RESERVED

    name = uuid4().hex
    open_common_folder(actor_of(login), instances_of(login).get(), name=name)
    return {"path": f"{quote(RESERVED)}/{name}/"}


def many_files(login: str, number: str) -> dict[str, str]:
    """A folder with so many empty files, put there all at once."""
    from mazot.foundation.blobs import blobs
    from mazot.products.drive.actions.drives import open_own_folder
    from mazot.products.drive.actions.files import make_folder, new_entry
    from mazot.products.drive.models import Entry

    actor = actor_of(login)
    space = open_own_folder(actor, instances_of(login).get())
    folder = make_folder(actor, space.root, name="many")
    digest = blobs().put(b"").digest
    made = [new_entry(actor, folder, name=f"file {n:05}.txt", is_folder=False) for n in range(int(number))]
    for entry in made:
        entry.digest, entry.content_type = digest, "text/plain"
    Entry.objects.bulk_create(made, batch_size=500)
    return {}


def many_pages(login: str, folder_id: str, number: str) -> dict[str, str]:
    """Put so many small files in a folder."""
    from mazot.foundation.blobs import blobs
    from mazot.products.drive.actions.files import put_file
    from mazot.products.drive.queries.entries import entry_for

    actor, blob = actor_of(login), blobs().put(b"a page of music")
    folder = entry_for(actor, UUID(folder_id))
    for each in range(int(number)):
        put_file(actor, folder, name=f"Page {each}.txt", blob=blob)
    return {}


def newcomer(by: str, through: str) -> dict[str, str]:
    """Somebody new, let into the drive themselves ("access") or through a team of their own ("team")."""
    from uuid import uuid4

    from mazot.tenancy.actions.grants import grant_rights
    from mazot.tenancy.actions.teams import make_team
    from mazot.tenancy.models import Organization
    from mazot.tenancy.queries.actors import actor_for_person
    from tests.cast import member, person_named

    admin, drive = actor_of(by), instances_of(by).order_by("created_at")[0]
    person, organization = person_named(f"n{uuid4().hex}"), Organization.objects.get(id=admin.organization_id)
    there = member(organization, person, "collaborator")
    holder = make_team(admin, organization, name=person.login, members=[there]) if through == "team" else there
    grant_rights(admin, holder, rights=["drive.use"], instances=[drive])
    secret = application_password(actor_for_person(person), name="Tests", scopes=["drive"])[1]
    return {"login": person.login, "secret": secret, "webdav": f"/dav/drive/{drive.id}/"}


def take_from(by: str, login: str, how: str) -> dict[str, str]:
    """An administrator ends what somebody may do, by one deed; "give_back" lets a newcomer in again."""
    from mazot.tenancy.actions.access import set_access
    from mazot.tenancy.actions.grants import grant_rights
    from mazot.tenancy.actions.leaving import start_leaving
    from mazot.tenancy.actions.members import block_member
    from mazot.tenancy.actions.teams import remove_team
    from mazot.tenancy.models import Membership, Team
    from mazot.tenancy.queries.access import access_of, stamp_of

    admin, there = actor_of(by), Membership.objects.get(person__login=login)
    if how == "access":
        set_access(admin, there, seen=stamp_of(access_of(there)), grants=[])
    elif how == "team":
        remove_team(admin, Team.objects.get(name=login))
    elif how == "give_back":
        grant_rights(admin, there, rights=["drive.use"], instances=[instances_of(by).order_by("created_at")[0]])
    else:
        {"block": block_member, "removal": start_leaving}[how](admin, there)
    return {}


def another_drive(by: str, user: str) -> dict[str, str]:
    """One more drive, with a folder of the organization in it, and somebody who may use it."""
    from urllib.parse import quote

    from mazot.products.drive.actions.drives import open_common_folder
    from mazot.products.drive.rules.names import RESERVED
    from mazot.tenancy.actions.grants import grant_rights
    from mazot.tenancy.actions.products import open_product
    from mazot.tenancy.models import Membership, Organization

    admin = actor_of(by)
    drive = open_product(admin, Organization.objects.get(id=admin.organization_id), product="drive", name="Archive")
    open_common_folder(admin, drive, name="Season")
    there = Membership.objects.get(person__login=user, organization_id=admin.organization_id)
    grant_rights(admin, there, rights=["drive.use"], instances=[drive])
    return {"id": str(drive.id), "webdav": f"/dav/drive/{drive.id}/", "folder": f"{quote(RESERVED)}/Season/"}


def move_drive(by: str, drive_id: str) -> dict[str, str]:
    """Offer the drive by its link, and have somebody take it into a new organization of theirs."""
    from uuid import uuid4

    from mazot.tenancy.actions.transfers import offer_transfer, take_transfer
    from mazot.tenancy.models import ProductInstance
    from mazot.tenancy.queries.actors import actor_for_person
    from tests.cast import founded_by, person_named

    _offer, token = offer_transfer(actor_of(by), ProductInstance.objects.get(id=drive_id))
    taker = person_named(f"t{uuid4().hex}")
    organization = founded_by(taker, "Third")
    take_transfer(actor_for_person(taker), organization, token=token)
    secret = application_password(actor_for_person(taker), name="Tests", scopes=["drive"])[1]
    return {"login": taker.login, "secret": secret, "webdav": f"/dav/drive/{drive_id}/"}


def a_hall(login: str, n_rows: str = "") -> dict[str, str]:
    """A concert in a drawn hall for the person's organization: 399 seats or so, or rows of a hundred."""
    from tests.halls import a_concert_hall

    return a_concert_hall(actor_of(login), int(n_rows or 0))


def sold_out(login: str, plan_id: str) -> dict[str, Any]:
    """A date in a drawn room, sold to its last seat."""
    from tests.operas import sold_out as sell

    return sell(actor_of(login), plan_id)


def an_open_hall(login: str) -> dict[str, str]:
    """The concert hall, open to buyers."""
    from tests.operas import opened

    return opened(actor_of(login))


def codes_of(performance_id: str) -> dict[str, list[str]]:
    """What the tickets of a date have in their QR codes."""
    from mazot.products.tickets.models import Ticket

    sold = Ticket.objects.filter(performance_id=performance_id, state="valid", order__isnull=False).order_by("id")
    return {"codes": list(sold.values_list("code", flat=True))}


def a_season(login: str) -> dict[str, str]:
    """The demo's season in a shop of the person's organization."""
    from tests.season import a_season

    return a_season(actor_of(login))


def a_staff(login: str) -> dict[str, str]:
    """A colleague in a team, one who was removed, an open invitation and a webhook: every page of the Manager has its subject."""
    from tests.staff import a_staff

    return a_staff(actor_of(login))


def orders_in(login: str, shop_id: str) -> dict[str, list[str]]:
    """The orders of a shop, newest first."""
    from tests.season import orders_in

    return orders_in(actor_of(login), shop_id)


def a_framed_shop(login: str, origin: str) -> dict[str, str]:
    """An open shop with a concert, which a site on this machine shows; real ones are https, so the row says it."""
    from types import SimpleNamespace

    from mazot.products.tickets.models import Shop
    from mazot.products.tickets.tests.furnishing import an_open_shop
    from mazot.tenancy.models import Organization

    actor = actor_of(login)
    mimosa = Organization.objects.get(id=actor.organization_id)
    shop, price = an_open_shop(SimpleNamespace(olive=actor, mimosa=mimosa))  # type: ignore[arg-type]
    Shop.objects.filter(id=shop.id).update(origins=[origin])
    shop.methods.filter(kind="on_site").update(is_on=True)
    return {"slug": shop.slug, "event": price.zone.performance.event.slug, "shop": str(shop.id)}


VERBS = {
    "a_season": a_season,
    "a_staff": a_staff,
    "orders_in": orders_in,
    "a_framed_shop": a_framed_shop,
    "a_hall": a_hall,
    "an_open_hall": an_open_hall,
    "sold_out": sold_out,
    "codes_of": codes_of,
    "newcomer": newcomer,
    "take_from": take_from,
    "another_drive": another_drive,
    "move_drive": move_drive,
    "many_pages": many_pages,
    "many_files": many_files,
    "common_folder": common_folder,
    "everybody": everybody,
    "new_password": new_password,
    "revoke": revoke,
    "another_device": another_device,
    "shared_address": shared_address,
    "end_device": end_device,
    "only_domain": only_domain,
    "webdav": webdav,
    "room": room,
}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    import django

    django.setup()
    verb, *arguments = sys.argv[1:] or ["everybody"]
    json.dump(VERBS[verb](*arguments), sys.stdout)
