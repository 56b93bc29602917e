# SPDX-License-Identifier: AGPL-3.0-or-later
"""The record by which whoever holds a domain's zone proves that mail for it is theirs to take."""

LABEL = "_mazot"
STARTS = "mazot-proof="


def record_name(domain: str) -> str:
    return f"{LABEL}.{domain}"


def record_value(token: str) -> str:
    return STARTS + token


def is_proof(values: tuple[str, ...], token: str) -> bool:
    """Whether one of the texts is ours, however the zone's editor wrapped it."""
    return any(value.strip().strip('"').strip() in (record_value(token), token) for value in values)
