# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write docs/map.md from what the rooms declare, or check that it is fresh.

usage: make_map.py [--check]
"""

import importlib
import inspect
import os
import pkgutil
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "docs" / "map.md"
HEADING = """# The map of Mazot

Written by `make map` from what the rooms declare; `make check` fails when it is stale. Do not edit it.
"""


def start() -> None:
    """Read the declarations, as a server would at its start."""
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("MAZOT_DATA", tempfile.mkdtemp(prefix="mazot-map-"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    import django
    from django.utils import translation

    django.setup()
    translation.activate("en")


def read_everything() -> None:
    """Load what declares facts, rights and ports, also where nothing uses it yet."""
    for floor in ("mazot.exchange", "mazot.tenancy"):
        for found in pkgutil.walk_packages(importlib.import_module(floor).__path__, f"{floor}."):
            if not {"tests", "migrations"} & set(found.name.split(".")):
                importlib.import_module(found.name)


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [row(*cells) for cells in rows]
    return "\n".join([row(*head), row(*("---" for _ in head)), *lines]) if lines else "None yet."


def first_sentence(thing: object) -> str:
    said = " ".join((inspect.getdoc(thing) or "").split())
    return re.split(r"(?<=\.)\s", said, maxsplit=1)[0]


def facts() -> list[type[Any]]:
    """Every fact that can be told, by kind."""
    from mazot.foundation.facts import Fact

    def below(kind: type[Any]) -> Iterator[type[Any]]:
        for child in kind.__subclasses__():
            if child.__subclasses__():
                yield from below(child)
            elif (
                getattr(sys.modules[child.__module__], child.__name__, None) is child
                and ".tests" not in child.__module__
            ):
                yield child

    read_everything()
    # dataclass(slots=True) makes each class twice; the one its module kept is the one that counts
    return sorted({kind.kind(): kind for kind in below(Fact)}.values(), key=lambda kind: kind.kind())


def rights() -> dict[str, Any]:
    """Every right by key: those of products and those of tenancy."""
    from mazot.exchange import registry
    from mazot.tenancy.rights import Right

    found = {right.key: right for product in registry.products() for right in product.rights}
    for name in list(sys.modules):
        if name.startswith("mazot.") and ".tests" not in name:
            kept = vars(sys.modules[name]).values()
            found |= {right.key: right for right in kept if isinstance(right, Right)}
    return dict(sorted(found.items()))


def ports() -> list[type[Any]]:
    found = []
    for file in sorted((ROOT / "src/mazot/exchange/ports").glob("[a-z]*.py")):
        module = importlib.import_module(f"mazot.exchange.ports.{file.stem}")
        found += [
            kind
            for kind in vars(module).values()
            if inspect.isclass(kind) and kind.__module__ == module.__name__ and getattr(kind, "_is_protocol", False)
        ]
    return found


def addresses() -> Iterator[tuple[str, str]]:
    """Path and name of every page and form of ours."""
    from django.urls import URLPattern, URLResolver, get_resolver

    def below(patterns: Iterable[Any], path: str, space: str) -> Iterator[tuple[str, str]]:
        for entry in patterns:
            here = path + str(entry.pattern).lstrip("^").removesuffix(r"\Z").removesuffix("$")
            if isinstance(entry, URLResolver):
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from below(entry.url_patterns, here, inner)
            elif isinstance(entry, URLPattern) and entry.name:
                yield f"/{here}", f"{space}{entry.name}"

    return below(get_resolver().url_patterns, "", "")


def nouns() -> list[tuple[str, str, str]]:
    """Word, meaning, room, from the line `Nouns:` of each room's docstring: "space (one person's folder), …"."""
    found = []
    for file in sorted((ROOT / "src/mazot").glob("**/__init__.py")):
        room = ".".join(file.parent.relative_to(ROOT / "src").parts)
        said = inspect.getdoc(importlib.import_module(room)) or "" if "/tests" not in str(file.parent) else ""
        told = re.search(r"^Nouns:(.*?)(?=^[A-Z][a-z]+:|\Z)", said, re.DOTALL | re.MULTILINE)
        for word, meaning in re.findall(r"([^,(]+?)\s*\(([^()]*)\)", told.group(1) if told else ""):
            found.append((word.strip().removeprefix("and "), " ".join(meaning.split()), room.removeprefix("mazot.")))
    return sorted(found)


