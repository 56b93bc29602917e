# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every right, deed and address against every member of the cast, derived from the code and compared with the table."""

import importlib
import io
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from PIL import Image

import mazot
from mazot.exchange.registry import products
from mazot.foundation.blobs import blobs
from mazot.foundation.errors import NotFound
from mazot.products.drive.actions.drives import open_common_folder
from mazot.products.drive.actions.files import put_file
from mazot.products.drive.models import Entry
from mazot.products.mail.actions.addresses import remove_address
from mazot.products.mail.actions.devices import make_device_password
from mazot.products.mail.actions.inviting import invite_to_address
from mazot.products.mail.actions.redirections import ask_redirection
from mazot.products.mail.actions.replies import ReplyText, make_reply
from mazot.products.mail.actions.scripts import put_script
from mazot.products.mail.actions.transfers import announce_file
from mazot.products.mail.models import Address
from mazot.products.mail.tests.furnishing import LOOK_ONLY, a_service, an_address, share
from mazot.products.tickets.actions.carts import hold_places, open_cart
from mazot.products.tickets.actions.claims import Want
from mazot.products.tickets.actions.events import set_picture
from mazot.products.tickets.actions.forms import make_form
from mazot.products.tickets.actions.gates import open_gate, pair_device
from mazot.products.tickets.actions.offers import make_offer
from mazot.products.tickets.actions.orders import place_order
from mazot.products.tickets.actions.payments import record_payment
from mazot.products.tickets.actions.plans import make_plan
from mazot.products.tickets.actions.pricing import make_quota
from mazot.products.tickets.actions.seating import attach_plan
from mazot.products.tickets.tests.furnishing import an_open_shop
from mazot.products.tickets.tests.rooms import hall
from mazot.tenancy.actions.grants import grant_rights
from mazot.tenancy.actions.invitations import invite_person
from mazot.tenancy.actions.teams import make_team
from mazot.tenancy.actions.tokens import make_organization_token
from mazot.tenancy.actions.transfers import offer_transfer
from mazot.tenancy.actions.user_managers import name_user_manager
from mazot.tenancy.actions.webhooks import add_webhook, test_webhook
from mazot.tenancy.manage import RIGHTS as WIDE_RIGHTS
from mazot.tenancy.models import Grant, Leaving, Membership
from mazot.tenancy.queries.actors import actor_for_person
from mazot.tenancy.queries.rights import why
from mazot.tenancy.rights import ACTIONS, Right, Verb, require
from tests.architecture import permissions
from tests.cast import Cast

CAST = ("olive", "adam", "malik", "gaia", "basil", "otto")
ROOT = Path(__file__).resolve().parents[2]


def verbs() -> list[Verb]:
    """Every deed of the house; importing a module of actions registers what is in it."""
    for module in pkgutil.walk_packages(mazot.__path__, "mazot."):
        if ".actions." in module.name and ".tests." not in module.name:
            importlib.import_module(module.name)
    return [verb for verb in ACTIONS.values() if ".actions." in verb.module and ".tests." not in verb.module]


def rights() -> dict[str, Right]:
    declared = [right for product in products() for right in product.rights]
    return {right.key: right for right in (*WIDE_RIGHTS, *declared)}


