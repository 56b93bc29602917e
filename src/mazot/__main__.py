# SPDX-License-Identifier: AGPL-3.0-or-later
from mazot.suite.cli import app

app()