def name_of(job: Any) -> str:
    inner = getattr(job, "func", job)
    return f"{inner.__module__.removeprefix('mazot.')}.{inner.__name__}"


def said_of(job: Any) -> str:
    return first_sentence(getattr(job, "func", job))


def sections() -> Iterator[str]:
    from mazot.exchange import registry

    read_everything()
    products = registry.products()
    yield HEADING
    yield from ("## Products\n", about_products(products))
    yield from ("\n## Rights\n", about_rights())
    yield from ("\n## Facts\n", about_facts())
    yield from (
        "\n## Ports\n",
        table(("port", "says"), ((f"`{port.__name__}`", first_sentence(port)) for port in ports())),
    )
    yield from ("\n## When a person leaves\n", about_removal(products))
    yield from ("\n## Jobs\n", about_jobs(products))
    yield from ("\n## Settings\n", about_settings())
    yield from (
        "\n## Addresses\n",
        table(("address", "name"), sorted({(f"`{path}`", f"`{name}`") for path, name in addresses()})),
    )
    yield from ("\n## Glossary\n", table(("word", "means", "room"), nouns()))


def about_products(products: list[Any]) -> str:
    head = ("key", "title", "first page", "plan features", "plan limits", "WebDAV")
    return table(
        head,
        (
            (
                f"`{product.key}`",
                product.title,
                f"`{product.home}`" if product.home else "",
                ", ".join(f"`{feature.key}` {feature.title}" for feature in product.features),
                ", ".join(f"`{limit.key}` ({limit.unit})" for limit in product.limits),
                f"`/dav/{product.key}/`" if product.dav else "",
            )
            for product in products
        ),
    )


def about_rights() -> str:
    head = ("right", "what a manager reads", "given by")
    return table(head, ((f"`{key}`", right.sentence, given_by(right)) for key, right in rights().items()))


def about_facts() -> str:
    carried = {kind: ", ".join(f"`{part.name}`" for part in fields(kind)) for kind in facts()}
    rows = ((f"`{kind.kind()}`", first_sentence(kind), names) for kind, names in carried.items())
    return table(("fact", "says", "carries"), rows)


def about_ports() -> str:
    return table(("port", "says"), ((f"`{port.__name__}`", first_sentence(port)) for port in ports()))


def about_addresses() -> str:
    return table(("address", "name"), sorted({(f"`{path}`", f"`{name}`") for path, name in addresses()}))


def about_removal(products: list[Any]) -> str:
    lines = [line for product in products for line in product.removal]
    rows = (
        (f"`{model._meta.label}`", fate.replace("_", " "), *(f"`{name_of(deed)}`" for deed in deeds_of(line)))
        for line in lines
        for model, fate in line.rows.items()
    )
    return table(("rows", "fate", "by", "undone by", "final by"), rows)


def deeds_of(removal: Any) -> tuple[Any, Any, Any]:
    return removal.act, removal.undo, removal.purge


def about_jobs(products: list[Any]) -> str:
    every = {name_of(turn.job): turn.minutes for product in products for turn in product.schedule}
    jobs = {name_of(job): job for product in products for job in (*product.jobs, *(t.job for t in product.schedule))}
    when = {name: f"every {every[name]} min" if name in every else "asked" for name in jobs}
    return table(("job", "does", "when"), ((f"`{name}`", said_of(jobs[name]), when[name]) for name in sorted(jobs)))


def about_settings() -> str:
    from mazot.suite.configuration import Configuration

    head = "In `mazot.toml` in the data folder, as `MAZOT_…` in the environment, some as a flag of `mazot serve`.\n\n"
    known = {part.name: "" if part.default in (MISSING, "") else f"`{part.default}`" for part in fields(Configuration)}
    return head + table(("setting", "without it"), ((f"`{name}`", default) for name, default in known.items()))


def given_by(right: Any) -> str:
    if right.organization_wide:
        return "role: " + ", ".join(sorted(str(role).replace("_", " ") for role in right.roles))
    if right.grantable:
        return "grant"
    return f"`{right.within.key}`, and the thing itself" if right.within else "the thing itself"


def main() -> int:
    start()
    text = "\n".join(sections()) + "\n"
    if sys.argv[1:] == ["--check"]:
        if MAP.exists() and MAP.read_text(encoding="utf-8") == text:
            return 0
        print("docs/map.md is stale: run `make map` and commit it.")
        return 1
    MAP.parent.mkdir(exist_ok=True)
    MAP.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
