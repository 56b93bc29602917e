# SPDX-License-Identifier: AGPL-3.0-or-later
"""The IMAP door: one session for each connection, one file of commands for each group of RFC 9051's section 6."""
