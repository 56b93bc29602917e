# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a client has said of the letter it is about to send."""

from dataclasses import dataclass, field

from mazot.products.mail.queries.routing import Local, Onward
from mazot.wire.smtp.commands import MailFrom, RcptTo


@dataclass(slots=True)
class Envelope:
    """One transaction: who sends, and to whom; `way` is none where the queue finds the way (submission)."""

    mail: MailFrom
    recipients: list[tuple[RcptTo, Local | Onward | None]] = field(default_factory=list)
