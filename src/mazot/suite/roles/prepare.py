# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens once before the roles start: keys, tables, the plans that products declare."""

import sys

from mazot.suite.starting import start_django


def main() -> int:
    start_django("prepare")
    return prepare()


def prepare() -> int:
    """Bring the tables up to date; answer the exit code."""
    from django.core.management import call_command
    from django.db import OperationalError

    try:
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        call_command("createcachetable", verbosity=0)
    except OperationalError as error:
        sys.stderr.write(f"The database does not answer: {error}".strip() + "\n")
        return 1
    from mazot.suite.plans import offer_standard_plans

    offer_standard_plans()
    return 0
