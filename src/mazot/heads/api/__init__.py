# SPDX-License-Identifier: AGPL-3.0-or-later
"""The API: operations that rooms declare, behind one guard that reads the token, keeps the pace and answers once.

Nouns: a token (Authorization: Bearer), a scope, a problem (RFC 9457), a kept answer (Idempotency-Key).
Invariants: no cookie is ever read; nothing is decided here that a query or a deed does not decide for the screens.
"""
