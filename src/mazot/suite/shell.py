# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the frame of every page shows: products, organizations, the account menu and the command palette."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mazot.exchange.product import Product
from mazot.exchange.registry import products
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import Membership, Organization, Person, ProductInstance
from mazot.tenancy.models.organizations import Role
from mazot.tenancy.queries.actors import has_second_factor, second_factor_due, second_factor_soon
from mazot.tenancy.queries.rights import grants_of, holds_wide
from mazot.tenancy.rights import Right
from mazot.ui.assets import icon

LETTERS = {"mail": "M", "drive": "D", "calendar": "C", "contacts": "K", "meet": "E", "tickets": "T"}
ROLES = {
    Role.LEGAL_REPRESENTATIVE: gettext_lazy("Legal representative"),
    Role.ADMINISTRATOR: gettext_lazy("Administrator"),
    Role.COLLABORATOR: gettext_lazy("Collaborator"),
    Role.EXTERNAL: gettext_lazy("External"),
}
ROOMS_AT_THE_FOOT = ("help", "manager")
ROOMS_OF_THE_PERSON = ("account",)


@dataclass(frozen=True, slots=True)
class Link:
    """One place to go to."""

    title: str
    url: str
    icon: str
    key: str = ""
    value: str = ""
    letter: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """One organization of the switcher."""

    id: str
    name: str
    initials: str
    tint: int
    role: str
    current: bool
    logo_digest: str = ""
    logo_is_wide: bool = False


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` asks nothing of the database until a template reads it."""
    return {"shell": Shell(request)}


def address(name: str) -> str:
    """The address of a named page, or nothing while the page does not exist."""
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


class Shell:
    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def _actor(self) -> Actor | None:
        return getattr(self._request, "actor", None)

    @property
    def _memberships(self) -> list[Membership]:
        return getattr(self._request, "memberships", [])

    @cached_property
    def person(self) -> Person | None:
        user = getattr(self._request, "user", None)
        return user if isinstance(user, Person) or getattr(user, "is_authenticated", False) else None

    @cached_property
    def appearance(self) -> str:
        return self.person.appearance if self.person else "auto"

    @cached_property
    def here(self) -> str:
        """The room this page belongs to: the first word of its path."""
        return self._request.path.strip("/").split("/", 1)[0]

    @cached_property
    def _membership(self) -> Membership | None:
        actor = self._actor
        return next((m for m in self._memberships if actor and m.id == actor.membership_id), None)

    @cached_property
    def organization(self) -> Organization | None:
        return self._membership.organization if self._membership else None

    @cached_property
    def role(self) -> str:
        return str(ROLES[Role(self._membership.role)]) if self._membership else ""

    @cached_property
    def organizations(self) -> list[House]:
        return [
            House(
                id=str(m.organization_id),
                name=m.organization.name,
                initials=m.organization.initials,
                tint=m.organization.tint,
                role=str(ROLES[Role(m.role)]),
                current=m == self._membership,
                logo_digest=m.organization.logo_digest,
                logo_is_wide=m.organization.logo_is_wide,
            )
            for m in self._memberships
        ]

    @cached_property
    def second_factor_soon(self) -> dict[str, Any] | None:
        """Until when a second factor can still be set up; nothing for those who have one or are not asked."""
        soon = second_factor_soon(self._memberships)
        if soon is None or self.person is None or has_second_factor(self.person):
            return None
        return {"until": second_factor_due(soon), "organization": soon.organization.name, "url": address("mfa_index")}

    @cached_property
    def _reached(self) -> list[Product]:
        actor = self._actor
        return reached(actor) if actor and self._membership else []

    @cached_property
    def products(self) -> list[Link]:
        aside = (*ROOMS_AT_THE_FOOT, *ROOMS_OF_THE_PERSON)
        return [_link(product) for product in self._reached if product.key not in aside and address(product.home)]

    @cached_property
    def foot(self) -> list[Link]:
        return [_link(product) for product in self._reached if product.key in ROOMS_AT_THE_FOOT]

    @cached_property
    def account_items(self) -> list[Link]:
        person = self.person
        if person is None:
            return []
        looks = {"light": _("Light"), "dark": _("Dark"), "auto": _("Automatic")}[person.appearance]
        items = (
            Link(_("Manage my account"), address("account:home"), "circle-user-round"),
            Link(_("Appearance"), address("account:appearance"), "sun-moon", value=looks),
        )
        return [item for item in items if item.url]

    @cached_property
    def memberships_url(self) -> str:
        return address("account:memberships")

    @cached_property
    def switch_url(self) -> str:
        return address("account:switch")

    @cached_property
    def logout_url(self) -> str:
        return address("account_logout")

    @cached_property
    def palette(self) -> dict[str, Any]:
        """What the command palette searches, as plain data."""
        places = [_entry(link, _("Product")) for link in (*self.products, *self.foot)]
        for product in self._reached:
            places += [
                _entry(Link(str(place.title), address(place.url), place.icon, product.key), str(product.title))
                for place in product.navigation
                if self._actor and (place.needs is None or opens(self._actor, place.needs))
            ]
        if not any(product.key == "account" for product in self._reached):
            places += [_entry(item, _("Your account")) for item in self.account_items]
        houses = [
            {
                "title": house.name,
                "where": house.role,
                "icon": icon("building-2"),
                "post": self.switch_url,
                "value": house.id,
            }
            for house in self.organizations
            if not house.current and self.switch_url
        ]
        searches = [
            # The palette puts what was typed where the # stands.
            {
                "title": _("Search %(product)s for “#”") % {"product": product.title},
                "url": f"{address(product.search)}?q=",
                "icon": icon("search"),
                "where": "",
                "product": product.key,
            }
            for product in self._reached
            if address(product.search)
        ]
        return {
            "searches": {"title": _("Search"), "items": searches},
            "groups": [
                {"title": _("Go to"), "items": [place for place in places if place["url"]]},
                {"title": _("Change organization"), "items": houses},
            ],
        }


def reached(actor: Actor) -> list[Product]:
    """The products this actor sees, in the order of the rail, with two queries at most."""
    declared = [product for product in products() if product.home]
    open_ones = set(
        ProductInstance.objects.filter(
            organization_id=actor.organization_id,
            product__in=[product.key for product in declared],
            ended_at__isnull=True,
        ).values_list("product", flat=True)
    )
    granted: dict[str, set[str]] = {}
    if not actor.manages_organization:
        for grant in grants_of(actor):
            granted.setdefault(grant.product, set()).update(grant.rights)
    return [product for product in declared if _shows(product, actor, open_ones, granted)]


def _shows(product: Product, actor: Actor, open_ones: set[str], granted: dict[str, set[str]]) -> bool:
    if product.use is None:  # not a product of the organization: the account, the help centre
        return True
    if product.use.organization_wide:
        return holds_wide(actor, product.use)
    if product.key not in open_ones:
        return False
    showing = {"*", *(right.key for right in (product.use, *product.shown_by))}
    return actor.manages_organization or bool(granted.get(product.key, set()) & showing)


def opens(actor: Actor, right: Right) -> bool:
    """Whether a line of the navigation is shown; a right on a product shows with the product."""
    return not right.organization_wide or holds_wide(actor, right)


def _link(product: Product) -> Link:
    return Link(
        title=str(product.title),
        url=address(product.home),
        icon=product.icon,
        key=product.key,
        letter=LETTERS.get(product.key, ""),
    )


def _entry(link: Link, where: str) -> dict[str, str]:
    return {"title": link.title, "url": link.url, "icon": icon(link.icon), "where": where, "product": link.key}
