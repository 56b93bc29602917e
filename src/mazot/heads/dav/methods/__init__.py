# SPDX-License-Identifier: AGPL-3.0-or-later
"""One file a method; the table is in `mazot.heads.dav.door`."""

ALLOW = b"OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, MKCOL, COPY, MOVE, LOCK, UNLOCK"
