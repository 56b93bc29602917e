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
            elif child.__module__.startswith("mazot.") and ".tests." not in child.__module__:
                yield child

    read_everything()
    # dataclass(slots=True) makes the class twice; the second is the one that counts
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
    from mazot.suite.configuration import Configuration

    read_everything()
    products = registry.products()
    yield HEADING
    yield "## Products\n"
    yield table(
        ("key", "title", "first page", "plan features", "plan limits", "WebDAV"),
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
    yield "\n## Rights\n"
    yield table(
        ("right", "what a manager reads", "given by"),
        ((f"`{key}`", right.sentence, given_by(right)) for key, right in rights().items()),
    )
    yield "\n## Facts\n"
    yield table(
        ("fact", "says", "carries"),
        (
            (f"`{kind.kind()}`", first_sentence(kind), ", ".join(f"`{part.name}`" for part in fields(kind)))
            for kind in facts()
        ),
    )
    yield "\n## Ports\n"
    yield table(("port", "says"), ((f"`{port.__name__}`", first_sentence(port)) for port in ports()))
    yield "\n## When a person leaves\n"
    yield table(
        ("rows", "fate", "by"),
        (
            (f"`{line.model._meta.label}`", line.fate.replace("_", " "), f"`{name_of(line.act)}`")
            for product in products
            for line in product.removal
        ),
    )
    yield "\n## Jobs\n"
    every = {name_of(turn.job): turn.minutes for product in products for turn in product.schedule}
    jobs = {name_of(job): job for product in products for job in (*product.jobs, *(t.job for t in product.schedule))}
    yield table(
        ("job", "does", "when"),
        (
            (f"`{name}`", said_of(job), f"every {every[name]} min" if name in every else "asked")
            for name, job in sorted(jobs.items())
        ),
    )
    yield "\n## Settings\n"
    yield "In `mazot.toml` in the data folder, as `MAZOT_…` in the environment, or as a flag of `mazot serve`.\n"
    yield table(
        ("setting", "without it"),
        (
            (f"`{part.name}`", "" if part.default is MISSING or part.default == "" else f"`{part.default}`")
            for part in fields(Configuration)
        ),
    )
    yield "\n## Addresses\n"
    yield table(("address", "name"), sorted({(f"`{path}`", f"`{name}`") for path, name in addresses()}))
    yield "\n## Glossary\n"
    yield table(("word", "means", "room"), nouns())


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
