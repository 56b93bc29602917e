# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ten addresses more for the served Mazot of MAZOT_DATA, each with a device; prints them as JSON."""

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
ADDRESSES = 10


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mazot.suite.settings")
    import django

    django.setup()
    from mazot.products.mail.actions.devices import make_device_password
    from mazot.products.mail.models import Service
    from mazot.products.mail.tests.furnishing import an_address, share
    from mazot.tenancy.models import Person
    from tests.furnish import actor_of

    service = Service.objects.get(domain="mimosa.example")
    malik = Person.objects.get(login__startswith="malik")
    told = []
    for number in range(ADDRESSES):
        address = an_address(service, f"crowd{number}")
        share(address, malik, is_keeper=True)
        _device, secret = make_device_password(actor_of(malik.login), address, name="Bench")
        told.append({"login": str(address), "secret": secret})
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
