# SPDX-License-Identifier: AGPL-3.0-or-later
"""The grammar of SMTP, LMTP and submission (RFC 5321, 2033, 6409): commands, replies, where a letter ends."""
