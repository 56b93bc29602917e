# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable

import pytest

from mazot.foundation import quota
from mazot.foundation.blobs import Blob, blobs
from mazot.foundation.facts import Fact
from mazot.foundation.models import FactRow
from mazot.products.drive.actions.drives import open_common_folder, open_own_folder
from mazot.products.drive.actions.files import make_folder, put_file
from mazot.products.drive.models import Entry, Space
from mazot.tenancy.actor import Actor
from mazot.tenancy.models import ProductInstance
from tests.cast import Cast


@pytest.fixture
def own(cast: Cast, malik: Actor) -> Entry:
    """The top of Malik's own folder."""
    return open_own_folder(malik, cast.drive).root


@pytest.fixture
def common(cast: Cast, olive: Actor) -> Space:
    """An organization folder at Mimosa."""
    return open_common_folder(olive, cast.drive, name="Saison 2026–27")


def blob(content: bytes | str = b"a content") -> Blob:
    return blobs().put(content.encode() if isinstance(content, str) else content)


def told(fact: type[Fact]) -> list[dict]:
    """The details of every fact of a kind that was told, oldest first."""
    return [row.details for row in FactRow.objects.filter(kind=fact.kind()).order_by("at", "id")]


def used(instance: ProductInstance) -> int:
    return quota.used_and_allowed(instance.id, "drive")[0]


Maker = Callable[..., Entry]


@pytest.fixture
def folder(malik: Actor, own: Entry) -> Maker:
    """Make a folder of Malik's, at the top unless told otherwise."""

    def make(name: str, inside: Entry | None = None) -> Entry:
        return make_folder(malik, inside or own, name=name)

    return make


@pytest.fixture
def file(malik: Actor, own: Entry) -> Maker:
    """Put a file of Malik's, at the top unless told otherwise."""

    def put(name: str, inside: Entry | None = None, content: bytes | str = b"a content") -> Entry:
        return put_file(malik, inside or own, name=name, blob=blob(content)).entry

    return put


def again(entry: Entry) -> Entry:
    """The entry as it is in the database now."""
    return Entry.objects.select_related("space").get(id=entry.id)
