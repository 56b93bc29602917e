# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations, models

import mazot.products.tickets.models.shops


class Migration(migrations.Migration):
    dependencies = [("tickets", "0003_customer_asked_at")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="displays",
            field=models.JSONField(default=mazot.products.tickets.models.shops.every_display),
        ),
        migrations.AddField(model_name="shop", name="display", field=models.CharField(default="list", max_length=8)),
        migrations.AddField(
            model_name="shop",
            name="displays",
            field=models.JSONField(default=mazot.products.tickets.models.shops.every_display),
        ),
    ]
