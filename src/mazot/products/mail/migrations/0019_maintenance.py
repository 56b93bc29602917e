# SPDX-License-Identifier: AGPL-3.0-or-later

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0013_search_index"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="is_in_maintenance",
            field=models.BooleanField(default=False),
        ),
    ]
