# SPDX-License-Identifier: AGPL-3.0-or-later
import threading
from typing import Any

import pytest
from django.db import connection

from mazot.tenancy.actions.paces import count_failure, forgive
from mazot.tenancy.models import Pace

HERE = {"address": "192.0.2.7"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time")
def test_a_wrong_password_at_the_moment_the_name_comes_in_counts_for_all_but_what_is_forgiven() -> None:
    count_failure("malik@mimosa.example", "first", **HERE)
    forgiven: list[str] = []

    def come_in() -> None:
        try:
            forgive("malik@mimosa.example", **HERE)
        finally:
            connection.close()

    def between(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "FOR UPDATE" in sql and not forgiven:
            forgiven.append(sql)
            other = threading.Thread(target=come_in)
            other.start()
            other.join(10)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(between):
        count_failure("malik@mimosa.example", "second", **HERE)
    assert forgiven
    assert sorted(Pace.objects.values_list("failures", flat=True)) == pytest.approx([2, 2], abs=0.1)
