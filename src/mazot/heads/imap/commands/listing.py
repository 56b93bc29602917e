# SPDX-License-Identifier: AGPL-3.0-or-later
"""LIST, LSUB, STATUS, NAMESPACE."""

import re
from collections.abc import Iterable

from mazot.heads.bridge import across
from mazot.heads.imap.entries import Entry, attributes, read_entries, status_line, superiors_of
from mazot.heads.imap.places import PREFIX, place_of
from mazot.heads.imap.session import Ok, Session
from mazot.products.mail.queries.mailboxes import mailbox_named
from mazot.products.mail.queries.shared import shared_stores
from mazot.wire.imap.commands import Named
from mazot.wire.imap.folders import List
from mazot.wire.imap.patterns import Pattern
from mazot.wire.imap.responses import mailbox, untagged


async def namespace(session: Session, named: Named) -> Ok:
    """NAMESPACE (RFC 2342): the address's own names, and those of the addresses that its person shares."""
    named.read()
    assert session.opened is not None
    shared = await across(shared_stores, session.opened.actor, session.opened.address)
    told = b'(("%b" "/"))' % PREFIX.encode() if shared else b"NIL"
    session.channel.write(untagged(b'NAMESPACE (("" "/")) NIL', told))
    return Ok("So names begin.")


async def list_mailboxes(session: Session, named: Named) -> Ok:
    """LIST (RFC 9051 section 6.3.9)."""
    command: List = named.read()
    if command.patterns == ("",) and not command.is_extended:
        session.channel.write(untagged(b'LIST (\\Noselect) "/" ""'))
        return Ok("A slash divides names.")
    assert session.opened is not None
    patterns = [command.reference + pattern for pattern in command.patterns]
    found = await across(read_entries, session.opened, with_shared=any(map(may_be_shared, patterns)))
    for line in _listed(session, command, found):
        session.channel.write(line)
    return Ok("These are they.")


def may_be_shared(pattern: str) -> bool:
    """Whether a pattern can fit the name of a shared mailbox."""
    start = re.split("[*%]", pattern, maxsplit=1)[0]
    return PREFIX.startswith(start) or start.startswith(PREFIX)


def _listed(session: Session, command: List, found: dict[str, Entry]) -> Iterable[bytes]:
    patterns = [Pattern(command.reference + pattern) for pattern in command.patterns]
    parents = {above for name in found for above in superiors_of(name)}
    wants_subscribed, is_recursive = b"SUBSCRIBED" in command.selections, b"RECURSIVEMATCH" in command.selections
    for name in sorted(found.keys() | parents, key=lambda one: (one != "INBOX", one.split("/"))):
        if not any(pattern.fits(name) for pattern in patterns):
            continue
        one = found.get(name)
        chosen = one is not None and (one.is_subscribed or not wants_subscribed)
        if b"SPECIAL-USE" in command.selections:
            chosen = chosen and one is not None and bool(one.use)
        below = [other for other in found.values() if other.name.startswith(name + "/")]
        childinfo = is_recursive and any(other.is_subscribed for other in below)
        if not chosen and not childinfo and (command.selections - {b"REMOTE"} or not below):
            continue
        words = attributes(
            one, has_children=bool(below), shows_subscribed=wants_subscribed or b"SUBSCRIBED" in command.returns
        )
        tail = (b'("CHILDINFO" ("SUBSCRIBED"))',) if childinfo else ()
        raw = mailbox(name, utf8=session.utf8)
        yield untagged(b"LIST", b"(" + b" ".join(words) + b")", b'"/"', raw, *tail)
        if command.status and one is not None and chosen:
            yield status_line(one.name, one.mailbox, command.status, utf8=session.utf8)


async def list_subscribed(session: Session, named: Named) -> Ok:
    """LSUB (RFC 3501 section 6.3.9): a subscribed child of what % cannot reach shows its parent."""
    command = named.read()
    assert session.opened is not None
    whole = command.reference + command.pattern
    found = await across(read_entries, session.opened, with_shared=may_be_shared(whole))
    pattern = Pattern(whole)
    subscribed = {one.name for one in found.values() if one.is_subscribed}
    parents = {above for name in subscribed for above in superiors_of(name)} if "%" in command.pattern else set()
    for name in sorted(subscribed | parents):
        if pattern.fits(name):
            words = b"()" if name in subscribed else b"(\\Noselect)"
            session.channel.write(untagged(b"LSUB", words, b'"/"', mailbox(name, utf8=session.utf8)))
    return Ok("These are they.")


async def status(session: Session, named: Named) -> Ok:
    """STATUS (RFC 9051 section 6.3.11)."""
    command = named.read()
    assert session.opened is not None
    place = await place_of(session, command.mailbox)
    found = await across(mailbox_named, session.opened.actor, place.store, place.name)
    if b"HIGHESTMODSEQ" in command.items:
        session.enabled.add(b"CONDSTORE")
    session.channel.write(status_line(place.whole(found.name), found, command.items, utf8=session.utf8))
    return Ok("So it stands.")
