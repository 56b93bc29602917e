# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters about letters: what could not be delivered, or is late (RFC 3464, as multipart/report of RFC 6522)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.generator import BytesGenerator
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import SMTP
from email.utils import format_datetime
from io import BytesIO

ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
MOST_HEADERS = 64 * 1024  # bytes of the letter's own header that go back


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one recipient: "failed" or "delayed", and the other side's words."""

    address: str
    deed: str
    code: str
    said: str
    host: str = ""
    original: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report is made of; sentences are whole and translated already."""

    server: str
    sender: str
    goes_to: str
    subject: str
    text: str
    message_id: str
    at: datetime
    arrived_at: datetime
    fates: Sequence[Fate]
    header: bytes  # of the letter it is about
    envelope_id: str = ""
    tried_until: datetime | None = None


def written(report: Report) -> bytes:
    """The report as it goes over the wire."""
    whole = MIMEMultipart("report", report_type="delivery-status")
    whole["From"] = report.sender
    whole["To"] = report.goes_to
    whole["Subject"] = report.subject
    whole["Date"] = format_datetime(report.at)
    whole["Message-ID"] = report.message_id
    whole["Auto-Submitted"] = "auto-replied"  # RFC 3834 section 5
    whole.attach(MIMEText(report.text, "plain", "utf-8"))
    whole.attach(_status(report))
    header = MIMENonMultipart("text", "rfc822-headers", charset="utf-8")
    header.set_payload(_ascii(report.header[:MOST_HEADERS]))
    whole.attach(header)
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=whole.policy.clone(linesep=SMTP.linesep)).flatten(whole)
    return out.getvalue()


def _status(report: Report) -> Message:
    fields = [("Reporting-MTA", f"dns; {report.server}"), ("Arrival-Date", format_datetime(report.arrived_at))]
    if report.envelope_id:
        fields.insert(0, ("Original-Envelope-Id", report.envelope_id))
    blocks = [fields, *(_of_recipient(fate, report) for fate in report.fates)]
    status = MIMENonMultipart("message", "delivery-status")
    status.set_payload([_block(fields) for fields in blocks])
    return status


def _block(fields: Sequence[tuple[str, str]]) -> Message:
    block = Message()
    for name, value in fields:
        block[name] = value
    return block


def _of_recipient(fate: Fate, report: Report) -> list[tuple[str, str]]:
    fields = [("Original-Recipient", _ascii_text(fate.original))] if fate.original else []
    fields += [
        ("Final-Recipient", _typed(fate.address)),
        ("Action", fate.deed),
        ("Status", status_of(fate)),
    ]
    if fate.host:
        fields.append(("Remote-MTA", f"dns; {_ascii_text(fate.host)}"))
    if fate.code:
        fields.append(("Diagnostic-Code", f"smtp; {fate.code} {_ascii_text(fate.said)}".rstrip()))
    if fate.deed == "delayed" and report.tried_until:
        fields.append(("Will-Retry-Until", format_datetime(report.tried_until)))
    return fields


def status_of(fate: Fate) -> str:
    """The enhanced code (RFC 3463) the other side gave, or the plain one of its kind."""
    found = ENHANCED.match(fate.said)
    wanted = "5" if fate.deed == "failed" else "4"
    if found and found[0][0] == wanted:
        return found[0]
    if not fate.code:  # nobody answered: 4.4.1, and once the time is over 5.4.7 (RFC 3463 section 3.5)
        return "5.4.7" if fate.deed == "failed" else "4.4.1"
    return f"{wanted}.0.0"


def _typed(address: str) -> str:
    if address.isascii():
        return f"rfc822; {address}"
    # RFC 6533 section 3: letters outside ASCII as \\x{HEX}, in a field that stays ASCII.
    return "utf-8; " + "".join(letter if "!" <= letter <= "~" else f"\\x{{{ord(letter):X}}}" for letter in address)


def _ascii_text(text: str) -> str:
    return " ".join(text.encode("ascii", "replace").decode().split())


def _ascii(header: bytes) -> str:
    return header.decode("ascii", "replace").replace("�", "?").replace("\r\n", "\n")
