# SPDX-License-Identifier: AGPL-3.0-or-later
"""Numbers that hold for every drive, and those a plan may set otherwise."""

# A tree deeper than this breaks clients (Windows ends near 260 characters) long before it breaks us.
MAX_DEPTH = 100
# One deed holds the space's lock while it runs; a larger copy is made in parts.
MAX_AT_ONCE = 50_000

MAX_PROPERTY = 64 * 1024
MAX_PROPERTIES = 1024 * 1024
MAX_OWNER = 4096

LOCK_SECONDS = 1800
MAX_LOCK_SECONDS = 24 * 3600
MAX_LOCKS = 1000

UPLOAD_HOURS = 72
MAX_UPLOADS = 1000
MAX_UPLOAD = 200 * 10**9

# What a drive without a plan, or a plan that says nothing, has; none: no limit.
DEFAULTS: dict[str, int | None] = {"storage_bytes": None, "trash_days": 30, "revisions": 30, "revision_days": 30}
