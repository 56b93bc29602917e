# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the records of a domain are as they should be, by what was last seen of them."""

from collections.abc import Mapping

from mazot.foundation.resolver import Records
from mazot.products.mail.models import Health, Service
from mazot.products.mail.queries.records import Record, records_for
from mazot.products.mail.rules.records import DKIM, DMARC, MX, SPF

NEEDED = (MX, SPF, DKIM, DMARC)  # the others are a comfort
FINE, WRONG, UNKNOWN = "fine", "wrong", "unknown"


def health_of(service: Service) -> Health | None:
    return Health.objects.filter(service=service).first()


def records_seen(service: Service, health: Health | None) -> list[Record]:
    """The records of a service beside what was seen of them when somebody looked last."""
    if health is None:
        return records_for(service, looks=False)
    seen = {name: Records(tuple(values), failed, exists) for name, (values, failed, exists) in health.seen.items()}
    return records_for(service, seen=seen)


def judged(service: Service, seen: Mapping[str, Records]) -> tuple[str, int]:
    """How a zone is, and how many of the records that mail needs are not as they should be."""
    needed = [one for one in records_for(service, seen=seen) if one.kind in NEEDED and one.stays_until is None]
    n_wrong = sum(1 for one in needed if one.state in ("missing", "other"))
    if n_wrong:
        return WRONG, n_wrong
    return (UNKNOWN if any(one.state == "unknown" for one in needed) else FINE), 0


def services_to_look_at() -> list[Service]:
    """The live services whose domain is proved."""
    found = Service.objects.filter(instance__ended_at__isnull=True).exclude(proof=Service.Proof.NONE)
    return list(found.select_related("instance").order_by("id"))
