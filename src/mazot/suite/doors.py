# SPDX-License-Identifier: AGPL-3.0-or-later
"""The doors of the mail role: each setting that names a listening address, and the function that opens the door.

A door is opened by `async def open_door(listener: socket, *, tls: SSLContext | None) -> Door`. A setting without a line
here belongs to a door that this version does not have: nothing listens for it.
"""

import importlib
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

from mazot.suite.configuration import Configuration
from mazot.suite.listening import CannotServe, listen


class Door(Protocol):
    """A protocol that is spoken on one socket."""

    async def close(self) -> None:
        """Take nobody new, let commands in hand end, say goodbye, and come back when all have gone."""


Tls = ssl.SSLContext | None
Opener = Callable[..., Awaitable[Door]]

# setting → module:function. The supervisor reads this, which never imports Django: names, not functions.
DOORS: dict[str, str] = {
    "smtp": "mazot.heads.smtp.door:open_door",
    "lmtp": "mazot.heads.smtp.door:open_lmtp",
    "submission": "mazot.heads.smtp.door:open_submission",
    "imap": "mazot.heads.imap.door:open_door",
    "sieve": "mazot.heads.sieve.door:open_door",
    "imaps": "mazot.heads.imap.door:open_secret_door",
    "submissions": "mazot.heads.smtp.door:open_secret_submission",
}
IN_TLS = frozenset({"imaps", "submissions"})


def addresses(configuration: Configuration) -> dict[str, str]:
    """The doors to open and where; an empty address turns a door off."""
    wanted = {name: str(getattr(configuration, name)) for name in DOORS}
    return {name: address for name, address in wanted.items() if address}


def listen_for(configuration: Configuration) -> dict[str, socket.socket]:
    """A listening socket for each door; when one cannot be had, none stays open."""
    if not configuration.certificate and (bare := sorted(IN_TLS & set(addresses(configuration)))):
        raise CannotServe(f"The door {bare[0]} speaks TLS alone: set certificate, or leave {bare[0]} empty.")
    listeners: dict[str, socket.socket] = {}
    try:
        for name, address in addresses(configuration).items():
            listeners[name] = listen(address, flag=name)
    except CannotServe:
        for listener in listeners.values():
            listener.close()
        raise
    return listeners


def opener(name: str) -> Opener:
    module, _, function = DOORS[name].partition(":")
    found: Opener = getattr(importlib.import_module(module), function)
    return found


def written(listeners: dict[str, socket.socket]) -> str:
    """Where each door answers, for the ready line: `imap://127.0.0.1:2143 …`."""
    return " ".join(f"{name}://{_place(listener.getsockname())}" for name, listener in listeners.items())


def _place(name: tuple[Any, ...]) -> str:
    host, port = name[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def tls_of(configuration: Configuration) -> Tls:
    """What the doors offer STARTTLS with; none without a certificate."""
    if not configuration.certificate:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(configuration.certificate, configuration.certificate_key or None)
    except (OSError, ssl.SSLError) as error:
        unreadable = [path for path in _files(configuration) if not os.access(path, os.R_OK)]
        what = (
            f"{unreadable[0]} cannot be read" if unreadable else f"{configuration.certificate} and its key do not fit"
        )
        raise CannotServe(
            f"The certificate cannot be used: {what}. Look at certificate and certificate_key."
        ) from error
    return context


def _files(configuration: Configuration) -> list[Path]:
    return [Path(path) for path in (configuration.certificate, configuration.certificate_key) if path]
