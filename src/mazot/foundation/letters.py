# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters to people (invitations, notices, new passwords): into the mail queue, or as files or on the console."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from mazot.foundation.ids import new_id


def send_letter(
    to: str, subject: str, text: str, html: str = "", *, reply_to: str = "", papers: Sequence[tuple[str, bytes]] = ()
) -> None:
    """Send one letter, perhaps with PDFs (name, content); call it outside a transaction, or after its commit."""
    answers = [reply_to] if reply_to else None
    letter = EmailMultiAlternatives(subject=" ".join(subject.split()), body=text, to=[to], reply_to=answers)
    letter.extra_headers["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: nobody's holiday answers it
    if html:
        letter.attach_alternative(html, "text/html")
    for name, content in papers:
        letter.attach(name, content, "application/pdf")
    letter.send()


class Outbox(BaseEmailBackend):
    """Django's way out for letters that stay here: one `.eml` file for each, named by time, for any mail program."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            content = message.message().as_bytes()
            if settings.MAZOT.letters == "console":
                sys.stderr.write(content.decode("utf-8", "replace") + "\n")
            else:
                _keep(settings.MAZOT.data / "outbox", content)
        return len(email_messages)


def _keep(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = new_id()
    temporary = folder / f".{name}"
    # Letters carry links that open an account: nobody but the server's own user reads them.
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    temporary.rename(folder / f"{name}.eml")
