# SPDX-License-Identifier: AGPL-3.0-or-later
"""IMAP on the wire (RFC 9051, RFC 3501 and their extensions): commands read from bytes, responses written as bytes."""

from mazot.wire.imap.cursor import Malformed, Piece

__all__ = ["Malformed", "Piece"]
