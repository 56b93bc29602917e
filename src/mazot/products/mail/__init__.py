# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mail, the engine: an organization's addresses, what they keep, and every door by which mail comes and goes.

Nouns: service (a product instance on one domain), address (real, alias or redirect-only), device password (what opens
IMAP and SMTP, never the web), sharing (a person's rights on an address), store (what a real address keeps), mailbox
(a folder, with the counters of IMAP), message (a content with what was read from it once), placement (a message in a
mailbox under a UID), expunged (a placement that is gone), thread (messages that answer each other).
Invariants: a message, its placement, its UID and its modseq come to be in one transaction, after its bytes are synced
to disk; a UID is never given twice; the modseq belongs to the store, rises with each write and is seen in the order of
the commits, because the store's row is locked by whoever takes one; every byte of a message is charged to its store
once, however many mailboxes show it; no password of an address opens anything but that address.
"""
