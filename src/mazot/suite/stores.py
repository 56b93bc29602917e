# SPDX-License-Identifier: AGPL-3.0-or-later
"""`mazot mail check`, `reread`, `reindex`, `restored`: whether what addresses keep adds up, mended or read again."""

from collections.abc import Iterator
from dataclasses import dataclass

from mazot.products.mail.actions.indexing import reindex_store
from mazot.products.mail.actions.rebuilding import check_store, mend_store, renew_store
from mazot.products.mail.actions.rereading import reread_messages
from mazot.products.mail.queries.checking import every_store, missing_contents
from mazot.tenancy.actor import Actor


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one store; `mended` of the faults are no more."""

    address: str
    faults: tuple[str, ...]
    mended: int = 0


def check_stores(address: str, *, mend: bool) -> Iterator[Checked]:
    """Look at every store, or at that of one address."""
    for store, name in every_store(address):
        system = Actor.system(store.organization_id, because="the operator had the mail checked")
        mended = len(mend_store(system, store)) if mend else 0
        faults = [*check_store(system, store), *missing_contents(store)]
        yield Checked(name, tuple(map(str, faults)), mended)


def reread_stores(address: str, *, everything: bool) -> Iterator[tuple[str, int]]:
    """Have every store read again, or that of one address; now and then, how many of its letters were."""
    for store, name in every_store(address):
        system = Actor.system(store.organization_id, because="the operator had the mail read again")
        n_read = 0
        for n_read in reread_messages(system, store, everything=everything):
            if n_read % 1000 == 0:
                yield name, n_read
        yield name, n_read


def reindex_stores(address: str) -> Iterator[tuple[str, int]]:
    """Have the index of every store made anew, or that of one address; now and then, how many letters are in it."""
    for store, name in every_store(address):
        system = Actor.system(store.organization_id, because="the operator had the mail indexed again")
        n_read = 0
        for n_read in reindex_store(system, store):
            if n_read % 1000 == 0:
                yield name, n_read
        yield name, n_read


def renew_stores() -> int:
    """Have every program read everything anew; how many mailboxes there are."""
    because = "the server was restored from a copy"
    return sum(renew_store(Actor.system(store.organization_id, because=because), store) for store, _ in every_store())
