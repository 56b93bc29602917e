# SPDX-License-Identifier: AGPL-3.0-or-later
from tests.running import running

__all__ = ["running"]
