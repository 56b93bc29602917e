# SPDX-License-Identifier: AGPL-3.0-or-later
"""The one table of commands: who may give each, and what carries it out."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from mazot.heads.imap.commands import (
    anytime,
    appending,
    changing,
    entering,
    fetching,
    folders,
    idling,
    listing,
    metadata,
    notifying,
    opening,
    quota,
    searching,
    sorting,
)
from mazot.wire.imap.commands import Named
from mazot.wire.imap.cursor import Malformed

if TYPE_CHECKING:
    from mazot.heads.imap.session import Ok, Session

Run = Callable[["Session", Named], Awaitable["Ok | None"]]

ANYTIME: dict[bytes, Run] = {
    b"CAPABILITY": anytime.capability,
    b"NOOP": anytime.noop,
    b"LOGOUT": anytime.logout,
    b"ID": anytime.identify,
}
STRANGERS: dict[bytes, Run] = {
    b"STARTTLS": entering.start_tls,
    b"LOGIN": entering.login,
    b"AUTHENTICATE": entering.authenticate,
}
ENTERED: dict[bytes, Run] = {
    b"ENABLE": anytime.enable,
    b"COMPRESS": anytime.compress,
    b"NAMESPACE": listing.namespace,
    b"SELECT": opening.select,
    b"EXAMINE": opening.select,
    b"CREATE": folders.create,
    b"DELETE": folders.delete,
    b"RENAME": folders.rename,
    b"SUBSCRIBE": folders.subscribe,
    b"UNSUBSCRIBE": folders.subscribe,
    b"LIST": listing.list_mailboxes,
    b"LSUB": listing.list_subscribed,
    b"STATUS": listing.status,
    b"APPEND": appending.append,
    b"IDLE": idling.idle,
    b"NOTIFY": notifying.notify,
    b"GETMETADATA": metadata.get,
    b"SETMETADATA": metadata.set_,
    b"GETQUOTA": quota.quota,
    b"GETQUOTAROOT": quota.quota_root,
}
SELECTED: dict[bytes, Run] = {
    b"CHECK": anytime.noop,
    b"CLOSE": opening.close,
    b"UNSELECT": opening.close,
    b"EXPUNGE": changing.expunge,
    b"FETCH": fetching.fetch,
    b"STORE": changing.store,
    b"COPY": changing.copy,
    b"MOVE": changing.copy,
    b"SEARCH": searching.search,
    b"SORT": sorting.sort,
    b"THREAD": sorting.thread,
}


def command_for(session: "Session", named: Named) -> Run:
    """What carries a command out in the state the session is in; Malformed when nothing does."""
    verb = named.verb
    if verb in ANYTIME:
        return ANYTIME[verb]
    if session.opened is None:
        if verb in STRANGERS:
            return STRANGERS[verb]
        if verb in ENTERED or verb in SELECTED:
            raise Malformed(f"{verb.decode()} is for those who have logged in")
    elif verb in ENTERED:
        return ENTERED[verb]
    elif verb in SELECTED:
        if session.selected is None:
            raise Malformed(f"{verb.decode()} needs an open mailbox: SELECT one first")
        return SELECTED[verb]
    elif verb in STRANGERS:
        raise Malformed("Somebody has logged in on this connection already")
    raise Malformed(f"There is no command {named.name.decode()}")
