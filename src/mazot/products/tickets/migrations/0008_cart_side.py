# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0007_waiting_room")]

    operations = [
        migrations.AddField(model_name="cart", name="side", field=models.CharField(blank=True, max_length=32)),
        migrations.AddIndex(model_name="cart", index=models.Index(fields=["side", "created_at"], name="carts_by_side")),
    ]
