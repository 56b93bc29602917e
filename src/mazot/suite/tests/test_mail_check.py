# SPDX-License-Identifier: AGPL-3.0-or-later
"""`mazot mail check`, `reread` and `restored`, on the tables of the test."""

from typing import Any

import pytest
from typer.testing import CliRunner

from mazot.products.mail.actions.appending import append_message
from mazot.products.mail.queries.indexed import stores_behind
from mazot.products.mail.tests.furnishing import a_service, an_address, share
from mazot.products.mail.tests.letters import a_letter
from mazot.suite.cli import app
from tests.cast import Cast


@pytest.fixture
def inbox(cast: Cast) -> Any:
    address = an_address(a_service(cast.mimosa), "malik")
    share(address, cast.people.malik, is_keeper=True)
    found = address.store.mailboxes.get(role="inbox")
    append_message(cast.malik, found, arrival=a_letter())
    return found


def test_what_adds_up_is_said_in_one_line(inbox: Any) -> None:
    told = CliRunner().invoke(app, ["mail", "check"])
    assert (told.exit_code, told.output) == (0, "1 addresses, 0 faults.\n")


def test_what_does_not_is_named_and_mended_when_asked(inbox: Any) -> None:
    inbox.n_total = 7
    inbox.save(update_fields=["n_total"])
    told = CliRunner().invoke(app, ["mail", "check", "Malik@mimosa.example"])
    assert told.exit_code == 1
    assert "malik@mimosa.example: counter of INBOX n_total: 7, must be 1" in told.output
    told = CliRunner().invoke(app, ["mail", "check", "--mend"])
    assert (told.exit_code, told.output.splitlines()) == (
        0,
        ["malik@mimosa.example: 1 faults were mended", "1 addresses, 0 faults."],
    )


def test_an_address_that_keeps_no_mail_is_said(inbox: Any) -> None:
    assert CliRunner().invoke(app, ["mail", "check", "otto@mimosa.example"]).exit_code == 1


def test_letters_are_read_again_when_asked(inbox: Any) -> None:
    assert CliRunner().invoke(app, ["mail", "reread"]).output == "malik@mimosa.example: 0 letters\n"
    told = CliRunner().invoke(app, ["mail", "reread", "--all", "malik@mimosa.example"])
    assert (told.exit_code, told.output) == (0, "malik@mimosa.example: 1 letters\n")
    assert CliRunner().invoke(app, ["mail", "reread", "otto@mimosa.example"]).exit_code == 1


def test_the_index_is_made_anew_when_asked(inbox: Any) -> None:
    assert stores_behind()
    assert CliRunner().invoke(app, ["mail", "reindex"]).output == "malik@mimosa.example: 1 letters\n"
    told = CliRunner().invoke(app, ["mail", "reindex", "malik@mimosa.example"])
    assert (told.exit_code, told.output) == (0, "malik@mimosa.example: 1 letters\n")
    assert stores_behind() == []
    assert CliRunner().invoke(app, ["mail", "reindex", "otto@mimosa.example"]).exit_code == 1


def test_after_a_restore_every_folder_is_read_anew(inbox: Any) -> None:
    assert CliRunner().invoke(app, ["mail", "restored"]).output == "6 folders are read anew.\n"
    before = inbox.uidvalidity
    inbox.refresh_from_db()
    assert inbox.uidvalidity > before
