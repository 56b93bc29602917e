# SPDX-License-Identifier: AGPL-3.0-or-later
"""Listening sockets, opened by the supervisor and inherited by the roles: a restart of a role refuses nobody."""

import os
import socket

INHERITED = "MAZOT_LISTEN_FDS"  # "http=7" or "imap=7 sieve=8"
EXAMPLES = {
    "http": "127.0.0.1:8000",
    "smtp": "127.0.0.1:2525",
    "lmtp": "127.0.0.1:2424",
    "submission": "127.0.0.1:2587",
    "imap": "127.0.0.1:2143",
    "sieve": "127.0.0.1:4190",
    "imaps": "127.0.0.1:2993",
    "submissions": "127.0.0.1:2465",
}


class CannotServe(Exception):
    """Why Mazot does not start, in one sentence for the operator."""


def listen(address: str, *, flag: str = "http") -> socket.socket:
    """Open a listening socket on HOST:PORT; port 0 takes a free one."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    try:
        if not 0 <= int(port) < 65536:  # getaddrinfo takes any number and cuts it
            raise ValueError(port)
        family, kind, protocol, _, where = socket.getaddrinfo(host or None, int(port), type=socket.SOCK_STREAM)[0]
    except (ValueError, OSError) as error:
        raise CannotServe(
            f"--{flag} {address!r} is no address: write HOST:PORT, for example {EXAMPLES[flag]}."
        ) from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(where)
    except OSError as error:
        listener.close()
        off = "" if flag == "http" else f' --{flag} "" turns this door off.'
        raise CannotServe(
            f"The address {address} cannot be used: {(error.strerror or str(error)).lower()}. "
            f"Stop the program that listens there, or choose another with --{flag} HOST:PORT.{off}"
        ) from error
    listener.listen(2048)
    return listener


def inherited() -> dict[str, socket.socket]:
    """The sockets a supervisor passed on; none when this role runs alone."""
    pairs = (pair.partition("=") for pair in os.environ.pop(INHERITED, "").split())
    return {name: socket.socket(fileno=int(descriptor)) for name, _, descriptor in pairs}


def passed_on(listeners: dict[str, socket.socket]) -> str:
    return " ".join(f"{name}={listener.fileno()}" for name, listener in listeners.items())
