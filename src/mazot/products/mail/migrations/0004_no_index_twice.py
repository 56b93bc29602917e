# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations, models
from django.db.models import CASCADE, ForeignKey

# The primary key, the unique names or the next index begin with the same column. Altering the fields would have SQLite
# build the tables anew, and with row numbers.
TWICE = (
    ("mail_placement_mailbox_id_5630bb78", "mail_placement", "mailbox_id"),
    ("mail_expunged_mailbox_id_a4bec5c2", "mail_expunged", "mailbox_id"),
    ("mail_thread_store_id_3e1a07a6", "mail_thread", "store_id"),
    ("mail_threadreference_store_id_8471b0e6", "mail_threadreference", "store_id"),
)


def key(model, name, to, related_name):
    return migrations.AlterField(
        model, name, ForeignKey(to, db_index=False, on_delete=CASCADE, related_name=related_name)
    )


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_queue")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(f"DROP INDEX {name}", f"CREATE INDEX {name} ON {table} ({column})")
                for name, table, column in TWICE
            ],
            state_operations=[
                key("placement", "mailbox", "mail.mailbox", "placements"),
                key("expunged", "mailbox", "mail.mailbox", "expunged"),
                key("thread", "store", "mail.store", "threads"),
                key("threadreference", "store", "mail.store", "+"),
            ],
        ),
    ]
