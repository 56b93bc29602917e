# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a card provider is to a shop: how a payment is begun, and what its messages say once they are believed."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

GIVEN_UP = "card=no"  # at the end of the address to which somebody comes back who did not pay


@dataclass(frozen=True, slots=True)
class Charge:
    """What is to be paid, for which order, and where the buyer goes afterwards."""

    order: str  # its id, as the provider gives it back
    title: str
    amount: int
    currency: str
    email: str
    language: str
    back: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Request:
    """A letter to the provider that begins a payment."""

    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """Money came, says the provider."""

    event: str  # one for each payment: a repeat says the same
    order: str
    amount: int
    currency: str
    payment: str = ""  # what the provider calls it, by which it can be given back


@dataclass(frozen=True, slots=True)
class Returned:
    """So much of a payment has gone back in all, says the provider."""

    payment: str
    amount: int


@dataclass(frozen=True, slots=True)
class CameBack:
    """Money that went back was not taken, says the provider, perhaps days later: it has it again."""

    payment: str
    key: str  # under which it was asked for; none when somebody gave it back at the provider itself
    amount: int
    why: str


@dataclass(frozen=True, slots=True)
class Return:
    """Money of a payment that is to go back; `key` is the same until the provider has refused."""

    key: str
    payment: str
    amount: int


News = Told | Returned | CameBack


class NotBelieved(Exception):
    """A message that the provider did not sign, or not lately, or that nobody can read."""


class Provider(Protocol):
    """One card provider."""

    def beginning(self, charge: Charge, keys: Mapping[str, str]) -> Request:
        """The letter that begins a payment; sent twice, it begins the same one."""
        ...

    def page(self, answer: bytes) -> str:
        """Where the buyer pays, from the provider's answer; NotBelieved when it says nothing of the kind."""
        ...

    def giving_back(self, back: Return, keys: Mapping[str, str]) -> Request:
        """The letter that gives money back; sent twice, it goes back once."""
        ...

    def check_given_back(self, answer: bytes) -> None:
        """Raise NotBelieved unless the provider's answer says that the money goes back."""
        ...

    def told(self, body: bytes, signature: str, keys: Mapping[str, str], at: datetime) -> News | None:
        """What a message says: none when it is no news of money. NotBelieved unless it is signed."""
        ...


TOLERANCE = 300  # seconds a message may be on its way: a copy is worth nothing later


def signed(secret: str, moment: int, body: bytes) -> str:
    """The signature of a message at a moment: HMAC-SHA256 over both."""
    said = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={said}"


def believe(secret: str, signature: str, body: bytes, at: datetime) -> None:
    """Raise NotBelieved unless one of the signatures is that of the secret and of this moment."""
    moments: list[int] = []
    found: list[str] = []
    for part in signature[:2000].split(","):
        name, _is, value = part.strip().partition("=")
        if name == "t" and value.isascii() and value.isdigit() and len(value) < 12:
            moments.append(int(value))
        elif name == "v1":
            found.append(value)
    if not secret or len(moments) != 1 or abs(at.timestamp() - moments[0]) > TOLERANCE:
        raise NotBelieved("moment")
    wanted = signed(secret, moments[0], body).partition("v1=")[2].encode()
    if not any(hmac.compare_digest(wanted, one.encode()) for one in found):
        raise NotBelieved("signature")
