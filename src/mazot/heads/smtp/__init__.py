# SPDX-License-Identifier: AGPL-3.0-or-later
"""SMTP, for other servers (MX), for a server in front (LMTP) and for the programs of people (submission).

One session class speaks all three; what they allow is a `Kind`. A letter goes to a spool as it comes, is synced to disk
as a blob, and is answered 250 only once every recipient's store has committed it (or the queue has).
"""
