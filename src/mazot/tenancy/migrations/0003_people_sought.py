# SPDX-License-Identifier: AGPL-3.0-or-later
from typing import Any

from django.db import migrations, models

from mazot.foundation.text import sought


def fill(apps: Any, _schema: Any) -> None:
    """Write for everybody what they are looked for by, a thousand at a time."""
    person = apps.get_model("tenancy", "Person")
    waiting = []
    for one in person.objects.only("id", "login", "given_name", "family_name").iterator(chunk_size=1000):
        one.sought = sought(f"{one.family_name} {one.given_name} {one.login}")
        waiting.append(one)
        if len(waiting) == 1000:
            person.objects.bulk_update(waiting, ["sought"], batch_size=100)
            waiting = []
    person.objects.bulk_update(waiting, ["sought"], batch_size=100)


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0002_the_manager")]

    operations = [
        migrations.AddField("person", "sought", models.TextField(default="", editable=False)),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
