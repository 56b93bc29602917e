# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dead properties: what a client leaves on an entry, kept word for word within limits."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from mazot.foundation.errors import Invalid
from mazot.products.drive.actions.guarding import Guard
from mazot.products.drive.actions.holding import hold_entries
from mazot.products.drive.actions.recording import record
from mazot.products.drive.models import Change, DeadProperty, Entry
from mazot.products.drive.rights import WRITE
from mazot.products.drive.rules.limits import MAX_PROPERTIES, MAX_PROPERTY
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

Name = tuple[str, str]  # namespace, local name


@action(needs=WRITE)
def set_properties(
    actor: Actor,
    entry: Entry,
    *,
    keep: Mapping[Name, str],
    drop: Iterable[Name] = (),
    modified_at: datetime | None = None,
    tokens: frozenset[str] = frozenset(),
    precondition: Callable[[], None] | None = None,
) -> Entry:
    """Leave properties on an entry and take others away, all or none; a client may also set when it was changed."""
    spaces, (held,) = hold_entries(entry)
    if precondition:
        precondition()
    Guard(actor, spaces.values(), tokens).change(held)
    there = {(found.namespace, found.name): found for found in DeadProperty.objects.filter(entry_id=held.id)}
    gone = [there.pop(name).id for name in set(drop) if name in there]
    if gone:
        DeadProperty.objects.filter(id__in=gone).delete()
    _must_fit({name: found.xml for name, found in there.items()} | dict(keep))
    for (namespace, name), xml in keep.items():
        DeadProperty.objects.update_or_create(entry_id=held.id, namespace=namespace, name=name, defaults={"xml": xml})
    if modified_at is not None:
        held.modified_at = modified_at
        held.save(update_fields=["modified_at"])
        record(held.space, Change.Kind.CHANGED, held)
    return held


def _must_fit(properties: Mapping[Name, str]) -> None:
    total = 0
    for (namespace, name), xml in properties.items():
        size = len(xml.encode())
        total += size + len(namespace) + len(name)
        if size > MAX_PROPERTY or len(namespace) > 255 or len(name) > 255:
            raise Invalid(
                "too_large",
                _("The property “%(name)s” is larger than 64 kB, or its name is longer than 255 letters.")
                % {"name": name[:80]},
                field=name[:255],
                limit=MAX_PROPERTY,
            )
    if total > MAX_PROPERTIES:
        raise Invalid("too_large", _("The properties of one file have at most 1 MB together."), limit=MAX_PROPERTIES)
