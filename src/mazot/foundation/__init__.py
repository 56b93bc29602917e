# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ground every floor stands on: it knows no product, no person and no protocol.

Nouns: clock, ids, text, errors, blobs, facts (the journal and outbox), bus, jobs, schedule, quota ledger, letters.
Invariants: a fact is written in the transaction of the deed it tells; a blob is on disk before the row that names it
commits; nothing here imports a floor above.
"""
