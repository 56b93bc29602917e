# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mazot: an organization's people, files, mail and meetings in one program, under one set of rights."""

import sys

__version__ = "0.1.0"

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database with several writers (fixed in 3.51.3), and Debian 12 ships
# 3.40.1. pysqlite3 bundles a safe one; Django finds it under the standard name.
try:
    import pysqlite3
except ImportError:  # pragma: no cover - `mazot check` names the version in use
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2
