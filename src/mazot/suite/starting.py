# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every role does when it starts, and how it says that it answers."""

import os
import sys


def say_ready(address: str = "") -> None:
    """Tell whoever started this role that it answers now."""
    descriptor = os.environ.pop("MAZOT_READY_FD", "")
    if descriptor:
        os.write(int(descriptor), f"{address}\n".encode())
        os.close(int(descriptor))
    else:
        sys.stdout.write(f"ready {address}".rstrip() + "\n")
        sys.stdout.flush()


def start_django(role: str) -> None:
    """Load settings and applications, begin to log, and join the Bus."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    import django
    from django.conf import settings

    from mazot.suite import logs

    # A command's standard output is its answer, which may be JSON.
    logs.configure(settings.MAZOT.logs, role=role, stream=sys.stderr if role == "command" else sys.stdout)
    django.setup()

    from mazot.foundation import bus, facts

    facts.publish_with(bus.connect(settings.MAZOT.hub).publish)
