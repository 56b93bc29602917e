# SPDX-License-Identifier: AGPL-3.0-or-later
from uuid import UUID

from mazot.foundation.facts import Heard


def topics_of(heard: Heard) -> list[str]:
    """Where sessions that have an address open hear that they should look again whether they still may."""
    return [address_topic(heard.details["address_id"])]


def topics_of_service(heard: Heard) -> list[str]:
    """The same for what changes for every address of a service."""
    return [f"mail:service:{heard.details['service_id']}"]


def address_topic(address_id: UUID | str) -> str:
    return f"mail:address:{address_id}"
