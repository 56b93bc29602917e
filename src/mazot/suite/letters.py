# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where the letters of every room meet the queue of Mail: rooms know neither each other nor this."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from mazot.products.mail.actions.posting import post_letter


class Queue(BaseEmailBackend):
    """Django's way out for letters that go out by the mail queue."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            post_letter(message.message().as_bytes(), message.recipients())
        return len(email_messages)
