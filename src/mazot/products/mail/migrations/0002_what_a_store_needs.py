# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations, models

# A table without row numbers lies in the order of its key: a mailbox is read in one go, and without a second index.
# SQLite forgets this for a table that a later migration builds anew: such a one lays it by the key again.
BY_KEY = ("mail_placement", "mail_expunged")


def lay_by_key(_apps, editor):
    if editor.connection.vendor != "sqlite":
        return
    for table in BY_KEY:
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
            (made,) = cursor.fetchone()
            cursor.execute(
                "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s AND sql <> ''", [table]
            )
            indexes = [sql for (sql,) in cursor.fetchall()]
        anew = made.replace(f'"{table}"', f'"{table}_anew"', 1) + " WITHOUT ROWID"
        steps = (
            anew,
            f'INSERT INTO "{table}_anew" SELECT * FROM "{table}"',
            f'DROP TABLE "{table}"',
            f'ALTER TABLE "{table}_anew" RENAME TO "{table}"',
            *indexes,
        )
        for step in steps:
            editor.execute(step, params=None)


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]

    operations = [
        migrations.AddField("message", "gone_at", models.DateTimeField(null=True)),
        migrations.AddField("message", "gone_from", models.CharField(blank=True, max_length=1000)),
        migrations.AddField("store", "gone", models.BigIntegerField(default=0)),
        migrations.AddField("store", "warned", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("thread", "newest_at", models.DateTimeField(null=True)),
        migrations.AddField("thread", "subject", models.BinaryField(default=bytes, max_length=16)),
        migrations.AddIndex(
            "message",
            models.Index(
                condition=models.Q(("gone_at__isnull", False)), fields=["store", "gone_at"], name="messages_gone"
            ),
        ),
        migrations.AddIndex("thread", models.Index(fields=["store", "subject"], name="threads_by_subject")),
        migrations.RunPython(lay_by_key, migrations.RunPython.noop),
    ]
