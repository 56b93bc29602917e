# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a room's declaration must not leave out, as questions that answer with sentences."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from django.db.models import Field, ForeignKey, ManyToManyField, Model
from django.urls import NoReverseMatch, reverse

from mazot.exchange.product import Product
from mazot.tenancy.models import Person
from mazot.tenancy.rights import Right

COMMON_GROUND = {"tenancy", "foundation", "contenttypes"}


def unclaimed_people(product: Product, models: Iterable[type[Model]]) -> Iterator[str]:
    """Tables that name a person, and no Removal says what becomes of their rows."""
    claimed = {model for removal in product.removal for model in removal.rows}
    for model in models:
        if model not in claimed and any(points_at_person(field) for field in model._meta.get_fields()):
            yield f"{product.title} keeps {model._meta.label} for people who leave: what becomes of it?"


def points_at_person(field: Any) -> bool:
    if isinstance(field, ForeignKey | ManyToManyField):
        return field.related_model is Person
    return isinstance(field, Field) and field.name == "person_id"


def unpaid_bytes(product: Product, models: Iterable[type[Model]]) -> Iterator[str]:
    """Tables that name a blob, and no Storage reads them to count it and keep it from the sweep."""
    read = "".join(inspect.getsource(line.digests_in_use) for line in product.storage)
    kept = [model for model in models if any(field.name == "digest" for field in model._meta.get_fields())]
    if kept and not any(model.__name__ in read for model in kept):
        yield f"{product.title} keeps bytes nobody pays for: {', '.join(model._meta.label for model in kept)}"


def shared_furniture(models: Iterable[type[Model]]) -> Iterator[str]:
    """Foreign keys from one product's table into another's."""
    for model in models:
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | ManyToManyField):
                other = field.related_model
                if inspect.isclass(other) and other._meta.app_label not in COMMON_GROUND | {model._meta.app_label}:
                    yield f"{model._meta.label}.{field.name}: rooms share walls, not furniture: keep an id"


def promises_of_the_menu(product: Product) -> Iterator[str]:
    """Places and first pages whose address does not exist."""
    for name in filter(None, (product.home, *(place.url for place in product.navigation))):
        try:
            reverse(name)
        except NoReverseMatch:
            yield f"{product.title}: the menu promises {name}, which has no page"


def keys_to_no_lock(rights: ModuleType, sources: Iterable[Path]) -> Iterator[str]:
    """Rights of a module that no other file of the house asks for, and that no other right lives within."""
    names = {name: value for name, value in vars(rights).items() if isinstance(value, Right)}
    within = {value.within.key for value in names.values() if value.within}
    used: set[str] = set()
    for file in sources:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        if file.name != "product.py":  # to declare a right is not to ask for it
            used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        else:
            used |= {
                word.value.id
                for node in ast.walk(tree)
                if isinstance(node, ast.keyword | ast.Call)
                for word in ([node] if isinstance(node, ast.keyword) else node.keywords)
                if word.arg in ("needs", "use") and isinstance(word.value, ast.Name)
            }
    for name, right in sorted(names.items()):
        if name not in used and right.key not in within:
            yield f"{right.key}: a key to no lock ({rights.__name__}.{name} is asked for nowhere)"


def undeclared_rights(product: Product, rights: ModuleType) -> Iterator[str]:
    """Rights a room has and its declaration does not name."""
    declared = {right.key for right in product.rights}
    for value in vars(rights).values():
        if isinstance(value, Right) and value.product == product.key and value.key not in declared:
            yield f"{value.key} is not in the rights of {product.title}"


def unheard_facts(kinds: Iterable[type[Any]], *, the_map: str, tests: str, tellers: str) -> Iterator[str]:
    """Facts without a line in the map, without a test, or that nothing tells."""
    for kind in kinds:
        if f"`{kind.kind()}`" not in the_map:
            yield f"nobody has heard of {kind.__name__}: it is not in docs/map.md"
        if kind.__name__ not in tests:
            yield f"nobody has heard of {kind.__name__}: no test names it"
        if f"{kind.__name__}(" not in tellers:
            yield f"nobody tells {kind.__name__}"
