# SPDX-License-Identifier: AGPL-3.0-or-later
"""An address gets a store, more or less room in it, and loses it again."""

from django.db import connection
from django.utils.translation import gettext as _

from mazot.foundation.errors import Conflict, Invalid
from mazot.foundation.statements import insert_numbered
from mazot.products.mail.actions.folders import add_mailbox
from mazot.products.mail.actions.holding import announce, hold_store
from mazot.products.mail.actions.indexing import forget_store
from mazot.products.mail.models import Address, Mailbox, Store
from mazot.products.mail.rights import MANAGE
from mazot.products.mail.rules.names import INBOX
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action

# By what each is for; their names are those that programs know, and the web shows them in the reader's language.
FOLDERS = (
    (INBOX, Mailbox.Role.INBOX),
    ("Drafts", Mailbox.Role.DRAFTS),
    ("Sent", Mailbox.Role.SENT),
    ("Spam", Mailbox.Role.JUNK),
    ("Trash", Mailbox.Role.TRASH),
    ("Archive", Mailbox.Role.ARCHIVE),
)
OF_MAILBOXES = ("mail_subscription", "mail_placement", "mail_expunged")
OF_MESSAGES = "DELETE FROM mail_lesson WHERE message_id IN (SELECT id FROM mail_message WHERE store_id = %s)"
OF_A_STORE = ("mail_metadata", "mail_message", "mail_threadreference", "mail_thread", "mail_mailbox")


@action(needs=MANAGE)
def open_store(actor: Actor, address: Address, *, allowed: int | None = None) -> Store:  # noqa: ARG001 - every deed has an actor
    """Give a real address a place for its mail, with the folders every program expects; `allowed` in bytes."""
    if address.kind != Address.Kind.REAL:
        raise Invalid("not_real", _("Only an address that keeps mail has folders."), field="address")
    if Store.objects.filter(address_id=address.id).exists():
        raise Conflict("open", _("This address has its folders already."))
    _must_be_room(allowed)
    store = Store(
        organization_id=address.organization_id, instance_id=address.instance_id, address=address, allowed=allowed
    )
    insert_numbered(store)
    for name, role in FOLDERS:
        add_mailbox(store, name, role=role)
    announce(store)
    return store


@action(needs=MANAGE)
def allow_bytes(actor: Actor, store: Store, *, allowed: int | None) -> Store:  # noqa: ARG001 - every deed has an actor
    """Say how much a store may keep; what is there already stays, even where it is more."""
    _must_be_room(allowed)
    held = hold_store(store.id)
    held.allowed = allowed
    held.save(update_fields=["allowed"])
    announce(held)
    return held


@action(needs=MANAGE)
def erase_store(actor: Actor, store: Store) -> None:  # noqa: ARG001 - every deed has an actor
    """Erase a store with everything in it; no other store names what it kept, and sweeping takes the bytes."""
    held = hold_store(store.id)
    forget_store(held.id)
    with connection.cursor() as cursor:
        for table in OF_MAILBOXES:
            cursor.execute(
                f"DELETE FROM {table} WHERE mailbox_id IN (SELECT id FROM mail_mailbox WHERE store_id = %s)",  # noqa: S608
                [held.id],
            )
        cursor.execute(OF_MESSAGES, [held.id])
        for table in OF_A_STORE:
            cursor.execute(f"DELETE FROM {table} WHERE store_id = %s", [held.id])  # noqa: S608
    held.delete()


def _must_be_room(allowed: int | None) -> None:
    if allowed is not None and allowed < 0:
        raise Invalid("negative", _("A size cannot be less than nothing."), field="allowed")
