# SPDX-License-Identifier: AGPL-3.0-or-later

import django.db.models.deletion
import mazot.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0011_imports_and_health"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invited",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("login", models.CharField(max_length=254)),
                ("rights", models.PositiveIntegerField(default=0)),
                ("invited_at", models.DateTimeField()),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invited", to="mail.address"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("address", "login"), name="one_waiting_per_login")],
            },
        ),
    ]
