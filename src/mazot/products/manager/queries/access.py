# SPDX-License-Identifier: AGPL-3.0-or-later
"""The access of a member or a team as the form shows it, and as the form brings it back."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.exchange.registry import products
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from mazot.tenancy.queries.access import AccessLine
from mazot.tenancy.queries.rights import EVERYTHING
from mazot.tenancy.rights import Right

LONGEST = 100_000  # characters of what a form says it has seen


@dataclass(frozen=True, slots=True)
class Row:
    """One thing access can be given to: a product, or (first of its category) every product of the kind."""

    target: str
    product: str
    title: str
    is_category: bool
    is_on: bool
    has_everything: bool
    rights: list[tuple[Right, bool]]

    @property
    def summary(self) -> str:
        if self.has_everything:
            return _("Everything, with rights that come later.")
        return " ".join(str(right.sentence) for right, is_on in self.rights if is_on)


@dataclass(frozen=True, slots=True)
class Category:
    key: str
    title: str
    icon: str
    rows: list[Row]

    @property
    def count(self) -> int:
        return sum(row.is_on for row in self.rows)


def categories_for(actor: Actor, lines: Iterable[AccessLine]) -> list[Category]:
    """Everything access can be given to in this organization, with what these lines give."""
    given = {line.target: line for line in lines}
    live = list(live_products(actor))
    found = []
    for declared in products():
        rights = [right for right in declared.rights if right.grantable]
        if not rights:
            continue
        title = _("Every product of this kind, also those that come later")
        rows = [_row(given.get(declared.key), declared.key, declared.key, title, rights)]
        rows += [
            _row(given.get(str(one.id)), str(one.id), declared.key, one.name, rights)
            for one in live
            if one.product == declared.key
        ]
        found.append(Category(declared.key, str(declared.title), declared.icon, rows))
    return found


def live_products(actor: Actor) -> Any:
    return ProductInstance.objects.filter(organization_id=actor.organization_id, ended_at__isnull=True).order_by(
        "product", "name", "id"
    )


def _row(line: AccessLine | None, target: str, product: str, title: str, rights: list[Right]) -> Row:
    # A row that is not ticked yet offers the first right, so that a tick alone means something.
    keys = line.rights if line else frozenset({rights[0].key})
    return Row(
        target=target,
        product=product,
        title=title,
        is_category=target == product,
        is_on=line is not None,
        has_everything=EVERYTHING in keys,
        rights=[(right, right.key in keys) for right in rights],
    )


def wished(actor: Actor, said: Any) -> list[AccessLine]:
    """What the ticks of a form ask for; a product that is not here any more is left out."""
    ticked = set(said.getlist("on"))
    lines = []
    for category in categories_for(actor, ()):
        for row in category.rows:
            if row.target in ticked:
                keys = frozenset(said.getlist(f"rights:{row.target}"))
                instance_id = None if row.is_category else UUID(row.target)
                lines.append(AccessLine(row.product, instance_id, frozenset("*") if "*" in keys else keys))
    return lines


def kept(lines: Iterable[AccessLine]) -> str:
    """What was shown, as the form carries it."""
    rows = ([line.product, str(line.instance_id or ""), sorted(line.rights)] for line in lines)
    return json.dumps(sorted(rows))


def read_back(text: str) -> list[AccessLine]:
    """What the form says was shown; nonsense is nothing, and then it does not fit what is there."""
    try:
        rows = json.loads(text[:LONGEST])
        return [
            AccessLine(str(product), UUID(instance_id) if instance_id else None, frozenset(map(str, rights)))
            for product, instance_id, rights in rows
        ]
    except (ValueError, TypeError, AttributeError, RecursionError):
        return []


def changed(actor: Actor, before: Iterable[AccessLine], now: Iterable[AccessLine]) -> list[str]:
    """What somebody else did between two readings, one sentence each."""
    was, is_now = {one.target: one for one in before}, {one.target: one for one in now}
    rows = {
        row.target: f"{category.title}: {row.title}" if row.is_category else row.title
        for category in categories_for(actor, is_now.values())
        for row in category.rows
    }
    told = []
    for target in sorted({*was, *is_now}, key=lambda one: rows.get(one, "")):
        words = {"product": rows.get(target, _("A product that is gone"))}
        if target not in is_now:
            told.append(_("%(product)s: the access was taken back.") % words)
        elif target not in was:
            told.append(_("%(product)s: access was given.") % words)
        elif was[target] != is_now[target]:
            told.append(_("%(product)s: the rights are others.") % words)
    return told
