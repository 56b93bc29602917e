# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mailboxes that were opened lately, as they were: opening one again asks only whether something changed since."""

import threading
from array import array
from collections import OrderedDict
from dataclasses import replace

from mazot.products.mail.queries.placements import View, counters_of, view_of
from mazot.products.mail.queries.sessions import OpenMailbox
from mazot.tenancy.actor import Actor

MESSAGES = 500_000  # in all views that are kept; some twenty bytes each


class Views:
    """The views of one door. Whoever gets one may change it: it is a copy."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, View] = OrderedDict()
        self._n_messages = 0
        self._lock = threading.Lock()

    def view_of(self, actor: Actor, mailbox: OpenMailbox) -> View:
        """What `view_of` of the queries answers, which checks who asks; so does asking for the counters."""
        counters = counters_of(actor, mailbox)
        with self._lock:
            kept = self._kept.get(mailbox.id)
            if kept is not None:
                self._kept.move_to_end(mailbox.id)
        if kept is None or (kept.uidvalidity, kept.highest_modseq) != (counters.uidvalidity, counters.highest_modseq):
            kept = view_of(actor, mailbox)
            self._keep(mailbox.id, kept)
        uids, flags, modseqs = (array(one.typecode, one) for one in (kept.uids, kept.flags, kept.modseqs))
        return replace(kept, uids=uids, flags=flags, modseqs=modseqs, keywords=dict(kept.keywords))

    def _keep(self, mailbox_id: int, view: View) -> None:
        with self._lock:
            before = self._kept.pop(mailbox_id, None)
            self._n_messages += len(view.uids) - (len(before.uids) if before else 0)
            self._kept[mailbox_id] = view
            while self._n_messages > MESSAGES:
                _id, oldest = self._kept.popitem(last=False)
                self._n_messages -= len(oldest.uids)
