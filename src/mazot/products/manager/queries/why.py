# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why somebody has what they have, in words: each product, each right, each path."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from mazot.exchange.registry import product, rights_of
from mazot.products.manager.queries.access import live_products
from mazot.tenancy.actor import Actor, Held
from mazot.tenancy.models import Grant, Membership, ProductInstance, TeamMember
from mazot.tenancy.queries.rights import paths, read_grants
from mazot.tenancy.rights import Path, Right


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody may do with one product: each right with its reasons, and the teams that do not count there."""

    instance: ProductInstance
    icon: str
    rights: list[tuple[Right, list[str]]]
    set_aside: list[str]


def why_of(actor: Actor, member: Membership) -> list[Account]:
    """Everything the member may do with the organization's products, and why: two reads, however many products."""
    them = _present(actor, member)
    accounts = [account_of(them, instance) for instance in live_products(actor)] if them else []
    return [account for account in accounts if account.rights or account.set_aside]


@dataclass(frozen=True, slots=True)
class Reason:
    """One right somebody holds on one product, and the paths that lead to it."""

    instance: ProductInstance
    right: Right
    paths: list[Path]


def reasons_of(actor: Actor, member: Membership) -> list[Reason]:
    """The same without words: each right the member holds on each of the organization's products."""
    them = _present(actor, member)
    found = [reason for instance in live_products(actor) for reason in _reasons(them, instance)] if them else []
    return sorted(found, key=lambda reason: (reason.instance.product, reason.instance.name, reason.right.key))


def _reasons(them: Actor, instance: ProductInstance) -> list[Reason]:
    every = (Reason(instance, right, list(paths(them, right, instance))) for right in rights_of(instance.product))
    return [reason for reason in every if reason.paths]


def account_of(them: Actor, instance: ProductInstance) -> Account:
    found = [(one.right, [in_words(path) for path in one.paths]) for one in _reasons(them, instance)]
    wins = any(right.own_grant_wins for right in rights_of(instance.product))
    declared = product(instance.product)
    set_aside = _set_aside(them.grants or (), instance) if wins else []
    return Account(instance, declared.icon if declared else "box", found, set_aside)


def _set_aside(grants: Sequence[Held], instance: ProductInstance) -> list[str]:
    about = [one for one in grants if one.product == instance.product and one.instance_id in (None, instance.id)]
    if all(one.team_id for one in about):
        return []
    return sorted({one.team for one in about if one.team_id})


def in_words(path: Path) -> str:
    """One reason as a manager reads it."""
    if path.through == "role":
        return _("Their role gives everything.")
    words = {"team": path.holder}
    if path.team_id and path.through == "category":
        return _("The team %(team)s has every product of this kind.") % words
    if path.team_id:
        return _("The team %(team)s has this product.") % words
    if path.through == "category":
        return _("They were given every product of this kind.")
    return _("They were given this product.")


def _present(actor: Actor, member: Membership) -> Actor | None:
    """Who the member acts as, with their grants; none for one of another organization or who is not let in."""
    if member.organization_id != actor.organization_id or not member.is_active:
        return None
    them = _acting(member)
    return them if them.manages_organization else replace(them, grants=tuple(read_grants(them)))


def _acting(member: Membership) -> Actor:
    return Actor(member.person_id, member.organization_id, member.role, member.id)


def reasons_on(instance: ProductInstance, members: Sequence[Membership]) -> list[tuple[Membership, Account]]:
    """Each of these members with why they reach the product, in two reads."""
    teams: dict[Any, list[Any]] = {}
    for membership_id, team_id in TeamMember.objects.filter(membership__in=members).values_list(
        "membership_id", "team_id"
    ):
        teams.setdefault(team_id, []).append(membership_id)
    about = (
        Grant.objects.filter(organization_id=instance.organization_id, product=instance.product)
        .filter(Q(instance=instance) | Q(instance__isnull=True))
        .filter(Q(membership__in=members) | Q(team_id__in=list(teams)))
        .values_list("membership_id", "team_id", "team__name", "instance_id", "rights", "id")
    )
    held: dict[Any, list[Held]] = {}
    for membership_id, team_id, name, instance_id, rights, grant_id in about:
        one = Held(instance.product, instance_id, frozenset(rights), grant_id, team_id, name or "")
        for holder in teams.get(team_id, ()) if team_id else (membership_id,):
            held.setdefault(holder, []).append(one)
    return [
        (member, account_of(replace(_acting(member), grants=tuple(held.get(member.id, ()))), instance))
        for member in members
    ]


def named(members: Iterable[Membership], *, at_most: int = 5) -> str:
    """A few names, and how many more."""
    names = [member.person.name for member in members]
    shown = ", ".join(names[:at_most])
    more = len(names) - at_most
    return _("%(names)s and %(more)d more") % {"names": shown, "more": more} if more > 0 else shown
