# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a person signs in from."""

from datetime import timedelta

from mazot.tenancy.models import LoginEvent
from mazot.tenancy.rules.pace import side_of

LATELY = timedelta(days=90)
LOOKED_AT = 500  # a program that signs in every day for a year is fewer


def is_from_a_new_place(event: LoginEvent) -> bool:
    """Whether this person came in lately, and never from this side; the first time ever is no news."""
    earlier = LoginEvent.objects.filter(person_id=event.person_id, succeeded=True, at__gt=event.at - LATELY)
    sides = {side_of(address) for address in earlier.order_by("-at").values_list("address", flat=True)[:LOOKED_AT]}
    return event.person_id is not None and bool(sides) and side_of(event.address) not in sides
