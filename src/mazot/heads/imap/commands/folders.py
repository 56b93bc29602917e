# SPDX-License-Identifier: AGPL-3.0-or-later
"""CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE."""

from mazot.heads.bridge import across
from mazot.heads.imap.entries import ROLES
from mazot.heads.imap.places import Place, place_of, place_to_make
from mazot.heads.imap.refusals import No
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.actions.doors import Opened
from mazot.products.mail.actions.mailboxes import (
    choose_mailbox,
    make_mailbox,
    remove_mailbox,
    rename_mailbox,
    subscribe_mailbox,
    unsubscribe_mailbox,
)
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.wire.imap.commands import Named


async def create(session: Session, named: Named) -> Ok:
    """CREATE (RFC 9051 section 6.3.4), with a use (RFC 6154); a slash at the end promises children."""
    command = named.read()
    if len(command.uses) > 1 or any(use not in ROLES for use in command.uses):
        raise No(f"A mailbox has one use at most: {', '.join(ROLES)}.", b"USEATTR")
    role = ROLES[command.uses[0]] if command.uses else ""
    assert session.opened is not None
    place = await place_to_make(session, command.mailbox.removesuffix("/"))
    number = await across(_create, session.opened, place, role)
    return Ok("It is made.", b"MAILBOXID (F%d)" % number)


def _create(opened: Opened, place: Place, role: str) -> int:
    return int(make_mailbox(opened.actor, place.store, name=place.name, role=role).id)


async def delete(session: Session, named: Named) -> Ok:
    assert session.opened is not None
    removed = await across(_remove, session.opened, await place_of(session, named.read().mailbox))
    if session.selected is not None and session.selected.mailbox.id == removed:
        session.selected = None
    return Ok("It is gone.")


def _remove(opened: Opened, place: Place) -> int:
    mailbox = mailbox_named(opened.actor, place.store, place.name)
    number = int(mailbox.id)
    remove_mailbox(opened.actor, mailbox)
    return number


async def rename(session: Session, named: Named) -> Ok:
    command = named.read()
    assert session.opened is not None
    place = await place_of(session, command.mailbox)
    to = await place_to_make(session, command.to.removesuffix("/"))
    if place.store.id != to.store.id:
        raise No("A mailbox stays with its address. Move its letters instead.", b"CANNOT")
    await across(_rename, session.opened, place, to.name)
    return Ok("It has its new name.", looks=True)


def _rename(opened: Opened, place: Place, to: str) -> None:
    rename_mailbox(opened.actor, mailbox_named(opened.actor, place.store, place.name), name=to)


async def subscribe(session: Session, named: Named) -> Ok:
    """SUBSCRIBE and UNSUBSCRIBE."""
    assert session.opened is not None
    place = await place_of(session, named.read().mailbox)
    await across(_subscribe, session.opened, place, wanted=named.verb == b"SUBSCRIBE")
    return Ok("So it is.")


def _subscribe(opened: Opened, place: Place, *, wanted: bool) -> None:
    mailbox = mailbox_named(opened.actor, place.store, place.name)
    if place.shared is not None:
        choose_mailbox(opened.actor, mailbox, is_wanted=wanted)
        return
    (subscribe_mailbox if wanted else unsubscribe_mailbox)(opened.actor, mailbox)
