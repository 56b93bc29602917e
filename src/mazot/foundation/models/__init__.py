# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.foundation.models.journal import FactRow
from mazot.foundation.models.ledger import Account
from mazot.foundation.models.schedule import Turn

__all__ = ["Account", "FactRow", "Turn"]