def addresses(patterns: list[Any], namespace: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every named address with the names of its parts."""
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            below = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern.url_patterns, below)
        else:
            assert pattern.name, f"an address without a name: {pattern.pattern}"
            if namespace != "api:" and pattern.name != "api-nothing":  # the operations have a table of their own
                yield f"{namespace}{pattern.name}", tuple(pattern.pattern.regex.groupindex)


ADDRESSES = dict(addresses(get_resolver().url_patterns))
VERBS = {verb.name: verb for verb in verbs()}

A_RULE = {"field": "subject", "how": "is", "what": "x", "deeds": ["star"]}


@pytest.fixture
def folder(cast: Cast) -> Entry:
    root = open_common_folder(cast.olive, cast.drive, name="Season").root
    assert root is not None
    return root


@pytest.fixture
def file(cast: Cast, folder: Entry) -> Entry:
    put_file(cast.olive, folder, name="Programme.txt", blob=blobs().put(b"First draft"))
    return put_file(cast.olive, folder, name="Programme.txt", blob=blobs().put(b"Second draft")).entry


@pytest.fixture
def address(cast: Cast) -> Address:
    """An address that Malik keeps and Gaia looks at."""
    made = an_address(a_service(cast.mimosa), "malik")
    share(made, cast.people.malik, is_keeper=True)
    share(made, cast.people.gaia, LOOK_ONLY)
    return made


def about(right: Right, cast: Cast, file: Entry, address: Address) -> Any:
    """What a right is asked on: Mimosa itself, a product of it, or a thing in one."""
    if right.organization_wide:
        return cast.mimosa
    whole, thing = (address.service.instance, address) if right.product == "mail" else (cast.drive, file)
    return whole if right.within is None else thing


def test_the_table_has_every_right_deed_and_address_and_no_other() -> None:
    without = {name for name, verb in VERBS.items() if verb.needs is None}
    assert without == permissions.OF_ONESELF | permissions.OF_THE_SYSTEM
    asked = {verb.needs.key for verb in VERBS.values() if verb.needs}
    assert set(permissions.RIGHTS) == set(rights()) | asked
    assert permissions.PUBLIC | permissions.PERSONAL | set(permissions.ADDRESSES) == set(ADDRESSES)


@pytest.mark.parametrize("key", sorted(permissions.RIGHTS))
def test_a_right_is_held_by_those_of_the_table(cast: Cast, file: Entry, address: Address, key: str) -> None:
    right = rights()[key]
    subject = about(right, cast, file, address)
    holders = {name for name in CAST if name != "otto" and why(getattr(cast, name), right, subject)}
    # Basil's page is still open with the role he had; what he asks for is refused by the deed, under its lock.
    assert holders - {"basil"} == set(permissions.RIGHTS[key].split())
    with pytest.raises(NotFound):
        require(cast.otto, right, subject)


@pytest.mark.parametrize("name", sorted(VERBS))
def test_every_deed_has_a_test_with_otto(name: str) -> None:
    if name in permissions.OF_THE_SYSTEM:
        return
    assert any(name in text for text in tests_with_otto()), f"{name} has no test with Otto"


@cache
def tests_with_otto() -> list[str]:
    files = [*(ROOT / "src").rglob("tests/**/test_*.py"), *(ROOT / "tests").rglob("test_*.py")]
    return [text for text in (file.read_text(encoding="utf-8") for file in files) if "otto" in text]


@pytest.mark.parametrize("name", sorted(set(permissions.ADDRESSES) | permissions.PERSONAL))
def test_a_stranger_is_sent_to_the_door(db: None, name: str) -> None:
    answer = _answer(Client(), name, {})
    assert answer.status_code == HTTPStatus.FOUND, answer.status_code
    assert answer["Location"].startswith("/login")


@pytest.mark.parametrize("name", sorted(permissions.PUBLIC))
def test_a_public_address_does_not_ask_who_one_is(db: None, name: str) -> None:
    answer = _answer(Client(), name, {})
    assert "next=" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("name", sorted(permissions.ADDRESSES))
def test_an_address_answers_those_of_the_table(
    cast: Cast, file: Entry, folder: Entry, signed_in: Callable[..., Client], name: str
) -> None:
    about_folders = {"drive:folder", "drive:rows", "drive:choose", "drive:new-folder", "drive:upload"}
    first = file.revisions.order_by("at").first()
    parts = {"entry_id": folder.id if name in about_folders else file.id, "revision_id": first.id} | staff(cast, name)
    answered = set()
    for who in CAST:
        with transaction.atomic():
            answer = _answer(signed_in(getattr(cast, who)), name, parts, {"target": "drive", "everything": "on"})
            transaction.set_rollback(True)
        if answer.status_code not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
            answered.add(who)
    assert answered == set(permissions.ADDRESSES[name].split())


@pytest.mark.parametrize("name", sorted(set(permissions.ADDRESSES) | permissions.OPEN_TO_A_USER_MANAGER))
def test_a_user_manager_opens_the_pages_of_people_and_no_other_of_the_manager(
    cast: Cast, file: Entry, folder: Entry, signed_in: Callable[..., Client], name: str
) -> None:
    about_folders = {"drive:folder", "drive:rows", "drive:choose", "drive:new-folder", "drive:upload"}
    first = file.revisions.order_by("at").first()
    parts = {"entry_id": folder.id if name in about_folders else file.id, "revision_id": first.id} | staff(cast, name)
    name_user_manager(cast.olive, Membership.objects.get(person=cast.people.malik))
    answer = _answer(signed_in(cast.malik), name, parts, {"target": "drive", "everything": "on"})
    opened = answer.status_code not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND)
    before = "malik" in permissions.ADDRESSES[name].split()
    assert opened == (before or name in permissions.OPEN_TO_A_USER_MANAGER)


@pytest.mark.parametrize("key", sorted(permissions.RIGHTS))
def test_a_user_manager_holds_the_rights_over_people_and_no_other(
    cast: Cast, file: Entry, address: Address, key: str
) -> None:
    right = rights()[key]
    name_user_manager(cast.olive, Membership.objects.get(person=cast.people.malik))
    subject = about(right, cast, file, address)
    before = "malik" in permissions.RIGHTS[key].split()
    assert bool(why(actor_for_person(cast.people.malik), right, subject)) == (
        before or key in permissions.OF_A_USER_MANAGER
    )


def staff(cast: Cast, name: str) -> dict[str, Any]:
    """A member of Mimosa in a team, with a grant, and an open invitation."""
    malik = Membership.objects.get(person=cast.people.malik)
    team = make_team(cast.olive, cast.mimosa, name="Strings", members=[malik])
    grants = grant_rights(cast.olive, team, rights=["drive.use"], category="drive")
    mine = Grant.objects.get(membership=malik)
    invitation, _token = invite_person(cast.olive, cast.mimosa, address="nina@people.example", role="external")
    transfer, _token = offer_transfer(cast.olive, cast.drive)
    return {
        "membership_id": malik.id,
        "team_id": team.id,
        "grant_id": grants[0].id if name.startswith("manager:team") else mine.id,
        "invitation_id": invitation.id,
        **connections(cast),
        "leaving_id": Leaving.objects.get(membership__person=cast.people.basil).id,
        "transfer_id": transfer.id,
        "instance_id": cast.drive.id if cast.drive else None,
        **(box_office(cast) if name.startswith("tickets:") else {}),
        **(post_office(cast, name) if name.startswith("mail:") else {}),
    }


def post_office(cast: Cast, name: str) -> dict[str, Any]:
    """A mail service of Mimosa, and an address that Malik keeps, with one of everything that has an address."""
    made = an_address(a_service(cast.mimosa), "malik")
    keeps = share(made, cast.people.malik, is_keeper=True)
    share(made, cast.people.gaia, LOOK_ONLY)
    parts = {
        "service_id": made.service_id,
        "address_id": made.id,
        "sharing_id": keeps.id,
        "device_id": make_device_password(cast.malik, made, name="Telephone")[0].id,
        "redirection_id": ask_redirection(cast.malik, made, goes_to="friend@elsewhere.example").id,
        "reply_id": make_reply(cast.malik, made, told=ReplyText("Away", "I am away.")).id,
        "number": 0,
        "name": put_script(cast.malik, made, name="mine", source="keep;").name,
        "source": put_script(cast.malik, made, name="Rules", source="keep;", recipe={"rules": [A_RULE]}).source,
        "invited_id": invite_to_address(cast.olive, made, login="guest@far.example").id,
        "transfer_id": announce_file(cast.malik, made.store, name="letters.mbox", size=10).id,
    }
    if name == "mail:address-restore":
        remove_address(cast.olive, made)
    return parts


def box_office(cast: Cast) -> dict[str, Any]:
    """A ticket shop of Mimosa with one of everything that has an address."""
    shop, price = an_open_shop(cast, real=False)
    event = price.zone.performance.event
    set_picture(cast.olive, event, digest=blobs().put(a_poster()).digest)
    plan = make_plan(cast.olive, shop, name="Chapel", drawing=hall(1, 2))
    attach_plan(cast.olive, price.zone.performance, version=plan.versions.get())
    offer = make_offer(cast.olive, shop, name="Friends", kind="percent", value=100)
    cart, _token = open_cart(cast.olive, shop, language="en")
    hold_places(cast.olive, cart, wants=[Want(price.id, 1)])
    order, _secret = place_order(
        cast.olive, cart, customer={"email": "m@example.org"}, method=shop.methods.get(kind="on_site")
    )
    order = record_payment(cast.olive, order, amount=order.total + 1)
    entrance = open_gate(cast.olive, price.zone.performance)
    return {
        "list_id": entrance.id,
        "device_id": pair_device(cast.olive, entrance, name="Door 1")[0].id,
        "order_id": order.id,
        "customer_id": order.customer_id,
        "ticket_id": order.tickets.first().id,
        "payment_id": order.payments.get(kind="refund").id,
        "shop_id": shop.id,
        "event_id": event.id,
        "performance_id": price.zone.performance_id,
        "zone_id": price.zone_id,
        "price_id": price.id,
        "offer_id": offer.id,
        "form_id": make_form(cast.olive, shop, name="Welcome", scope="order").id,
        "quota_id": make_quota(cast.olive, shop, name="All", size=10, prices=[price]).id,
        "method_id": shop.methods.get(kind="invoice").id,
        "plan_id": plan.id,
        "number": 1,
        "kind": "json",
        "what": "orders",
        "at": 0,
    }


def a_poster() -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (4, 2)).save(drawn, "PNG")
    return drawn.getvalue()


def connections(cast: Cast) -> dict[str, Any]:
    """A token of Mimosa, a webhook, and a letter to it."""
    token, _secret = make_organization_token(cast.olive, cast.mimosa, name="Payroll", scopes=["people:read"])
    webhook, _secret = add_webhook(cast.olive, cast.mimosa, url="https://example.org/hook")
    return {
        "token_id": token.id,
        "webhook_id": webhook.id,
        "delivery_id": test_webhook(cast.olive, webhook).id,
    }


def _answer(browser: Client, name: str, parts: dict[str, Any], said: dict[str, str] | None = None) -> HttpResponseBase:
    """The answer to opening an address, or to posting to it where it cannot be opened."""
    spare = {"session_id": 1, "pk": 1, "number": 1, "at": 0, "token": "x", "key": "x-y", "uidb36": "x"}
    wanted = {
        part: parts.get(part, spare.get(part, "00000000-0000-0000-0000-000000000001")) for part in ADDRESSES[name]
    }
    try:
        address = reverse(name, kwargs=wanted)
    except NoReverseMatch:
        address = reverse(name, args=list(wanted.values()))
    answer = browser.get(address)
    return browser.post(address, said or {}) if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED else answer
