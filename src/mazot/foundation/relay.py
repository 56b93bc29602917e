# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters to other servers: one connection, one letter, an answer for each recipient.

A connection goes to an address that was checked, and to no other: mail for a name that points into the house's own
network stays here (`private_relays` says otherwise). TLS is taken where it is offered, with any certificate (RFC 7435):
it keeps out who listens, and a letter that would go in the clear without it is not safer for being refused. Where a
domain asks for more (MTA-STS), its hosts prove who they are, or the letter waits.
"""

import contextlib
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mazot.foundation.outward import trusting

CONNECTS_WITHIN = 30.0  # seconds
ANSWERS_WITHIN = 300.0  # RFC 5321 section 4.5.3.2 asks five minutes of patience for most commands


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side said of one recipient: a code, or 0 when the talk broke off; `text` is theirs or ours."""

    code: int
    text: str
    host: str = ""
    is_unsafe: bool = False  # no host could prove who it is, and the domain asks that it does


@dataclass(frozen=True, slots=True)
class Host:
    """Where to connect: the name for TLS and the log, the address that was checked."""

    name: str
    address: str
    port: int = 25
    must_prove_itself: bool = False  # nothing is brought there but inside TLS with a certificate of its name
    authorities: str = ""  # path of certificates that count beside the system's own


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends to whom, and what was asked for on the way (RFC 3461)."""

    sender: str
    recipients: tuple[str, ...]
    size: int
    needs_utf8: bool = False
    returns: str = ""
    envelope_id: str = ""
    notify: dict[str, str] = field(default_factory=dict)
    original: dict[str, str] = field(default_factory=dict)


class Unsafe(Exception):
    """A host that must prove who it is does not; the text says why."""


def hand_over(
    content: bytes, envelope: Envelope, hosts: Sequence[Host], *, our_name: str, login: tuple[str, str] | None = None
) -> dict[str, Reply]:
    """Bring a letter to the first host that talks, and say what became of each recipient."""
    why, is_unsafe = "there is no host to talk to", False
    for host in hosts:
        try:
            with contextlib.closing(_connected(host, our_name, login)) as talk:
                return _talked(talk, host, content, envelope)
        except (OSError, smtplib.SMTPException) as error:
            # Nothing was taken yet: `_talked` answers itself for whatever happens after the first command.
            why, is_unsafe = _said(error), False
        except Unsafe as error:
            why, is_unsafe = str(error), True
    last = hosts[-1].name if hosts else ""
    return {recipient: Reply(0, why, last, is_unsafe=is_unsafe) for recipient in envelope.recipients}


def _connected(host: Host, our_name: str, login: tuple[str, str] | None) -> smtplib.SMTP:
    talk = _greeted(host, our_name)
    if host.must_prove_itself:
        _prove(talk, host)
    elif talk.has_extn("starttls"):
        try:
            talk.starttls(context=_any_certificate())
            talk.ehlo()
        except (OSError, smtplib.SMTPException):
            if login is not None:
                raise
            talk.close()  # offered and broken: in the clear, as if it had not been offered
            talk = _greeted(host, our_name)
    if login is not None:
        talk.login(*login)
    return talk


def _prove(talk: smtplib.SMTP, host: Host) -> None:
    """TLS with a certificate of the host's name (RFC 8461 section 4.2), or nothing."""
    try:
        if not talk.has_extn("starttls"):
            raise Unsafe("the server offers no TLS, which its domain asks for")
        talk.starttls(context=trusting(host.authorities))
        talk.ehlo()
    except ssl.SSLError as error:
        talk.close()
        raise Unsafe("the certificate of the server is not valid for its name") from error
    except Unsafe:
        talk.close()
        raise


def _greeted(host: Host, our_name: str) -> smtplib.SMTP:
    talk = smtplib.SMTP(timeout=CONNECTS_WITHIN, local_hostname=our_name)
    vars(talk)["_host"] = host.name  # for TLS; connect() is given the address that was checked
    code, text = talk.connect(host.address, host.port)
    if talk.sock is not None:
        talk.sock.settimeout(ANSWERS_WITHIN)
    if code != 220:
        talk.close()
        raise smtplib.SMTPConnectError(code, text)
    talk.ehlo_or_helo_if_needed()
    return talk


def _talked(talk: smtplib.SMTP, host: Host, content: bytes, envelope: Envelope) -> dict[str, Reply]:
    replies: dict[str, Reply] = {}
    try:
        options = _sender_options(talk, envelope)
        if options is None:
            text = "the other server takes no addresses outside ASCII (SMTPUTF8)"
            return dict.fromkeys(envelope.recipients, Reply(553, text, host.name))
        begun = _reply(talk.mail(envelope.sender, options), host)
        if begun.code >= 300:
            return dict.fromkeys(envelope.recipients, begun)
        for recipient in envelope.recipients:
            replies[recipient] = _reply(talk.rcpt(recipient, _recipient_options(talk, envelope, recipient)), host)
        if taken := [recipient for recipient, reply in replies.items() if reply.code < 300]:
            replies |= dict.fromkeys(taken, _reply(talk.data(content), host))
        with contextlib.suppress(OSError, smtplib.SMTPException):
            talk.quit()
    except smtplib.SMTPResponseException as error:
        return _all_or_kept(envelope, replies, Reply(error.smtp_code, _text(error.smtp_error), host.name))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return _all_or_kept(envelope, replies, Reply(0, _said(error), host.name))
    return replies


def _reply(answer: tuple[int, bytes], host: Host) -> Reply:
    return Reply(answer[0], _text(answer[1]), host.name)


def _all_or_kept(envelope: Envelope, replies: dict[str, Reply], broke: Reply) -> dict[str, Reply]:
    """After a break: who was refused stays refused, everybody else is where the break left them."""
    return {
        recipient: reply if (reply := replies.get(recipient)) and reply.code >= 300 else broke
        for recipient in envelope.recipients
    }


def _sender_options(talk: smtplib.SMTP, envelope: Envelope) -> list[str] | None:
    options = []
    if envelope.needs_utf8:
        if not talk.has_extn("smtputf8"):
            return None
        talk.command_encoding = "utf-8"
        options.append("SMTPUTF8")
    if talk.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    if talk.has_extn("size"):
        options.append(f"SIZE={envelope.size}")
    if talk.has_extn("dsn"):
        options += [f"RET={envelope.returns}"] if envelope.returns else []
        options += [f"ENVID={envelope.envelope_id}"] if envelope.envelope_id else []
    return options


def _recipient_options(talk: smtplib.SMTP, envelope: Envelope, recipient: str) -> list[str]:
    if not talk.has_extn("dsn"):
        return []
    asked = (("NOTIFY", envelope.notify.get(recipient)), ("ORCPT", envelope.original.get(recipient)))
    return [f"{name}={value}" for name, value in asked if value]


def _text(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:500]


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return _text(str(error)) or type(error).__name__


@lru_cache(maxsize=1)
def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
