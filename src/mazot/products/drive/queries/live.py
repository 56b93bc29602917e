# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may hear what happens in a folder."""

from uuid import UUID

from mazot.foundation.errors import NotFound
from mazot.foundation.facts import Heard
from mazot.products.drive.queries.entries import entry_for
from mazot.tenancy.actor import Actor

PREFIX = "drive:folder:"


def topics_of(heard: Heard) -> list[str]:
    """The folders whose open pages hear of a change: where the entry is now, and where it was."""
    folders = [heard.details.get("folder_id"), heard.details.get("from_folder_id")]
    return [f"{PREFIX}{folder}" for folder in dict.fromkeys(folders) if folder]


def may_listen(actor: Actor, topic: str) -> bool:
    """Whether the actor may see the folder a topic is about."""
    if not topic.startswith(PREFIX):
        return False
    try:
        return entry_for(actor, UUID(topic.removeprefix(PREFIX))).is_folder
    except (ValueError, NotFound):
        return False
