# SPDX-License-Identifier: AGPL-3.0-or-later
import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from django.core.mail import EmailMessage

from mazot.foundation.letters import Outbox, send_letter


@pytest.fixture(autouse=True)
def outbox(settings: object) -> None:
    settings.EMAIL_BACKEND = "mazot.foundation.letters.Outbox"


def test_a_letter_is_a_file_that_only_the_server_reads(data_folder: Path) -> None:
    send_letter("olive@people.example", "Été\nat Mimosa", "Good day.\n", "<p>Good day.</p>")
    (file,) = (data_folder / "outbox").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=default)
    assert (letter["To"], letter["Subject"]) == ("olive@people.example", "Été at Mimosa")
    assert letter.get_body(("plain",)).get_content() == "Good day.\n"
    assert letter.get_body(("html",)).get_content().strip() == "<p>Good day.</p>"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_address_cannot_smuggle_a_header(data_folder: Path) -> None:
    with pytest.raises(ValueError, match="newlines"):
        send_letter("olive@people.example\nBcc: otto@people.example", "Hello", "Good day.")
    assert not (data_folder / "outbox").exists()


def test_the_console_gets_the_letter_when_the_operator_says_so(
    settings: object, capsys: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    settings.MAZOT = replace(settings.MAZOT, letters="console")
    assert Outbox().send_messages([EmailMessage("Hello", "Good day.", to=["olive@people.example"])]) == 1
    assert "Good day." in capsys.readouterr().err
