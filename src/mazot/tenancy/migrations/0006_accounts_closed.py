# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0005_token_windows_and_deliveries")]

    operations = [
        migrations.AddField(model_name="person", name="closed_at", field=models.DateTimeField(null=True)),
    ]
