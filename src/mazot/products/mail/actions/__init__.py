# SPDX-License-Identifier: AGPL-3.0-or-later
"""The deeds of Mail.

Locks, in this order and no other: the store's row, by id where two stores are touched; then its mailboxes' rows, by id;
then everything else, which these two protect. Whoever holds the store's row, and nobody else, takes a modseq, so that
modseqs are seen in the order of the commits; whoever holds a mailbox's row takes its UIDs. SQLite has one writer
(BEGIN IMMEDIATE) and needs no row locks.

Deeds on single messages tell no facts: the activity log of an organization does not follow what people read, mark and
move. Each deed that changed something ends with `announce`, which syncs the log of the database and then hints on the
bus ("mail:store:<id>", with the modseq and the mailboxes).
"""
