# SPDX-License-Identifier: AGPL-3.0-or-later
"""The filters of an address: kept only when they can run, and one of them at a time runs."""

from typing import Any

from django.utils.translation import gettext as _

from mazot.exchange.facts.mail import FiltersChanged
from mazot.foundation import clock
from mazot.foundation.errors import Conflict, Invalid, NotFound, Refused
from mazot.foundation.facts import tell
from mazot.products.mail.models import Address, Script
from mazot.products.mail.queries.scripts import is_within
from mazot.products.mail.rights import RULES
from mazot.products.mail.rules.scripts import LONGEST_NAME, SCRIPTS_OF_AN_ADDRESS, check_targets, name_fault
from mazot.tenancy.actor import Actor
from mazot.tenancy.limits import check_room
from mazot.tenancy.rights import action
from mazot.wire.sieve import SieveError, compile_script


@action(needs=RULES)
def check_script(actor: Actor, address: Address, *, source: str) -> None:  # noqa: ARG001 - every deed has an actor
    """Raise Invalid, with the line, unless a script could be kept at an address."""
    try:
        check_targets(compile_script(source), lambda target: is_within(address.organization_id, target))
    except SieveError as error:
        raise Invalid("script", str(error), field="source", line=error.line, why=error.reason) from error


@action(needs=RULES)
def put_script(
    actor: Actor, address: Address, *, name: str, source: str, recipe: dict[str, Any] | None = None
) -> Script:
    """Keep a script under a name, in the place of an older one; whether it runs stays as it is."""
    check_script(actor, address, source=source)
    _check_name(name)
    held = hold_address(address)
    found = Script.objects.filter(address=held, name=name).first()
    if found is None:
        check_room(Script.objects.filter(address=held).count(), limit=SCRIPTS_OF_AN_ADDRESS, field="name")
        found = Script(address=held, name=name)
    found.address = held
    found.source, found.recipe, found.changed_at = source, recipe, clock.now()
    found.save(force_insert=found._state.adding)
    tell(actor, FiltersChanged(held.id, str(held)))
    return found


@action(needs=RULES)
def activate_script(actor: Actor, address: Address, *, name: str) -> Script | None:
    """Let one script run and no other; the empty name lets none."""
    held = hold_address(address)
    found = _named(held, name) if name else None
    if found is not None and found.is_active:
        return found
    ended = Script.objects.filter(address=held, is_active=True).update(is_active=False)
    if found is not None:
        found.is_active = True
        found.save(update_fields=["is_active"])
    if found is not None or ended:
        tell(actor, FiltersChanged(held.id, str(held)))
    return found


@action(needs=RULES)
def rename_script(actor: Actor, address: Address, *, name: str, to: str) -> Script:
    """Give a script another name, also while it runs."""
    _check_name(to)
    held = hold_address(address)
    found = _named(held, name)
    if name != to:
        if Script.objects.filter(address=held, name=to).exists():
            raise Conflict("taken", _("There is a script of that name already."), field="name")
        found.name = to
        found.save(update_fields=["name"])
        tell(actor, FiltersChanged(held.id, str(held)))
    return found


@action(needs=RULES)
def remove_script(actor: Actor, address: Address, *, name: str) -> None:
    """Erase a script that does not run."""
    held = hold_address(address)
    found = _named(held, name)
    if found.is_active:
        raise Refused("active", _("This script runs. Let another one run first, or none."), field="name")
    found.delete()
    tell(actor, FiltersChanged(held.id, str(held)))


def hold_address(address: Address) -> Address:
    """The address under lock, or why it sorts and answers nothing."""
    found = (
        Address.objects.select_for_update(of=("self",))
        .select_related("service")
        .filter(id=address.id, deleted_at__isnull=True)
        .first()
    )
    if found is None:
        raise NotFound("not_found")
    if found.kind != Address.Kind.REAL:
        raise Refused("no_mailbox", _("Only an address that keeps mail has filters and replies."))
    return found


def _named(held: Address, name: str) -> Script:
    found = Script.objects.filter(address=held, name=name).first()
    if found is None:
        raise NotFound("not_found")
    found.address = held
    return found


def _check_name(name: str) -> None:
    if fault := name_fault(name):
        sentence = _("The name of a script has 1 to %(limit)d letters, all of which can be seen.")
        raise Invalid(fault, sentence % {"limit": LONGEST_NAME}, field="name", limit=LONGEST_NAME)
