# SPDX-License-Identifier: AGPL-3.0-or-later
"""A deep copy in a handful of statements: the contents are shared, the bytes are charged again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from mazot.exchange.facts.drive import EntryCopied
from mazot.foundation import quota
from mazot.foundation.errors import Refused
from mazot.foundation.facts import tell
from mazot.foundation.ids import new_id
from mazot.products.drive.actions.recording import record
from mazot.products.drive.models import Change, DeadProperty, Entry, Revision
from mazot.products.drive.queries.rows import Branch, in_pieces
from mazot.products.drive.queries.spaces import ACCOUNT
from mazot.products.drive.rules.limits import MAX_AT_ONCE
from mazot.tenancy.actor import Actor


def copy_below(actor: Actor, entry: Entry, folder: Entry, *, name: str, below: Sequence[Branch], at: datetime) -> Entry:
    """Copy a held entry, with the entries below it that are given, into a held folder; the name is free there."""
    if len(below) > MAX_AT_ONCE:
        raise Refused(
            "too_many",
            _("At most %(limit)s files and folders are copied at once; copy the sub-folders one by one.")
            % {"limit": MAX_AT_ONCE},
            limit=MAX_AT_ONCE,
        )
    sources = _sources(entry, below)
    twins = {source.id: new_id() for source in sources}
    copies = [_twin(actor, source, twins, folder, at) for source in sources]
    copies[0].parent_id, copies[0].name = folder.id, name
    copies[0].space = folder.space
    quota.charge(folder.instance_id, ACCOUNT, size=sum(copy.size for copy in copies))
    Entry.objects.bulk_create(copies, batch_size=200)
    Revision.objects.bulk_create(
        [
            Revision(id=c.version, entry_id=c.id, digest=c.digest, size=c.size, by_id=actor.person_id, at=at)
            for c in copies
            if not c.is_folder
        ],
        batch_size=200,
    )
    _copy_properties(twins)
    record(folder.space, Change.Kind.ADDED, *copies)
    tell(
        actor,
        EntryCopied(
            entry_id=copies[0].id, folder_id=folder.id, space_id=folder.space_id, name=name, source_id=entry.id
        ),
    )
    return copies[0]


def _sources(entry: Entry, below: Sequence[Branch]) -> list[Entry]:
    """The entry and what is below it, parents before children."""
    found: dict[UUID, Entry] = {}
    for piece in in_pieces([step.id for step in below[1:]]):
        found |= {source.id: source for source in Entry.objects.filter(id__in=piece)}
    return [entry, *(found[step.id] for step in below[1:])]


def _twin(actor: Actor, source: Entry, twins: dict[UUID, UUID], folder: Entry, at: datetime) -> Entry:
    return Entry(
        id=twins[source.id],
        organization_id=folder.organization_id,
        instance_id=folder.instance_id,
        space_id=folder.space_id,
        parent_id=twins.get(source.parent_id) if source.parent_id else None,
        is_folder=source.is_folder,
        name=source.name,
        size=source.size,
        digest=source.digest,
        content_type=source.content_type,
        created_at=at,
        modified_at=source.modified_at if not source.is_folder else at,
        changed_by_id=actor.person_id,
    )


def _copy_properties(twins: dict[UUID, UUID]) -> None:
    for piece in in_pieces(list(twins)):
        properties = [
            DeadProperty(entry_id=twins[left.entry_id], namespace=left.namespace, name=left.name, xml=left.xml)
            for left in DeadProperty.objects.filter(entry_id__in=piece)
        ]
        DeadProperty.objects.bulk_create(properties, batch_size=200)
