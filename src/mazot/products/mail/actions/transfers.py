# SPDX-License-Identifier: AGPL-3.0-or-later
"""Imports into an address: begun, fed with the pieces of a file, followed, stopped."""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.sealing import seal
from mazot.products.mail.actions.folders import checked_name
from mazot.products.mail.actions.importing import newest_message
from mazot.products.mail.models import Store, Transfer
from mazot.products.mail.rights import WRITE
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

MOST_BYTES = 5 << 30
SEALED_FOR = "mail-import"
COMES_WITHIN = timedelta(hours=24)
UNDER_WAY = (Transfer.State.WAITING, Transfer.State.WORKING)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.:-]{0,250}[a-z0-9])?")


@action(needs=WRITE)
def announce_file(actor: Actor, store: Store, *, name: str, size: int, into: str = "") -> Transfer:  # noqa: ARG001 - every deed has an actor
    """Say that a file of letters is on its way; its pieces follow."""
    if not 0 < size <= MOST_BYTES:
        raise Invalid("size", _("A file of mail has at most 5 GB, and something in it."), field="file")
    return _begun(store, kind=Transfer.Kind.FILE, state=Transfer.State.COMING, name=name[:255], size=size, into=into)


@action(needs=WRITE)
def note_piece(actor: Actor, store: Store, *, transfer: Transfer, received: int) -> Transfer:  # noqa: ARG001 - every deed has an actor
    """Write down how many bytes are here; the last ones let the import begin."""
    held = _held(store, transfer)
    if held.state != Transfer.State.COMING or not held.received <= received <= held.size:
        raise Conflict("wrong_offset", _("These bytes do not follow on those that are here."))
    held.received = received
    if received == held.size:
        held.state = Transfer.State.WAITING
    held.save(update_fields=["received", "state"])
    return held


@action(needs=WRITE)
def bring_from_server(
    actor: Actor,  # noqa: ARG001 - every deed has an actor
    store: Store,
    *,
    host: str,
    port: int,
    login: str,
    password: str,
    is_encrypted: bool = True,
    into: str = "",
) -> Transfer:
    """Bring the mail of another server here; the password is kept sealed until the run is over, and no longer."""
    host = host.strip().lower().rstrip(".")
    if not _HOST.fullmatch(host):
        raise Invalid("host", _("This is no name of a server; one looks like imap.example.org."), field="host")
    if not 0 < port < 65536 or (port not in (143, 993) and not settings.MAZOT.private_imports):
        raise Invalid("port", _("Mail is read through port 993 or 143."), field="port")
    if not is_encrypted and not settings.MAZOT.private_imports:
        raise Invalid("insecure", _("A password goes nowhere without encryption."), field="is_encrypted")
    if any(not 0 < len(text) <= 254 or any(ord(one) < 32 for one in text) for text in (login, password)):
        raise Invalid("login", _("A user name and a password have one to 254 visible characters."), field="login")
    return _begun(
        store,
        kind=Transfer.Kind.SERVER,
        name=host,
        port=port,
        login=login,
        is_encrypted=is_encrypted,
        secret=seal(password, key=settings.MAZOT_CREDENTIAL_KEY, purpose=SEALED_FOR),
        into=into,
    )


@action(needs=WRITE)
def stop_transfer(actor: Actor, store: Store, *, transfer: Transfer) -> Transfer:  # noqa: ARG001 - every deed has an actor
    """Stop an import; what came in stays."""
    held = _held(store, transfer)
    if held.finished_at is None:
        _end(held, Transfer.State.STOPPED, "")
    return held


@action(needs=WRITE)
def note_progress(actor: Actor, store: Store, /, *, transfer: Transfer, **told: Any) -> bool:  # noqa: ARG001 - every deed has an actor
    """Write down how far an import has come; whether it is to go on."""
    held = _held(store, transfer)
    if held.finished_at is not None:
        return False
    for name, value in told.items():
        setattr(held, name, value)
    held.state, held.touched_at = Transfer.State.WORKING, clock.now()
    held.save(update_fields=["state", "touched_at", *told])
    return True


@action(needs=WRITE)
def end_transfer(actor: Actor, store: Store, *, transfer: Transfer, said: str = "") -> None:  # noqa: ARG001 - every deed has an actor
    """An import is over: done, or failed for this reason."""
    held = _held(store, transfer)
    if held.finished_at is None:
        _end(held, Transfer.State.FAILED if said else Transfer.State.DONE, said)


def _end(held: Transfer, state: str, said: str) -> None:
    held.state, held.said, held.finished_at, held.secret = state, said, clock.now(), ""
    held.save(update_fields=["state", "said", "finished_at", "secret"])


def _begun(store: Store, *, into: str, **told: Any) -> Transfer:
    if into:
        into = checked_name(into)
    Store.objects.select_for_update().get(id=store.id)
    others = Transfer.objects.filter(address_id=store.address_id, finished_at__isnull=True)
    others.filter(state=Transfer.State.COMING, created_at__lt=clock.now() - COMES_WITHIN).update(
        state=Transfer.State.STOPPED, finished_at=clock.now()
    )
    if others.filter(state__in=UNDER_WAY).exists():
        raise Refused("under_way", _("Mail is being brought here already. Wait until it is done, or stop it."))
    others.update(state=Transfer.State.STOPPED, finished_at=clock.now())  # another file that never came whole
    made = Transfer(
        address_id=store.address_id,
        into=into,
        newest_before=newest_message(store),
        created_at=clock.now(),
        **told,
    )
    made.save(force_insert=True)
    return made


def _held(store: Store, transfer: Transfer) -> Transfer:
    found = Transfer.objects.select_for_update().filter(id=transfer.id, address_id=store.address_id).first()
    if found is None:
        raise NotFound("not_found")
    return found
