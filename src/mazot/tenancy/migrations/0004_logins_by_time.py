# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0003_people_sought")]

    operations = [
        migrations.AddIndex(model_name="loginevent", index=models.Index(fields=["-at", "-id"], name="logins_by_time")),
    ]
