# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mailboxes are made, renamed with everything below them, removed, and subscribed to."""

from django.utils.translation import gettext as _

from mazot.foundation.errors import Conflict, NotFound, Refused
from mazot.foundation.statements import erase, update
from mazot.products.mail.actions.copying import move_shown
from mazot.products.mail.actions.folders import add_mailbox, checked_name, checked_role, must_have_room, taken_by
from mazot.products.mail.actions.holding import announce, hold_all_mailboxes, hold_store
from mazot.products.mail.actions.letting_go import let_go
from mazot.products.mail.actions.placing import take_out
from mazot.products.mail.models import Expunged, Mailbox, Metadata, Sharing, Store, Subscription
from mazot.products.mail.queries.held import everything_in
from mazot.products.mail.rights import FOLDERS, READ, WRITE
from mazot.products.mail.rules.names import INBOX, is_below, superiors_of
from mazot.tenancy.actor import Actor
from mazot.tenancy.rights import action, require


@action(needs=WRITE)
def make_mailbox(actor: Actor, store: Store, *, name: str, role: str = "") -> Mailbox:
    """Make a mailbox, and those above it that are missing (RFC 9051 section 6.3.4)."""
    if role:
        require(actor, FOLDERS, store)
    held = hold_store(store.id)
    made = add_mailbox(held, name, role=checked_role(role))
    announce(held)
    return made


@action(needs=WRITE)
def rename_mailbox(actor: Actor, mailbox: Mailbox, *, name: str) -> Mailbox:  # noqa: ARG001 - every deed has an actor
    """Give a mailbox and all below it another path; of the inbox only the messages go (RFC 9051 section 6.3.6)."""
    wanted = checked_name(name)
    store = hold_store(mailbox.store_id)
    mailboxes = hold_all_mailboxes(store)
    held = _one_of(mailboxes, mailbox)
    if held.name == INBOX:
        target = add_mailbox(store, wanted)
        move_shown(store, held, target, everything_in(held))
        announce(store, [held, target])
        return target
    if wanted == held.name:
        return held
    if is_below(wanted, held.name):
        raise Refused("below_itself", _("A folder cannot lie inside itself."))
    below = [one for one in mailboxes.values() if is_below(one.name, held.name)]
    goes_to = {one.id: wanted + one.name.removeprefix(held.name) for one in (held, *below)}
    stays = {one.name for one in mailboxes.values() if one.id not in goes_to}
    for new in goes_to.values():
        if new in stays:
            raise taken_by(new)
        checked_name(new)
    missing = [above for above in superiors_of(wanted) if above not in stays]
    must_have_room(len(mailboxes) + len(missing))
    # From "a/b" to "a", where there is no "a", "a/b/b" becomes "a/b": the shorter name has left when the longer comes.
    for one in sorted([held, *below], key=lambda each: len(each.name)):
        one.name = goes_to[one.id]
        update(one, "name")
    if missing:
        add_mailbox(store, missing[-1])
    announce(store)
    return held


@action(needs=WRITE)
def remove_mailbox(actor: Actor, mailbox: Mailbox) -> None:  # noqa: ARG001 - every deed has an actor
    """Remove a mailbox with what it shows; those below it stay (RFC 9051 section 6.3.5)."""
    store = hold_store(mailbox.store_id)
    mailboxes = hold_all_mailboxes(store)
    held = _one_of(mailboxes, mailbox)
    if held.name == INBOX:
        raise Refused("inbox_stays", _("The inbox cannot be removed: mail comes in there."))
    found = everything_in(held)
    take_out(store, held, found)
    let_go(store, sorted({shown.message_id for shown in found}), mailbox_name=held.name)
    erase(Expunged, "mailbox_id = %s", [held.id])
    erase(Metadata, "mailbox_id = %s", [held.id])
    erase(Subscription, "mailbox_id = %s", [held.id])
    erase(Mailbox, "id = %s", [held.id])
    announce(store)


@action(needs=WRITE)
def subscribe_mailbox(actor: Actor, mailbox: Mailbox) -> None:  # noqa: ARG001 - every deed has an actor
    """Have programs that show subscribed mailboxes alone show this one."""
    _subscribe(mailbox, wanted=True)


@action(needs=WRITE)
def unsubscribe_mailbox(actor: Actor, mailbox: Mailbox) -> None:  # noqa: ARG001 - every deed has an actor
    """Have those programs leave it out."""
    _subscribe(mailbox, wanted=False)


@action(needs=READ)
def choose_mailbox(actor: Actor, mailbox: Mailbox, *, is_wanted: bool) -> None:
    """Show a mailbox of a shared address in the actor's own programs, or leave it out; others see no difference."""
    store = hold_store(mailbox.store_id)
    held = _one_of(hold_all_mailboxes(store), mailbox)
    sharing = Sharing.objects.filter(address_id=store.address_id, person_id=actor.person_id).first()
    if sharing is None:
        raise NotFound("not_found")
    Subscription.objects.update_or_create(sharing=sharing, mailbox=held, defaults={"is_wanted": is_wanted})


@action(needs=FOLDERS)
def give_role(actor: Actor, mailbox: Mailbox, *, role: str) -> None:  # noqa: ARG001 - every deed has an actor
    """Say which part a mailbox plays (drafts, sent, junk, trash, archive, none); only one plays each."""
    store = hold_store(mailbox.store_id)
    mailboxes = hold_all_mailboxes(store)
    held = _one_of(mailboxes, mailbox)
    wanted = checked_role(role)
    if Mailbox.Role.INBOX in (held.role, wanted) and held.role != wanted:
        raise Conflict("inbox_stays", _("The inbox is always the inbox."))
    for one in mailboxes.values():
        if wanted and one.role == wanted and one.id != held.id:
            one.role = ""
            update(one, "role")
    held.role = wanted
    update(held, "role")
    announce(store)


def _subscribe(mailbox: Mailbox, *, wanted: bool) -> None:
    store = hold_store(mailbox.store_id)
    held = _one_of(hold_all_mailboxes(store), mailbox)
    if held.is_subscribed != wanted:
        held.is_subscribed = wanted
        update(held, "is_subscribed")
        announce(store)


def _one_of(mailboxes: dict[int, Mailbox], mailbox: Mailbox) -> Mailbox:
    if mailbox.id not in mailboxes:
        raise NotFound("not_found")
    return mailboxes[mailbox.id]
