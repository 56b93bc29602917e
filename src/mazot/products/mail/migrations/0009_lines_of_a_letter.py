# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0004_no_index_twice")]

    operations = [
        migrations.AddIndex("trace", models.Index(fields=["address", "message_id"], name="traces_of_a_letter")),
    ]
