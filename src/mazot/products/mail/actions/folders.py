# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mailbox comes to be in a held store: its name checked, its superiors made, its UIDVALIDITY never seen before."""

from django.utils.translation import gettext as _

from mazot.foundation.errors import Conflict, Invalid, Refused
from mazot.foundation.statements import insert_numbered
from mazot.products.mail.actions.holding import new_uidvalidity
from mazot.products.mail.models import Mailbox, Store
from mazot.products.mail.rules.names import (
    MAX_DEPTH,
    MAX_LEVEL,
    MAX_MAILBOXES,
    MAX_NAME,
    fault_of,
    superiors_of,
    whole_name,
)


def checked_name(name: str) -> str:
    """The name as it is kept, or Invalid with a sentence that names the character or the limit."""
    wanted = whole_name(name)
    fault, about = fault_of(wanted)
    if not fault:
        return wanted
    limit = {"too_long": MAX_NAME, "too_deep": MAX_DEPTH, "level_too_long": MAX_LEVEL}.get(fault)
    code = f"U+{ord(about[0]):04X}" if about else ""
    sentences = {
        "empty": _("A folder has a name."),
        "empty_level": _("Each part of a folder's name, between one “/” and the next, has a visible character."),
        "hidden": _("A folder's name cannot contain the invisible character %(code)s.") % {"code": code},
        "too_long": _("A folder's name, with those above it, has at most %(limit)s characters.") % {"limit": limit},
        "too_deep": _("Folders go at most %(limit)s levels deep.") % {"limit": limit},
        "level_too_long": _("A folder's name has at most %(limit)s characters.") % {"limit": limit},
    }
    raise Invalid(f"name_{fault}", sentences[fault], field="name", limit=limit)


def checked_role(role: str) -> Mailbox.Role:
    """The part a mailbox is to play, or Invalid."""
    if role not in Mailbox.Role.values:
        raise Invalid("unknown_role", _("There is no such part for a folder to play."), field="role")
    return Mailbox.Role(role)


def add_mailbox(store: Store, name: str, *, role: str = "") -> Mailbox:
    """Make a mailbox and those above it that are missing; Conflict when the name or the role is taken."""
    wanted = checked_name(name)
    there = list(Mailbox.objects.filter(store_id=store.id).values_list("name", "role"))
    if any(taken == wanted for taken, _role in there):
        raise taken_by(wanted)
    if role and any(role == held for _name, held in there):
        raise Conflict("role_taken", _("Another folder has this part to play already."), role=role)
    missing = [above for above in superiors_of(wanted) if all(above != taken for taken, _role in there)]
    must_have_room(len(there) + len(missing) + 1)
    for above in missing:
        _write(store, above, "")
    return _write(store, wanted, role)


def must_have_room(n_mailboxes: int) -> None:
    if n_mailboxes > MAX_MAILBOXES:
        sentence = _("An address has at most %(limit)s folders.") % {"limit": MAX_MAILBOXES}
        raise Refused("too_many_mailboxes", sentence, limit=MAX_MAILBOXES)


def taken_by(name: str) -> Conflict:
    """The refusal when a name is in use."""
    return Conflict("taken", _("There is already a folder called “%(name)s”.") % {"name": name}, name=name)


def _write(store: Store, name: str, role: str) -> Mailbox:
    mailbox = Mailbox(
        organization_id=store.organization_id,
        instance_id=store.instance_id,
        store=store,
        name=name,
        role=role,
        uidvalidity=new_uidvalidity(store),
        highest_modseq=store.modseq,
    )
    insert_numbered(mailbox)
    return mailbox
