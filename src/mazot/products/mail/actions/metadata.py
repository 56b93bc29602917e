# SPDX-License-Identifier: AGPL-3.0-or-later
"""Programs keep small values with a mailbox, or with a whole address (RFC 5464)."""

from collections.abc import Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from mazot.foundation.errors import NotFound, Refused
from mazot.products.mail.actions.holding import announce, hold_mailboxes, hold_store
from mazot.products.mail.models import Mailbox, Metadata, Store
from mazot.products.mail.queries.metadata import sharing_of
from mazot.products.mail.rights import READ, WRITE
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action, require

LARGEST = 16 * 1024  # bytes of one value
MOST, MOST_OF_A_STORE = 100, 2_000  # entries of one mailbox, for each person and for all together
SHARED = "/shared/"


@action(needs=READ)
def set_metadata(actor: Actor, store: Store, *, mailbox: Mailbox | None, values: Mapping[str, bytes | None]) -> None:
    """Keep values by their names, all or none of them; none removes. What all people share, only those change who
    may change the mail itself."""
    if any(name.startswith(SHARED) for name in values):
        require(actor, WRITE, store)
    held = hold_store(store.id)
    if mailbox is not None:
        hold_mailboxes(held, [mailbox.id])
    sharing = sharing_of(actor, held)
    if sharing is None:
        raise NotFound("not_found")
    here = Metadata.objects.filter(Q(sharing=None) | Q(sharing=sharing), store=held, mailbox=mailbox)
    here.filter(name__in=list(values)).delete()
    kept = {name: value for name, value in values.items() if value is not None}
    if any(len(value) > LARGEST for value in kept.values()):
        raise Refused("metadata_large", _("This value is too large to be kept."), limit=LARGEST)
    Metadata.objects.bulk_create(
        Metadata(
            store=held,
            mailbox=mailbox,
            sharing=None if name.startswith(SHARED) else sharing,
            name=name,
            value=value,
        )
        for name, value in kept.items()
    )
    if here.count() > 2 * MOST or Metadata.objects.filter(store=held).count() > MOST_OF_A_STORE:
        raise Refused("metadata_many", _("No more values are kept here."), limit=MOST)
    announce(held)
