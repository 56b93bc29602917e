# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a domain wants its mail to be brought: MTA-STS (RFC 8461)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

ENFORCE, TESTING, NONE = "enforce", "testing", "none"
LONGEST = 31_557_600  # seconds that a policy holds (section 3.2)
MOST_HOSTS = 100
PATH = "/.well-known/mta-sts.txt"

_ID = re.compile(r"[A-Za-z0-9]{1,32}")
_HOST = re.compile(r"(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds for a domain, for so many seconds from when it was fetched."""

    mode: str
    hosts: tuple[str, ...]
    max_age: int

    def allows(self, host: str) -> bool:
        """Whether mail may go to a host: by its name, or by `*.` in the place of one label (section 4.1)."""
        name = host.rstrip(".").lower()
        above = "*." + name.partition(".")[2]
        return name in self.hosts or above in self.hosts


def record_name(domain: str) -> str:
    return f"_mta-sts.{domain}"


def policy_host(domain: str) -> str:
    return f"mta-sts.{domain}"


def id_in(texts: Sequence[str]) -> str:
    """The id of the policy that a zone announces; empty where it announces none (section 3.1)."""
    records = [text for text in texts if text.split(";", 1)[0].strip() == "v=STSv1"]
    if len(records) != 1:
        return ""
    pairs = (field.partition("=") for field in records[0].split(";"))
    found = {name.strip(): value.strip() for name, _equals, value in reversed(list(pairs))}
    return found.get("id", "") if _ID.fullmatch(found.get("id", "")) else ""


def read_policy(text: str) -> Policy | None:
    """A policy as its file has it, none when it is no policy (section 3.2); of a field told twice the first counts."""
    found: dict[str, str] = {}
    hosts: list[str] = []
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon and line.strip():
            return None
        if name == "mx":
            hosts.append(value.rstrip(".").lower())
        else:
            found.setdefault(name, value)
    mode, age = found.get("mode", ""), found.get("max_age", "")
    is_known = found.get("version") == "STSv1" and mode in (ENFORCE, TESTING, NONE)
    if not is_known or not re.fullmatch(r"[0-9]{1,10}", age):
        return None
    if len(hosts) > MOST_HOSTS or (mode != NONE and not hosts):
        return None
    if not all(_HOST.fullmatch(host) for host in hosts):
        return None
    return Policy(mode, tuple(dict.fromkeys(hosts)), min(int(age), LONGEST))
