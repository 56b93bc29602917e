# SPDX-License-Identifier: AGPL-3.0-or-later
"""The declaration by which a product tells the suite everything that others need to know about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.functional import Promise

from mazot.foundation.facts import Fact, Heard
from mazot.tenancy.actor import Actor
from mazot.tenancy.catalogue import Move
from mazot.tenancy.departures import Choice, Option, Question, Removal
from mazot.tenancy.rights import Right

__all__ = [
    "Choice",
    "Every",
    "Feature",
    "Limit",
    "Live",
    "Option",
    "Place",
    "Product",
    "Question",
    "Removal",
    "Round",
    "Storage",
]

if TYPE_CHECKING:
    from mazot.exchange.dav import Tree

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a product's navigation; `url` is a URL name."""

    url: str
    title: Sentence
    icon: str
    needs: Right | None = None


@dataclass(frozen=True, slots=True)
class Storage:
    """Blobs this product keeps: who pays, and which digests must not be swept."""

    kind: str
    digests_in_use: Callable[[], Iterable[str]]
    bytes_by_holder: Callable[[], dict[UUID, int]]


@dataclass(frozen=True, slots=True)
class Feature:
    """Something a plan contains or not ("webdav")."""

    key: str
    title: Sentence


@dataclass(frozen=True, slots=True)
class Limit:
    """A number a plan sets, with what it is without a plan (none: no limit) and its unit."""

    key: str
    title: Sentence
    unit: str
    default: int | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """A periodic job: a function without arguments that may run twice."""

    job: Callable[[], Any]
    minutes: int


@dataclass(frozen=True, slots=True)
class Round:
    """Work of its own threads in the worker: done when the topic is heard, and when the next of it is due.

    The function answers in how many seconds that is, none when nothing waits; `threads` names the operator's setting.
    `begins` is called once with the name of the machine by its only worker, who knows that any before it died.
    """

    topic: str
    work: Callable[[], float | None]
    threads: str
    begins: Callable[[str], object] | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """A fact that open pages hear: from the fact, the topics; to a topic, who may listen."""

    fact: type[Fact]
    topics: Callable[[Heard], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Product:
    """Everything the suite knows about one room."""

    key: str
    title: Sentence
    icon: str
    rights: tuple[Right, ...]
    home: str = ""  # URL name of its first page; empty: not in the rail
    order: int = 100
    use: Right | None = None  # the right that shows the product in the rail
    shown_by: tuple[Right, ...] = ()  # further rights of which any shows it there too
    urls: str = ""  # module of URL patterns, mounted at /<key>/
    api: str = ""  # module with ROUTERS: the operations of the API, mounted at /api/v1/
    root_urls: str = ""  # the few that stand in front of every product, such as /login
    navigation: tuple[Place, ...] = ()
    facts: tuple[type[Fact], ...] = ()
    listeners: tuple[tuple[type[Fact], Callable[[Heard], None]], ...] = ()
    live: tuple[Live, ...] = ()
    may_listen: Callable[[Actor, str], bool] | None = None  # topics "<key>:…" only
    storage: tuple[Storage, ...] = ()
    removal: tuple[Removal, ...] = ()
    jobs: tuple[Callable[..., Any], ...] = ()
    schedule: tuple[Every, ...] = ()
    rounds: tuple[Round, ...] = ()
    features: tuple[Feature, ...] = ()
    limits: tuple[Limit, ...] = ()
    dav: "type[Tree] | None" = None  # mounted at /dav/<key>/
    open_instance: Callable[..., Any] | None = None  # (actor, instance): furnish a new instance
    by_default: bool = True  # what has open_instance is in every new organization
    move_instance: Move | None = None  # how an instance goes to another organization
    demo: Callable[..., Any] | None = None
    search: str = ""  # URL name of a page that takes words as ?q=
    help: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
