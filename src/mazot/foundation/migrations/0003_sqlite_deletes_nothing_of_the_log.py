# SPDX-License-Identifier: AGPL-3.0-or-later
from django.db import migrations

# As on PostgreSQL since 0002. REPLACE deletes without firing a trigger, so an id that is there is refused as well.
# SQLite forgets the triggers of a table that a later migration builds anew: such a one makes all three again.
SQLITE = (
    """
CREATE TRIGGER fact_stays BEFORE DELETE ON foundation_factrow
BEGIN SELECT RAISE(ABORT, 'the activity log is only added to'); END
""",
    """
CREATE TRIGGER fact_is_not_replaced BEFORE INSERT ON foundation_factrow
WHEN EXISTS (SELECT 1 FROM foundation_factrow WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the activity log is only added to'); END
""",
)


def guard(_apps, editor):
    if editor.connection.vendor == "sqlite":
        for statement in SQLITE:
            editor.execute(statement, params=None)


def let_go(_apps, editor):
    if editor.connection.vendor == "sqlite":
        for name in ("fact_stays", "fact_is_not_replaced"):
            editor.execute(f"DROP TRIGGER {name}", params=None)


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_the_log_is_only_added_to")]

    operations = [migrations.RunPython(guard, let_go)]
