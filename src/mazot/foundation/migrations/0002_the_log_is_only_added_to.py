# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations, models

# What a deed told stays as it was told; only the marks of the outbox change. Rows go on PostgreSQL by a command of
# its owner alone (TRUNCATE). On SQLite the model refuses to delete, since emptying a table there is the same statement.
TOLD = ("id", "kind", "organization_id", "person_id", "because", "via", "address", "subject_id", "details", "at")

SQLITE = f"""
CREATE TRIGGER fact_stays_as_told BEFORE UPDATE OF {", ".join(f'"{name}"' for name in TOLD)} ON foundation_factrow
BEGIN SELECT RAISE(ABORT, 'the activity log is only added to'); END
"""
POSTGRESQL = f"""
CREATE FUNCTION fact_stays_as_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the activity log is only added to' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER fact_stays_as_told BEFORE DELETE OR UPDATE OF {", ".join(f'"{name}"' for name in TOLD)}
ON foundation_factrow FOR EACH ROW EXECUTE FUNCTION fact_stays_as_told()
"""
AWAY = {
    "sqlite": "DROP TRIGGER fact_stays_as_told",
    "postgresql": "DROP TRIGGER fact_stays_as_told ON foundation_factrow; DROP FUNCTION fact_stays_as_told()",
}


def guard(_apps, editor):
    editor.execute({"sqlite": SQLITE, "postgresql": POSTGRESQL}[editor.connection.vendor], params=None)


def let_go(_apps, editor):
    editor.execute(AWAY[editor.connection.vendor], params=None)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="factrow",
            index=models.Index(fields=["organization_id", "-at", "-id"], name="fact_log"),
        ),
        migrations.AddIndex(
            model_name="factrow",
            index=models.Index(fields=["organization_id", "kind", "-at", "-id"], name="fact_log_by_kind"),
        ),
        migrations.AddIndex(
            model_name="factrow",
            index=models.Index(fields=["person_id", "-at", "-id"], name="fact_log_by_person"),
        ),
        migrations.RemoveIndex(model_name="factrow", name="fact_by_organization"),
        migrations.RemoveIndex(model_name="factrow", name="fact_by_person"),
        migrations.RunPython(guard, let_go),
    ]
