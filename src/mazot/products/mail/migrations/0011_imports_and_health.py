# SPDX-License-Identifier: AGPL-3.0-or-later

import django.db.models.deletion
import mazot.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0010_filters"),
    ]

    operations = [
        migrations.CreateModel(
            name="Health",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("checked_at", models.DateTimeField()),
                ("state", models.CharField(max_length=8)),
                ("n_wrong", models.PositiveIntegerField(default=0)),
                ("seen", models.JSONField(default=dict)),
                (
                    "service",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="health", to="mail.service"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(choices=[("file", "File"), ("server", "Server")], max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("coming", "Coming"),
                            ("waiting", "Waiting"),
                            ("working", "Working"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("stopped", "Stopped"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                ("size", models.BigIntegerField(default=0)),
                ("received", models.BigIntegerField(default=0)),
                ("into", models.CharField(blank=True, max_length=200)),
                ("port", models.PositiveIntegerField(default=0)),
                ("is_encrypted", models.BooleanField(default=True)),
                ("login", models.CharField(blank=True, max_length=254)),
                ("secret", models.TextField(blank=True)),
                ("newest_before", models.BigIntegerField(default=0)),
                ("n_added", models.PositiveIntegerField(default=0)),
                ("n_there", models.PositiveIntegerField(default=0)),
                ("n_refused", models.PositiveIntegerField(default=0)),
                ("folders", models.JSONField(default=list)),
                ("said", models.CharField(blank=True, max_length=40)),
                ("created_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="transfers", to="mail.address"
                    ),
                ),
            ],
        ),
    ]
