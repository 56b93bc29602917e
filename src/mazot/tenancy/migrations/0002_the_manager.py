import django.db.models.deletion
import mazot.foundation.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("of_organization", models.BooleanField(default=False)),
                ("name", models.CharField(max_length=80)),
                ("prefix", models.CharField(max_length=8, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("scopes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("last_used_from", models.CharField(blank=True, max_length=45)),
            ],
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("purpose", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=120)),
                ("address", models.EmailField(max_length=254)),
                ("phone", models.CharField(blank=True, max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("request_digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("body", models.JSONField(null=True)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="IdentifierChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("old_login", models.EmailField(max_length=254)),
                ("new_login", models.EmailField(max_length=254)),
                ("confirm_digest", models.CharField(max_length=64, unique=True)),
                ("undo_digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("undo_until", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Leaving",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("choices", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("going", "Going"),
                            ("gone", "Gone"),
                            ("coming_back", "Coming Back"),
                            ("back", "Back"),
                            ("final", "Final"),
                        ],
                        default="going",
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("undo_until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LeavingStep",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("order", models.PositiveSmallIntegerField()),
                ("done_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("record", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ("order",),
            },
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
                ("token_digest", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("taken_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Webhook",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("url", models.URLField(max_length=500)),
                ("secret", models.TextField()),
                ("facts", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=mazot.foundation.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("fact_id", models.UUIDField()),
                ("body", models.JSONField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField()),
                ("delivered_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="invitation",
            name="one_open_invitation_per_address",
        ),
        migrations.AddField(
            model_name="invitation",
            name="access",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="invitation",
            name="declined_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="language",
            field=models.CharField(blank=True, max_length=5),
        ),
        migrations.AddField(
            model_name="invitation",
            name="letters",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="invitation",
            name="notices",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="invitation",
            name="sent_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="invitation",
            name="teams",
            field=models.ManyToManyField(related_name="+", to="tenancy.team"),
        ),
        migrations.AddField(
            model_name="membership",
            name="manages_people",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="notices",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="organization",
            name="city",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="organization",
            name="country",
            field=models.CharField(blank=True, max_length=2),
        ),
        migrations.AddField(
            model_name="organization",
            name="deleted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="organization",
            name="kind",
            field=models.CharField(
                choices=[
                    ("individual", "Individual"),
                    ("association", "Association"),
                    ("company", "Company"),
                    ("school", "School"),
                    ("public", "Public"),
                ],
                default="individual",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="legal_name",
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name="organization",
            name="logo_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="organization",
            name="logo_is_wide",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="organization",
            name="phone",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="organization",
            name="postal_code",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="organization",
            name="street",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="organization",
            name="two_factor_grace_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="organization",
            name="website",
            field=models.URLField(blank=True),
        ),
        migrations.AddField(
            model_name="person",
            name="phone",
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name="person",
            name="photo_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True), ("declined_at__isnull", True), ("revoked_at__isnull", True)
                ),
                fields=("organization", "address"),
                name="one_open_invitation_per_address",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to="tenancy.membership"
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="tokens", to="tenancy.organization"
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="tenancy.organization"
            ),
        ),
        migrations.AddField(
            model_name="idempotentanswer",
            name="token",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenancy.apitoken"
            ),
        ),
        migrations.AddField(
            model_name="identifierchange",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="identifier_changes",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="leaving",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="leaving",
            name="membership",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="leavings", to="tenancy.membership"
            ),
        ),
        migrations.AddField(
            model_name="leaving",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="leavings", to="tenancy.organization"
            ),
        ),
        migrations.AddField(
            model_name="leavingstep",
            name="leaving",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="tenancy.leaving"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="instance",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="transfers", to="tenancy.productinstance"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="transfers", to="tenancy.organization"
            ),
        ),
        migrations.AddField(
            model_name="transfer",
            name="receiver",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tenancy.organization"
            ),
        ),
        migrations.AddField(
            model_name="webhook",
            name="made_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="webhook",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="webhooks", to="tenancy.organization"
            ),
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="webhook",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="tenancy.webhook"
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotentanswer",
            constraint=models.UniqueConstraint(fields=("token", "key"), name="one_answer_per_key"),
        ),
        migrations.AddConstraint(
            model_name="leaving",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("going", "gone", "coming_back"))),
                fields=("membership",),
                name="one_leaving_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="leavingstep",
            constraint=models.UniqueConstraint(fields=("leaving", "key"), name="one_step_per_key"),
        ),
        migrations.AddConstraint(
            model_name="transfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at__isnull", True), ("taken_at__isnull", True)),
                fields=("instance",),
                name="one_open_transfer_per_product",
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(fields=("webhook", "fact_id"), name="one_delivery_per_fact"),
        ),
    ]
