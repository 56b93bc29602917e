# SPDX-License-Identifier: AGPL-3.0-or-later
"""DMARC: does what vouches for a letter speak for the domain in its From, and what does that domain ask for if not.

The domain an organization owns is found by walking up the names (RFC 9989 section 4.10), not by a list of public
suffixes: a list would have to be fetched, and is old the day after.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mazot.wire.authentication.asking import LookUp, Unanswered, texts

MOST_STEPS = 8
_ASKED = frozenset({"none", "quarantine", "reject"})


@dataclass(frozen=True, slots=True)
class Policy:
    """A record at a name: what it asks for, and how strictly names have to agree."""

    at: str
    asks: str
    asks_below: str
    asks_absent: str
    is_strict_dkim: bool
    is_strict_spf: bool
    suffix: str  # "y" for a public suffix, "n" for an organization, "u" when it does not say
    is_test: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    word: str
    asks: str = ""


def judge(domain: str, *, spf: str, dkim: Sequence[str], look_up: LookUp) -> Judgement:
    """What DMARC says of a letter from a domain, given the domains that passed SPF (or "") and DKIM."""
    domain = domain.rstrip(".").lower()
    walks = _Walks(look_up)
    try:
        policy = walks.policy_for(domain)
        if policy is None:
            return Judgement("none")
        agrees = any(walks.agree(domain, other, is_strict=policy.is_strict_dkim) for other in dkim) or (
            bool(spf) and walks.agree(domain, spf, is_strict=policy.is_strict_spf)
        )
        return Judgement("pass" if agrees else "fail", _asked(policy, domain, look_up))
    except Unanswered:
        return Judgement("temperror")


def _asked(policy: Policy, domain: str, look_up: LookUp) -> str:
    if policy.at == domain:
        asks = policy.asks
    else:
        asks = policy.asks_below if look_up(domain, "A").exists else policy.asks_absent
    if policy.is_test:  # section 4.7: one step milder
        return {"reject": "quarantine", "quarantine": "none"}.get(asks, asks)
    return asks


class _Walks:
    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._known: dict[str, Policy | None] = {}

    def policy_for(self, domain: str) -> Policy | None:
        owner = self.owner_of(domain)
        found = self._at(domain) or self._at(owner)
        if found is None:  # the registry above may ask for something on behalf of all its names
            above = [self._at(name) for name in _upwards(owner)[1:]]
            found = next((policy for policy in above if policy is not None and policy.suffix == "y"), None)
        return found

    def agree(self, one: str, other: str, *, is_strict: bool) -> bool:
        other = other.rstrip(".").lower()
        if one == other or is_strict:
            return one == other
        return self.owner_of(one) == self.owner_of(other)

    def owner_of(self, domain: str) -> str:
        """The name of the organization that a domain belongs to."""
        found: list[Policy] = []
        below = domain
        for name in _upwards(domain):
            policy = self._at(name)
            if policy is not None and policy.suffix == "n":
                return name
            if policy is not None and policy.suffix == "y" and name != domain:
                return below
            if policy is not None:
                found.append(policy)
            below = name
        return found[-1].at if found else domain

    def _at(self, name: str) -> Policy | None:
        if name not in self._known:
            records = texts(self._look_up, f"_dmarc.{name}", "v=DMARC1")
            self._known[name] = read_policy(name, records[0]) if len(records) == 1 else None
        return self._known[name]


def _upwards(domain: str) -> list[str]:
    labels = domain.split(".")
    names = [domain]
    rest = labels[1:] if len(labels) <= MOST_STEPS else labels[-(MOST_STEPS - 1) :]
    while rest:
        names.append(".".join(rest))
        rest = rest[1:]
    return names


def read_policy(name: str, text: str) -> Policy | None:
    """The record as a policy, or None when it is none."""
    tags: dict[str, str] = {}
    for word in text.split(";"):
        key, sign, value = word.partition("=")
        if sign:
            tags.setdefault(key.strip().lower(), value.strip())
    if not re.match(r"v\s*=\s*DMARC1\s*(;|\Z)", text):
        return None
    asks = tags.get("p", "").lower()
    if asks not in _ASKED:
        asks = "none"  # section 4.7: as one that only asks for reports
    below = tags.get("sp", asks).lower()
    below = below if below in _ASKED else asks
    absent = tags.get("np", below).lower()
    return Policy(
        name,
        asks,
        below,
        absent if absent in _ASKED else below,
        is_strict_dkim=tags.get("adkim", "").lower() == "s",
        is_strict_spf=tags.get("aspf", "").lower() == "s",
        suffix=tags.get("psd", "u").lower(),
        is_test=tags.get("t", "").lower() == "y",
    )
